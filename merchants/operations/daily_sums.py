"""Keeps the daily sums: told by posting of each payment that is settled, in posting's own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final

from citycoin.foundation.kernel.clock import KST
from merchants.models import DailySum, Refund, Shop
from wallets.models import Payment

KEY: Final = ("shop", "day", "district", "category")
SUMS: Final = ("payments", "won", "refunds", "refunded")


def add(payments: Sequence[Payment], *, now: datetime) -> None:  # noqa: ARG001 - a follower's form
    """Add payments to shops, and refunds by shops, that posting has just settled.

    In the caller's transaction, which holds the locks of both sides' wallets: nobody else changes these shops' sums
    meanwhile, so they are read, added to and written, once for each shop and day.
    """
    shops = {each.wallet_id: each for each in Shop.objects.filter(wallet__in=_wallets_of(payments))}
    rows: dict[tuple[int, date, str, str], DailySum] = {}
    for shop, day, payment in _in_days(payments, shops):
        key = (shop.pk, day, shop.district, shop.category)
        row = rows.setdefault(
            key,
            DailySum(city_id=shop.city_id, shop=shop, day=day, district=shop.district, category=shop.category),
        )
        _count(row, payment)
    for before in DailySum.objects.filter(shop__in=shops.values(), day__in={day for _, day, _, _ in rows}):
        added = rows.get((before.shop_id, before.day, before.district, before.category))
        for name in SUMS if added else ():
            setattr(added, name, getattr(added, name) + getattr(before, name))
    DailySum.objects.bulk_create(
        rows.values(), batch_size=150, update_conflicts=True, unique_fields=KEY, update_fields=SUMS
    )


def _wallets_of(payments: Iterable[Payment]) -> set[int]:
    """The side that may be a shop's: who is paid, and of a refund who gives back."""
    return {each.payer_id if each.refund_of_id else each.payee_id for each in payments}


def _in_days(payments: Sequence[Payment], shops: dict[int, Shop]) -> Iterator[tuple[Shop, date, Payment]]:
    """Each payment with its shop and its day; what concerns no shop is left out."""
    promised = _promised([each.pk for each in payments if each.refund_of_id])
    for each in payments:
        if shop := shops.get(each.payer_id if each.refund_of_id else each.payee_id):
            yield shop, promised.get(each.pk, each.authorised_at).astimezone(KST).date(), each


def _promised(refunds: Sequence[int]) -> dict[int, datetime]:
    """When each was promised, by the payment that gives it back."""
    if not refunds:
        return {}
    return dict(Refund.objects.filter(sent__in=refunds).values_list("sent", "promised_at"))


def _count(row: DailySum, payment: Payment) -> None:
    if payment.refund_of_id:
        row.refunds += 1
        row.refunded += payment.amount
    else:
        row.payments += 1
        row.won += payment.amount
