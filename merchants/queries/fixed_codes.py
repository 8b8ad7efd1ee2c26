"""A shop's fixed codes: the present one, those it had, and how much each was used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Max

from merchants.domain.codes import PaymentCode
from merchants.models import Shop
from wallets.models import Payment, Status

LAST_PAST: Final = 3


@dataclass(frozen=True, slots=True)
class FixedCode:
    """One of the shop's codes; ``version`` counts them from 1. Of the present one ``until`` is None.

    ``payments``: those whose amount the payer typed, as they do by a fixed code, while it was the shop's; ``last_at``: the last.
    """

    code: PaymentCode
    version: int
    posters_at: str
    since: datetime
    until: datetime | None
    payments: int
    last_at: datetime | None


def fixed_codes(shop: Shop) -> list[FixedCode]:
    """The present code, then the last few before it, newest first."""
    past = list(shop.past_codes.order_by("-pk"))
    since, versions = past[0].until if past else shop.opened_at, len(past)
    present = FixedCode(PaymentCode(shop.code), versions + 1, shop.posters_at, since, None, *_use(shop, since, None))
    return [present] + [
        FixedCode(
            PaymentCode(each.number),
            versions - place,
            each.posters_at,
            each.since,
            each.until,
            *_use(shop, each.since, each.until),
        )
        for place, each in enumerate(past[:LAST_PAST])
    ]


def version_of(shop: Shop) -> int:
    """Which of its codes the present one is, from 1."""
    return shop.past_codes.count() + 1


def _use(shop: Shop, since: datetime, until: datetime | None) -> tuple[int, datetime | None]:
    """How many payments there were from ``since`` until before ``until``, and the moment of the last."""
    rows = Payment.objects.filter(payee_id=shop.wallet_id, request=None, authorised_at__gte=since)
    rows = rows.exclude(status=Status.VOIDED)
    if until:
        rows = rows.filter(authorised_at__lt=until)
    use = rows.aggregate(payments=Count("pk"), last_at=Max("authorised_at"))
    return use["payments"], use["last_at"]
