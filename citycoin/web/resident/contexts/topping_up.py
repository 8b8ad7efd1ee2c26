"""What the pages of buying won show."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.money import Amount, InvalidAmount
from citycoin.money.issuance.domain.purchases import PurchaseLimits
from citycoin.money.issuance.models import TopUp
from citycoin.platform.cities.models import City
from citycoin.web.resident.contexts.wallet import key_facts, limits_of
from wallets.models import Wallet

# The field takes some more than any amount, so that a wrong one can be seen and mended.
LONGEST_AMOUNT: Final = 30
OFFERED: Final = (10_000, 30_000, 50_000, 100_000, 200_000)
# The way of a top-up as its page draws it.
STEPS: Final = (TopUp.Status.RESERVED, TopUp.Status.PAID, TopUp.Status.ISSUING, TopUp.Status.ISSUED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpPage:
    """The form under an id of its own, with the amounts in won that may be bought, and whose key will spend them."""

    city: City
    custody: str
    public_key: str
    id: UUID
    limits: PurchaseLimits | None
    offered: Sequence[int]
    chosen: int  # one of those offered; 0 for none
    other: int | str  # an amount of their own, as it was typed where it can't be read; empty for none
    error: CityCoinError | None
    shortfall: bool  # a payment wanted more than the wallet has
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpStatePage:
    """How far a top-up is; ``place`` counts its steps, and is None where it left their way."""

    city: City
    wallet: Wallet
    public_key: str
    top_up: TopUp
    saved: int
    seconds_left: int
    place: int | None
    next: str


def top_up_page(
    wallet: Wallet,
    *,
    asked: str,
    shortfall: bool,
    onwards: str,
    now: datetime,
    error: CityCoinError | None = None,
) -> TopUpPage:
    """The form for the amount asked for, as it was typed."""
    key, limits = key_facts(wallet), limits_of(wallet, now)
    wanted, offered = _wanted(asked), _offered(limits)
    return TopUpPage(
        city=wallet.city,
        custody=key.custody,
        public_key=key.public_key,
        id=uuid.uuid4(),
        limits=limits,
        offered=offered,
        chosen=wanted if wanted in offered else 0,
        other="" if wanted in offered else wanted or asked[:LONGEST_AMOUNT],
        error=error,
        shortfall=shortfall,
        next=onwards,
    )


def top_up_state_page(wallet: Wallet, top_up: TopUp, *, onwards: str, now: datetime) -> TopUpStatePage:
    """One top-up of the wallet as it is at ``now``."""
    return TopUpStatePage(
        city=wallet.city,
        wallet=wallet,
        public_key=key_facts(wallet).public_key,
        top_up=top_up,
        saved=top_up.amount - top_up.price,
        seconds_left=max(int((top_up.reserved_until - now).total_seconds()), 0),
        place=STEPS.index(TopUp.Status(top_up.status)) if top_up.status in STEPS else None,
        next=onwards,
    )


def _wanted(asked: str) -> int:
    """So many won; 0 for what can't be read."""
    try:
        return Amount.typed(asked).amount
    except InvalidAmount:
        return 0


def _offered(limits: PurchaseLimits | None) -> list[int]:
    """The usual amounts that may be bought now, and the most."""
    if limits is None:
        return []
    usual = [each for each in OFFERED if each <= limits.most and each % limits.step == 0]
    return usual if not limits.most or limits.most in usual else [*usual, limits.most]
