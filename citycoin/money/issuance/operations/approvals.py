"""Writes of proposals: one official proposes, another approves. What the contract must know, two keys have signed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Conflict, Rejected
from citycoin.foundation.kernel.money import Won
from citycoin.foundation.kernel.periods import Period
from citycoin.foundation.locks import locked
from citycoin.money.issuance.domain.decisions import BudgetFacts, Facts
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.models import Decision, Proposal, ProposalSignature
from citycoin.money.issuance.operations import decisions
from citycoin.money.issuance.operations.decisions import NotAnOfficial
from citycoin.money.issuance.queries import official_keys, proposals
from citycoin.money.issuance.queries.budget_plans import plan_of
from citycoin.money.issuance.queries.proposals import OPEN, ProposalUnknown
from citycoin.platform.accounts.models import Official
from citycoin.platform.audit import operations as audit
from citycoin.platform.audit.operations import ReasonMissing
from citycoin.platform.cities.models import City
from contracts.domain.encoding import Scheme, SignatureUnreadable, checked_p256, typed_digest
from contracts.domain.gateway import ChainGateway
from contracts.models import Contract
from contracts.operations.sending import Means

Kind = Proposal.Kind
OPEN_FOR: Final = Period(7, "days")
LONGEST_OPEN: Final = Period(30, "days")
SIGNERS: Final = 2


class OwnProposal(Rejected):
    """Maker is never checker."""

    code = "own_proposal"
    ko = "내가 올린 제안은 다른 담당자가 승인해야 합니다. 다른 담당자에게 부탁해 주십시오."
    en = "Another official has to approve what you proposed. Please ask one."


class ProposalClosed(Conflict):
    """It was approved or rejected before."""

    code = "proposal_closed"
    ko = "이미 결정된 제안입니다. 새로 고쳐 결과를 확인해 주십시오."
    en = "This proposal was decided already. Please reload the page."


class ProposalExpired(Rejected):
    """Nobody approved it by its deadline."""

    code = "proposal_expired"
    ko = "제안의 기한이 지났습니다. 다시 제안해 주세요."
    en = "The proposal's deadline has passed. Please propose again."


class ProposalOpenAlready(Conflict):
    """A year's budget is amended by one proposal at a time."""

    code = "proposal_open_already"
    ko = "이 해의 예산에는 결정을 기다리는 제안이 이미 있습니다. 그 제안을 먼저 결정해 주세요."
    en = "A proposal for this year's budget is waiting already. Please decide that one first."


@commits("propose_budget")
def propose_budget(
    *, official: Official, contract: Contract, facts: BudgetFacts, why: Justification, signature: bytes, now: datetime
) -> Proposal:
    """Propose another cap with the proposer's own signature, the first of two.

    Raises ProposalOpenAlready, BudgetBelowPromised, BudgetVersionWrong, DeadlinePassed, NotAnOfficial, ReasonMissing.
    """
    check_purpose(why)
    lock_city(official.city_id)
    if proposals.open_proposals(official.city_id, now).filter(kind=Kind.BUDGET, facts__year=facts.year).exists():
        raise ProposalOpenAlready
    if not now.timestamp() < facts.deadline <= LONGEST_OPEN.last_second(now):
        raise decisions.DeadlinePassed(deadline=facts.deadline)
    plan = plan_of(official.city_id, facts.year, cap=Won(facts.cap), why=why, deadline=facts.deadline, now=now)
    expected = plan.refuse_below_floor().facts
    if facts != expected:
        raise decisions.BudgetVersionWrong(expected=expected.version, given=facts.version)
    proposal = propose(official, Kind.BUDGET, asdict(facts), why, deadline=facts.deadline, now=now)
    _sign(proposal, official, _own_signature(official, contract, facts, signature), now)
    record(proposal, official, "budget.proposed", {"cap": facts.cap, "version": facts.version}, now)
    return proposal


@commits("sign_proposal")
def sign(*, proposal_id: int, official: Official, contract: Contract, signature: bytes, now: datetime) -> Proposal:
    """Another official's signature of a budget or a rotation; ``carry_signed`` sends it when there are two.

    Raises ProposalUnknown, ProposalClosed, ProposalExpired, OwnProposal, NotAnOfficial.
    """
    proposal = open_one(official, proposal_id, now)
    _sign(proposal, official, _own_signature(official, contract, proposals.facts_of(proposal), signature), now)
    record(proposal, official, "proposal.signed", {}, now)
    return proposal


@commits("add_founding_signature")
def add_founding_signature(*, proposal: Proposal, address: str, signature: bytes, now: datetime) -> bool:
    """The operator's signature of a rotation with a founding key in force; False where it was there before."""
    if (
        proposal.kind != Kind.ROTATION
        or not official_keys.official_keys_of(proposal.city_id).filter(address=address).exists()
    ):
        raise NotAnOfficial(signer=address)
    row = locked(Proposal.objects.filter(pk=proposal.pk, status=OPEN)).first()
    if row is None:
        raise ProposalClosed
    _, new = ProposalSignature.objects.get_or_create(
        proposal=row, address=address, defaults={"signature": signature, "signed_at": now}
    )
    if new:
        record(row, None, "proposal.signed", {"founding_key": address}, now)
    return new


