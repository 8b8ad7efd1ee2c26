"""What the last check of a city's float found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from citycoin.money.float.models import FloatCheck
from contracts.models import Contract
from contracts.queries import tokens

EACH: Final = timedelta(seconds=30)
# A difference that one look alone sees may be a moment between two files of the bank's.
LOOKS_THAT_COUNT: Final = 2


def checks() -> list[FloatCheck]:
    """The last one of every city that has one, the oldest first."""
    return list(FloatCheck.objects.select_related("city").order_by("checked_at"))


def check_of(city_id: int) -> FloatCheck | None:
    """The city's last one; None before the first."""
    return FloatCheck.objects.filter(city_id=city_id).first()


def differs(city_id: int) -> bool:
    """Whether the city's float has differed for more than a look, and no official knows why."""
    return differing().filter(city_id=city_id, incident__closed_at=None).exists()


def differing() -> QuerySet[FloatCheck]:
    """The checks of cities whose float has differed for more than a look, with their incidents."""
    return FloatCheck.objects.filter(looks__gte=LOOKS_THAT_COUNT).select_related("city", "incident").order_by("city")


def tokens_to_check(now: datetime) -> QuerySet[Contract]:
    """The tokens of cities whose float wasn't summed up a moment ago."""
    late = Q(city__float_check=None) | Q(city__float_check__checked_at__lte=now - EACH)
    return tokens().filter(late)
