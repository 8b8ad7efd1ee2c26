"""Reads of who works in a shop, and of the devices at its counters."""

from __future__ import annotations

from django.db.models import QuerySet

from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.queries import NotHere
from merchants.models import Counter, Shop, Staff


def staff_of(shop: Shop) -> QuerySet[Staff]:
    """The parts in force, the first one first, with their persons."""
    return Staff.objects.filter(shop=shop, until=None).select_related("person").order_by("pk")


def part_of(shop: Shop, person: Person) -> Staff:
    """The person's part in force in this shop. Raises NotHere."""
    found = Staff.objects.filter(shop=shop, person=person, until=None).first()
    if found is None:
        raise NotHere
    return found


def has_pin(shop: Shop, person: Person) -> bool:
    """Whether they have chosen a PIN for refunds in this shop."""
    return Staff.objects.filter(shop=shop, person=person, until=None).exclude(pin_fingerprint=None).exists()


def part_named(shop: Shop, part_id: int) -> Staff:
    """The part in force of this number in this shop. Raises NotHere."""
    found = Staff.objects.filter(pk=part_id, shop=shop, until=None).select_related("shop").first()
    if found is None:
        raise NotHere
    return found


def counters_of(shop: Shop) -> QuerySet[Counter]:
    """The shop's devices that aren't revoked, the first one first; those that wait to be paired among them."""
    return Counter.objects.filter(shop=shop, revoked_at=None).order_by("pk")


def counter_named(shop: Shop, counter_id: int) -> Counter:
    """The shop's device of this number that isn't revoked. Raises NotHere."""
    found = counters_of(shop).filter(pk=counter_id).first()
    if found is None:
        raise NotHere
    return found