def carry_signed(
    *,
    proposal: Proposal,
    official: Official | None,
    contract: Contract,
    gateway: ChainGateway,
    means: Means,
) -> Proposal:
    """Send to the contract what two officials of this moment have signed; again, where that was cut off.

    Raises SignatureMissing, ProposalExpired, and what ``decisions.carry`` raises.
    """
    if proposal.status == OPEN and proposal.expires_at <= means.now:
        raise ProposalExpired
    signed = proposals.signatures_in_force(proposal)[:SIGNERS]
    if len(signed) < SIGNERS:
        raise decisions.SignatureMissing
    first, second = (bytes(each.signature) for each in signed)
    decision = decisions.carry(
        contract=contract,
        facts=proposals.facts_of(proposal),
        signatures=(first, second),
        why=proposals.why_of(proposal),
        gateway=gateway,
        means=means,
    )
    return _approved(proposal, official, decision, means.now)


@commits("approve_proposal")
def _approved(proposal: Proposal, official: Official | None, decision: Decision, now: datetime) -> Proposal:
    row = locked(Proposal.objects.filter(pk=proposal.pk)).get()
    if row.status != OPEN:
        return row
    # Who sends again what others signed decides nothing: the last to sign did.
    last = row.signatures.exclude(official=row.proposed_by).order_by("-pk").first()
    row.decision = decision
    decide(row, last.official if last else None, Proposal.Status.APPROVED, now)
    record(row, official, "proposal.approved", {"decision": decision.digest}, now)
    return row


@commits("reject_proposal")
def reject(*, proposal_id: int, official: Official, reason: str, now: datetime) -> Proposal:
    """Say no, or take one's own back. Raises ReasonMissing, ProposalUnknown, ProposalClosed."""
    if not reason.strip():
        raise ReasonMissing
    proposal = _locked(official, proposal_id)
    proposal.reason = reason.strip()
    decide(proposal, official, Proposal.Status.REJECTED, now)
    record(proposal, official, "proposal.rejected", {"reason": proposal.reason}, now)
    return proposal


def check_purpose(why: Justification) -> None:
    """Raises ReasonMissing where a proposal says nothing of what for."""
    if not why.purpose:
        raise ReasonMissing


def propose(
    official: Official, kind: Proposal.Kind, facts: dict[str, Any], why: Justification, *, deadline: int, now: datetime
) -> Proposal:
    """The proposal's row, in the caller's transaction; ``deadline`` is the last second in which it may be decided."""
    return Proposal.objects.create(
        city_id=official.city_id,
        kind=kind,
        facts=facts,
        purpose=why.purpose,
        legal_basis=why.legal_basis,
        proposed_by=official,
        proposed_at=now,
        expires_at=datetime.fromtimestamp(deadline + 1, tz=now.tzinfo),
    )


def open_one(official: Official, proposal_id: int, now: datetime) -> Proposal:
    """Another's proposal that this official may approve now, locked. Raises as ``sign`` says."""
    proposal = _locked(official, proposal_id)
    if proposal.proposed_by_id == official.pk:
        raise OwnProposal
    if proposal.expires_at <= now:
        raise ProposalExpired
    return proposal


def _locked(official: Official, proposal_id: int) -> Proposal:
    row = locked(Proposal.objects.filter(pk=proposal_id, city_id=official.city_id)).first()
    if row is None:
        raise ProposalUnknown
    if row.status != OPEN:
        raise ProposalClosed
    return row


def decide(proposal: Proposal, official: Official | None, status: Proposal.Status, now: datetime) -> None:
    """Write the decision on a locked proposal."""
    proposal.status, proposal.decided_by, proposal.decided_at = status, official, now
    proposal.save(update_fields=["status", "decided_by", "decided_at", "decision", "submission", "reason", "facts"])


def record(proposal: Proposal, official: Official | None, act: str, facts: dict[str, object], now: datetime) -> None:
    """The act in the audit log: which proposal, of what kind."""
    said = {"proposal": proposal.pk, "kind": proposal.kind, **facts}
    audit.record(city_id=proposal.city_id, official=official, act=act, facts=said, now=now)


def lock_city(city_id: int) -> None:
    """Two proposals of one city at once are made one after the other."""
    locked(City.objects.filter(pk=city_id)).get()


def _own_signature(official: Official, contract: Contract, facts: Facts, signature: bytes) -> tuple[str, bytes]:
    """The address and r ‖ s ‖ x ‖ y, if a key of theirs that is in force signed these facts. Raises NotAnOfficial."""
    digest = typed_digest(bytes(contract.domain_separator), facts.words(), Scheme.P256)
    for key in proposals.keys_in_force(official):
        try:
            return key.address, checked_p256(signature, bytes(key.public_key), digest) + bytes(key.public_key)
        except SignatureUnreadable:
            continue  # of another browser of theirs, or of nobody's
    raise NotAnOfficial


def _sign(proposal: Proposal, official: Official, signed: tuple[str, bytes], now: datetime) -> None:
    """A signature is given once; the same again changes nothing."""
    ProposalSignature.objects.get_or_create(
        proposal=proposal,
        address=signed[0],
        defaults={"official": official, "signature": signed[1], "signed_at": now},
    )
