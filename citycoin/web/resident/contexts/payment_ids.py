"""Ids of payments that pages make: the same for every tab and phone that opened the page before the payment.

Two of them that confirm ask for one payment, since an id is answered once. After an answer the next id is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import count
from typing import Final
from uuid import UUID, uuid5

from merchants.domain.codes import PaymentCode
from wallets.models import Wallet
from wallets.queries.refusals import answered_of

NAMESPACE: Final = UUID("6f0f9d5e-3d0c-5d0a-9a55-7c1a3b0f4e21")
# Most codes were answered a few times at most; a regular guest's many are asked for in a few growing steps.
FIRST_LOOK: Final = 16


def payment_id(wallet_id: int, code: PaymentCode, place: int) -> UUID:
    """The wallet's id number ``place`` under this code."""
    return uuid5(NAMESPACE, f"{wallet_id} {code} {place}")


def next_id(wallet: Wallet, code: PaymentCode) -> UUID:
    """The first of the wallet's ids under this code that nothing was answered to."""
    return first_unanswered(
        (payment_id(wallet.pk, code, place) for place in count()), lambda ids: answered_of(wallet, ids)
    )


def first_unanswered(ids: Iterator[UUID], answered: Callable[[Collection[UUID]], Collection[UUID]]) -> UUID:
    """The first of endless ``ids`` that isn't among those answered; they are looked up in growing steps."""
    at_once = FIRST_LOOK
    while True:
        asked = [next(ids) for _ in range(at_once)]
        taken = answered(asked)
        for each in asked:
            if each not in taken:
                return each
        at_once *= 2
