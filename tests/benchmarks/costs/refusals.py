"""What a record costs that is no ordinary payment: refused, for each reason, or settled late.

Twenty such records more in a group make a transaction dearer; a twentieth of that is the figure. Each is as dear as one of
its kind can be: a payer's slot that the transaction has not touched yet, and no byte of calldata zero that need not be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from contracts.domain.encoding import Record
from tests.benchmarks.costs.town import DAY_SECONDS, Payer, Town
from tests.chain.own_contract import SHOP

MORE: Final = 20
SETTLED: Final = 0
LARGEST_AMOUNT: Final = 2**48 - 1
NONCES_LEFT_OUT: Final = 2


@dataclass(frozen=True, slots=True)
class Case:
    """A way not to be ordinary. ``made`` gives the record of a payer: in turn 0 for the first alone, in turn 1 for all."""

    reason: int
    name: str
    payers: Sequence[Payer]
    made: Callable[[Payer, int], Record]


def measured(town: Town, payers: Sequence[Payer]) -> list[dict[str, Any]]:
    """Of each case its reason (0: settled), name, and the gas of a record."""
    return [{"reason": case.reason, "name": case.name, "gas": _gas(town, case)} for case in _cases(town, payers)]


def _gas(town: Town, case: Case) -> float:
    first, more = (
        town.settle([case.made(each, turn) for each in some], refused=[case.reason] * len(some) if case.reason else ())
        for turn, some in enumerate((case.payers[:1], case.payers))
    )
    return (more - first) / (len(case.payers) - 1)


def _cases(town: Town, payers: Sequence[Payer]) -> Iterator[Case]:
    """In the order of their numbers, each in its turn: what one needs of the chain is done before it is measured."""
    scheme, shop = payers[0].scheme, town.shops[0]
    some = payers[: MORE + 1]
    strangers = [Payer.new(scheme) for _ in some]
    yield Case(1, "SignatureInvalid", some, lambda payer, _: _spoiled(town.payment(payer, shop)))
    yield Case(2, "PayerUnknown", strangers, lambda payer, _: town.payment(payer, shop))
    yield Case(3, "NonceUsed", some, lambda payer, _: town.payment(payer, shop, nonce=1))
    yesterday = town.expires - 31 * DAY_SECONDS
    yield Case(4, "Expired", some, lambda payer, _: town.payment(payer, shop, expires=yesterday))
    yield _frozen(town, payers[-MORE - 1 :])
    resident = payers[MORE + 1].address
    yield Case(6, "PaymentNotAllowed", some, lambda payer, _: town.payment(payer, resident))
    yield _itself(town, Payer.new(scheme))
    yield Case(8, "AmountZero", some, lambda payer, _: town.payment(payer, shop, amount=0))
    yield Case(9, "BalanceTooLow", some, lambda payer, _: town.payment(payer, shop, amount=LARGEST_AMOUNT))
    yield _late(town, some)


def _spoiled(record: Record) -> Record:
    """With an r that is no number of the curve, so that the precompile is asked, and answers nobody."""
    return replace(record, signature=b"\xff" * 32 + record.signature[32:])


def _frozen(town: Town, payers: Sequence[Payer]) -> Case:
    for each in payers:
        town.done("setFrozen(address,bool)", each.address, True)
    return Case(5, "PayerFrozen", payers, lambda payer, _: town.payment(payer, town.shops[0]))


def _itself(town: Town, shop: Payer) -> Case:
    """One account alone can be the payee of a group, so only the first of these finds a slot that nobody touched."""
    town.open_accounts([shop.address], kind=SHOP, won=1_000)
    nonces = iter(range(1, MORE + 3))
    return Case(
        7,
        "SelfPayment",
        [shop] * (MORE + 1),
        lambda payer, _: town.payment(payer, payer.address, nonce=next(nonces)),
    )


def _late(town: Town, payers: Sequence[Payer]) -> Case:
    town.nonce += NONCES_LEFT_OUT
    town.settle([town.payment(each, town.shops[0]) for each in payers])
    highest = town.nonce
    return Case(
        SETTLED,
        "settled, an older nonce",
        payers,
        lambda payer, turn: town.payment(payer, town.shops[0], nonce=highest - 1 - turn),
    )
