"""Whether few people paid: the distinct payers behind a group's sums, counted no further than the rule of five asks."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, TypeVar

from django.db import connection
from django.db.models import Sum

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.few_people import FEWEST_SHOWN
from merchants.models import DailySum
from wallets.models import Payment, Status

Name = TypeVar("Name", bound=Hashable)
# Where many pay, so many payments at the busiest shops have enough payers; only where they haven't, all are looked at.
PAYMENTS_TRIED: Final = 50
SHOPS_TRIED: Final = 10
# By hand and one for all groups: thirty of the ORM's would cost the console's first page half of its time.
TRY: Final = """SELECT {place}, COUNT(DISTINCT payer_id) FROM (
    SELECT payer_id FROM wallets_payment WHERE payee_id IN ({wallets}) AND status = %s AND refund_of_id IS NULL
    AND authorised_at >= %s AND authorised_at < %s LIMIT %s) AS tried{place}"""


@dataclass(frozen=True, slots=True)
class Behind:
    """What a group's sum is of: shops' wallets, the busiest first, from the one day to before the other, and so many payments."""

    wallets: Sequence[int]
    first: date
    following: date
    payments: int

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The days as they begin in Seoul."""
        begins, ends = (datetime.combine(day, time(), KST) for day in (self.first, self.following))
        return begins, ends


def wallets_by(city_id: int, first: date, following: date, column: str) -> dict[str, list[int]]:
    """The wallets of the shops behind the daily sums of these days, the busiest first, by ``category`` or ``district``."""
    days = DailySum.objects.filter(city_id=city_id, day__gte=first, day__lt=following)
    rows = days.values_list(column, "shop__wallet").annotate(n=Sum("payments")).order_by("-n", "shop__wallet")
    found: dict[str, list[int]] = {}
    for name, wallet, _ in rows:
        found.setdefault(name, []).append(wallet)
    return found


def payers_behind(groups: Mapping[Name, Behind]) -> dict[Name, int]:
    """How many people have paid in each group, as far as it is settled; FEWEST_SHOWN stands for more, too.

    A shop that changed its group within these days counts for both, each with all its payers.
    """
    # Fewer payments than five are of fewer people, whoever they are.
    found = {name: min(each.payments, FEWEST_SHOWN) for name, each in groups.items()}
    enough = [name for name, payments in found.items() if payments == FEWEST_SHOWN]
    for name, people in zip(enough, _tried([groups[name] for name in enough]), strict=True):
        found[name] = FEWEST_SHOWN if people >= FEWEST_SHOWN else _counted(groups[name])
    return found


def _tried(groups: Sequence[Behind]) -> list[int]:
    """The people of a few payments of each, in their order."""
    asked, values = [], []
    for place, each in enumerate(groups):
        wallets = each.wallets[:SHOPS_TRIED] or (0,)
        asked.append(TRY.format(place=place, wallets=", ".join(["%s"] * len(wallets))))
        moments = map(connection.ops.adapt_datetimefield_value, each.moments)
        values += [*wallets, Status.SETTLED.value, *moments, PAYMENTS_TRIED]
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked), values)
        return [people for _, people in sorted(cursor.fetchall())]


def _counted(group: Behind) -> int:
    """The people of all its payments, no further than FEWEST_SHOWN."""
    begins, ends = group.moments
    settled = Payment.objects.filter(
        status=Status.SETTLED, refund_of=None, authorised_at__gte=begins, authorised_at__lt=ends
    ).order_by()
    payers = settled.filter(payee__in=group.wallets).values_list("payer", flat=True).distinct()
    return len(set(payers[:FEWEST_SHOWN]))
