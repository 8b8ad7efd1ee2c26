"""Who may do what in a shop: its staff by their roles, and the devices at its counters."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from citycoin.foundation.kernel.errors import NotFound
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.queries import NotHere
from merchants.models import Counter, Shop, Staff

RANK: Final = {Staff.Role.CASHIER: 1, Staff.Role.MANAGER: 2, Staff.Role.OWNER: 3}
assert RANK.keys() == set(Staff.Role), "every role has a rank"


class CounterUnknown(NotFound):
    """The device isn't, or is no longer, a counter of this shop."""

    code = "counter_unknown"
    ko = "이 기기는 이 가게의 계산대가 아니에요. 연결이 끊겼다면 사장님께 새 연결 코드를 받아 주세요."
    en = "This device is no counter of this shop. If it was revoked, ask the owner for a new pairing code."


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody may do in a shop; a counter's device, which is nobody, takes payments as a cashier does."""

    shop: Shop
    role: Staff.Role
    counter: Counter | None = None

    def allows(self, role: Staff.Role) -> bool:
        """Whether it is as high as ``role``."""
        return RANK[self.role] >= RANK[role]

    @property
    def is_manager(self) -> bool:
        """May see settlements and print the poster."""
        return self.allows(Staff.Role.MANAGER)

    @property
    def is_owner(self) -> bool:
        """May name staff and pair devices, too."""
        return self.allows(Staff.Role.OWNER)


def membership_of(city_id: int, shop_id: int, person: Person) -> Access:
    """Their membership of this shop of this city now. Raises NotHere."""
    parts = Staff.objects.select_related("shop__city", "shop__wallet")
    part = parts.filter(shop_id=shop_id, shop__city_id=city_id, person=person, until=None).first()
    if part is None:
        raise NotHere
    return Access(part.shop, Staff.Role(part.role))


def access_of_counter(city_id: int, shop_id: int, token: str) -> Access:
    """The access of the device whose cookie holds ``token``. Raises CounterUnknown, also for a revoked one."""
    counters = Counter.objects.select_related("shop__city", "shop__wallet")
    found = counters.filter(
        shop_id=shop_id,
        shop__city_id=city_id,
        token_hash=hashlib.sha256(token.encode()).digest(),
        revoked_at=None,
    ).first()
    if not token or found is None:
        raise CounterUnknown
    return Access(found.shop, Staff.Role.CASHIER, found)


def memberships_of(city_id: int, person: Person) -> list[Access]:
    """Every shop of this city whose staff they are."""
    parts = Staff.objects.select_related("shop").filter(shop__city_id=city_id, person=person, until=None)
    return [Access(part.shop, Staff.Role(part.role)) for part in parts.order_by("pk")]


def jobs_of(person: Person) -> list[Shop]:
    """Every shop of any city whose staff they are, with its city, in the order in which they joined."""
    parts = Staff.objects.select_related("shop__city").filter(person=person, until=None)
    return [part.shop for part in parts.order_by("pk")]
