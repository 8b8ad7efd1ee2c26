"""Carries what two officials signed to the contract, which alone decides. Their keys are never here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Rejected
from citycoin.foundation.locks import locked
from citycoin.money.issuance.domain.budgets import BudgetBelowPromised
from citycoin.money.issuance.domain.decisions import BudgetFacts, Facts, KindsFacts
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.models import Budget, Decision
from citycoin.money.issuance.queries import budgets
from citycoin.money.issuance.queries.waiting import DECIDING
from citycoin.platform.incidents import operations as incidents
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due
from contracts.domain import gas
from contracts.domain.gateway import CallReverted, ChainGateway
from contracts.models import Contract, Sender, Submission
from contracts.operations.sending import Call, LockedSender, Means, intent_of, lock_sender
from wallets.operations import kinds
from wallets.queries.kinds import in_flight


class DecisionRefused(Rejected):
    """The contract says no for a reason that has no sentence of its own; ``details`` name it."""

    code = "decision_refused"
    ko = "계약이 이 결정을 받아들이지 않습니다. 새로 고쳐 지금 상태를 확인하고 다시 제안해 주십시오."
    en = "The contract does not accept this decision. Please reload the page and propose it anew."


class BudgetVersionWrong(Rejected):
    """Not the version after the current one: an older decision played again, or two at once."""

    code = "budget_version_wrong"
    ko = "예산이 그 사이에 바뀌었습니다. 새로 고친 뒤 다시 제안해 주십시오."
    en = "The budget has changed meanwhile. Please reload the page and propose again."


class DeadlinePassed(Rejected):
    """The decision's own deadline has passed."""

    code = "deadline_passed"
    ko = "결정의 기한이 지났습니다. 새로 제안해 주십시오."
    en = "The decision's deadline has passed. Please propose it anew."


class NotAnOfficial(Rejected):
    """A signature isn't one of an official of this moment, over these facts."""

    code = "not_an_official"
    ko = "지금 담당 공무원의 서명이 아닙니다. 등록된 열쇠로 서명해 주십시오."
    en = "A signature is not one of the city's officials of this moment. Please sign with a registered key."


class SameOfficialTwice(Rejected):
    """Two officials must sign."""

    code = "same_official_twice"
    ko = "서로 다른 두 사람이 서명해야 합니다. 다른 담당자에게 승인을 부탁해 주십시오."
    en = "Two different officials have to sign. Please ask another official."


class SignatureMissing(Rejected):
    """A decision with one signature."""

    code = "signature_missing"
    ko = "서명이 하나 빠졌습니다. 두 담당자의 서명을 함께 보내 주십시오."
    en = "A signature is missing. Please send those of two officials."


class OfficialsVersionWrong(Rejected):
    """Not the change after the last one."""

    code = "officials_version_wrong"
    ko = "담당자가 그 사이에 바뀌었습니다. 새로 고친 뒤 다시 제안해 주십시오."
    en = "The officials have changed meanwhile. Please reload the page and propose again."


class OfficialAlready(Rejected):
    """The incoming key is an official's already."""

    code = "official_already"
    ko = "이미 담당 공무원의 열쇠입니다. 다른 열쇠를 골라 주십시오."
    en = "This key is an official's already. Please choose another."


NOTHING_SAID: Final = Justification("")
# Longer than any payment takes from its look at the books to its commit.
CLOSED_FOR: Final = timedelta(seconds=10)
# The contract's typed errors, and ours for them.
REFUSALS = {
    "BudgetVersionWrong": BudgetVersionWrong,
    "DeadlinePassed": DeadlinePassed,
    "NotAnOfficial": NotAnOfficial,
    "SignatureInvalidP256": NotAnOfficial,
    "SignatureMalformed": NotAnOfficial,
    "SameOfficialTwice": SameOfficialTwice,
    "SignatureMissing": SignatureMissing,
    "BudgetBelowIssued": BudgetBelowPromised,
    "BudgetBelowProgrammes": BudgetBelowPromised,
    "OfficialsVersionWrong": OfficialsVersionWrong,
    "AlreadyAnOfficial": OfficialAlready,
}


