"""What the last comparison of books and chain found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from wallets.models import Comparison

# Older than this it says nothing about now.
GOOD_FOR: Final = timedelta(minutes=1)


def comparison_of(city_id: int) -> Comparison | None:
    """The city's last one; None before the first."""
    return Comparison.objects.filter(city_id=city_id).first()


def comparisons() -> list[Comparison]:
    """The last one of every city that has one, the oldest first."""
    return list(Comparison.objects.select_related("city").order_by("compared_at"))


def is_of_now(comparison: Comparison, now: datetime) -> bool:
    """Whether it still says something about this moment."""
    return now - comparison.compared_at <= GOOD_FOR


def not_compared_since(moment: datetime) -> Q:
    """Of contracts: those whose city wasn't compared after ``moment``."""
    return Q(city__comparison=None) | Q(city__comparison__compared_at__lte=moment)
