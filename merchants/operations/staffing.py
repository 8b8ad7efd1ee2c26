"""Who works in a shop: named by its owners, changed and ended by them; there is always an owner."""

from __future__ import annotations

from datetime import datetime

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Conflict, Rejected
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Person
from merchants.models import Shop, Staff


class StaffAlready(Conflict):
    """The person has a part in the shop."""

    code = "staff_already"
    ko = "이미 이 가게에서 일하는 사람이에요. 역할은 아래 목록에서 바꿔 주세요."
    en = "This person works in the shop already. Please change the role in the list."


class LastOwner(Rejected):
    """A shop without an owner could name nobody any more."""

    code = "last_owner"
    ko = "사장님이 한 명은 있어야 해요. 먼저 다른 사람을 사장님으로 정해 주세요."
    en = "A shop needs an owner. Make somebody else an owner first."


@commits("add_staff")
def add_staff(*, shop: Shop, person: Person, role: Staff.Role, now: datetime) -> Staff:
    """Give the person a part. Raises StaffAlready."""
    parts = _locked_parts(shop)
    if any(part.person_id == person.pk for part in parts):
        raise StaffAlready
    return Staff.objects.create(shop=shop, person=person, role=role, since=now)


@commits("change_role")
def change_role(*, part: Staff, role: Staff.Role, now: datetime) -> None:
    """Another role from now on; what the person was until now stays on record. Raises LastOwner."""
    _end(part, now=now, another=role)


@commits("end_part")
def end_part(*, part: Staff, now: datetime) -> None:
    """The person's part ends now. Raises LastOwner."""
    _end(part, now=now, another=None)


def _end(part: Staff, *, now: datetime, another: Staff.Role | None) -> None:
    parts = {each.pk: each for each in _locked_parts(part.shop)}
    mine = parts.get(part.pk)
    if mine is None or mine.role == another:
        return  # ended before, or nothing to change
    owners = [each for each in parts.values() if each.role == Staff.Role.OWNER]
    if owners == [mine]:
        raise LastOwner
    mine.until = now
    mine.save(update_fields=["until"])
    if another:
        Staff.objects.create(shop_id=mine.shop_id, person_id=mine.person_id, role=another, since=now)


def _locked_parts(shop: Shop) -> list[Staff]:
    """All parts in force; the shop's row is the lock, so that two owners can't end each other at once."""
    locked(Shop.objects.filter(pk=shop.pk)).get()
    return list(Staff.objects.filter(shop=shop, until=None))