def carry(
    *,
    contract: Contract,
    facts: Facts,
    signatures: tuple[bytes, bytes],
    gateway: ChainGateway,
    means: Means,
    why: Justification = NOTHING_SAID,
) -> Decision:
    """Ask the contract what it would say, and if yes send it; the same decision again is the same row.

    One that closes a kind of payment waits until none of that kind is in flight; the books close it at once.

    ``why`` is published with it; a budget's hash of it is a part of what was signed. A signature has 64 bytes (secp256k1, EIP-2098) or 128 (P-256: r ‖ s ‖ x ‖ y).
    Raises a Rejected of this module, ChainUnavailable, ChainBehindTheBooks.
    """
    digest = "0x" + hashlib.sha256(facts.words()).hexdigest()
    if carried := Decision.objects.filter(city_id=contract.city_id, digest=digest).first():
        return carried
    clerk = Sender.objects.get(city_id=contract.city_id, role=Sender.Role.CLERK)
    data = facts.call(signatures)
    try:
        gateway.simulate(sender=clerk.address, to=contract.address, data=data)
    except CallReverted as no:
        raise _refusal(no.name, no.arguments) from None
    return _carried(contract, facts, digest, data, means, why=why)


@commits("carry_decision")
def _carried(
    contract: Contract, facts: Facts, digest: str, data: bytes, means: Means, *, why: Justification
) -> Decision:
    clerk = lock_sender(contract.city_id, Sender.Role.CLERK, means=means)
    if isinstance(facts, BudgetFacts):
        _check_promised(contract, facts)
    if there := Decision.objects.filter(city_id=contract.city_id, digest=digest).first():
        return there
    decision = Decision.objects.create(
        city_id=contract.city_id,
        digest=digest,
        kind=Decision.Kind(facts.kind),
        facts=asdict(facts),
        purpose=why.purpose,
        legal_basis=why.legal_basis,
        calldata=data,
        received_at=means.now,
    )
    closing = contract.kinds_allowed & ~facts.kinds_allowed if isinstance(facts, KindsFacts) else 0
    if closing:
        kinds.close_in_books(contract, closing)
    else:
        _send(contract, clerk, decision)
    return decision


def _send(contract: Contract, clerk: LockedSender, decision: Decision) -> None:
    """In the caller's transaction, which holds the clerk's lock."""
    decision.submission = clerk.submit(
        Call(Submission.Purpose(decision.kind), contract.address, bytes(decision.calldata), gas.DECISION),
        intent=intent_of("decision", contract.address, decision.digest),
    )
    decision.save(update_fields=["submission"])


def send_waiting(*, contract: Contract, gateway: ChainGateway, means: Means) -> int:
    """Send the decisions that close kinds of payment, once none of those is in flight; return how many.

    One that the contract would not take any more is given up: the books follow the chain again, and it is an incident.
    """
    # A payment may still be committed that had looked at the books before they closed.
    ripe = due(DECIDING, means.now).filter(city_id=contract.city_id, received_at__lt=means.now - CLOSED_FOR)
    waiting = list(ripe.order_by("pk").values_list("pk", flat=True))
    return take(DECIDING, waiting, lambda part: _send_if_ripe(contract, part[0], gateway, means), now=means.now)


def _send_if_ripe(contract: Contract, decision_id: int, gateway: ChainGateway, means: Means) -> int:
    decision = Decision.objects.get(pk=decision_id)
    contract.refresh_from_db(fields=["kinds_allowed", "kinds_closing"])
    if in_flight(contract, contract.kinds_closing).exists():
        return 0
    clerk = Sender.objects.get(city_id=contract.city_id, role=Sender.Role.CLERK)
    try:
        gateway.simulate(sender=clerk.address, to=contract.address, data=bytes(decision.calldata))
    except CallReverted as no:
        _give_up(contract, decision, no, now=means.now)
        return 0
    with transaction.atomic():
        _send(contract, lock_sender(contract.city_id, Sender.Role.CLERK, means=means), decision)
    return 1


@commits("give_up_decision")
def _give_up(contract: Contract, decision: Decision, no: CallReverted, *, now: datetime) -> None:
    Decision.objects.filter(pk=decision.pk).update(given_up_at=now)
    kinds.reopen_in_books(contract)
    facts = {"decision": decision.digest, "error": no.name}
    incidents.report(contract.city_id, "kinds_not_closed", facts, now=now)


def _check_promised(contract: Contract, facts: BudgetFacts) -> None:
    """The contract knows what is issued, only the books know what is promised."""
    rows = Budget.objects.filter(city_id=contract.city_id, year=facts.year)
    for _ in locked(rows):
        budget = budgets.budget_of(contract.city_id, facts.year)
        if facts.cap < budget.promised:
            raise BudgetBelowPromised(cap=facts.cap, issued=budget.issued, reserved=budget.reserved)


def _refusal(name: str, arguments: Mapping[str, Any]) -> Rejected:
    if named := REFUSALS.get(name):
        return named(**arguments)
    return DecisionRefused(error=name, **{key: str(value) for key, value in arguments.items()})
