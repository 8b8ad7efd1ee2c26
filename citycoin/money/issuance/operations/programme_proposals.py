"""A programme that one official proposes and another opens. No key signs it: it spends a budget that two have signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Max

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Rejected
from citycoin.foundation.kernel.money import Won
from citycoin.foundation.kernel.text import Name
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.domain.programmes import ProgrammePlan
from citycoin.money.issuance.domain.purchases import PurchaseTerms
from citycoin.money.issuance.models import Programme, Proposal
from citycoin.money.issuance.operations import programmes
from citycoin.money.issuance.operations.approvals import (
    OPEN_FOR,
    check_purpose,
    decide,
    lock_city,
    open_one,
    propose,
    record,
)
from citycoin.money.issuance.queries import budgets, proposals
from citycoin.platform.accounts.models import Official
from citycoin.platform.rules.domain import Dated
from contracts.models import Contract
from contracts.operations.sending import Means


class ProgrammesExceedBudget(Rejected):
    """The year's programmes together would be promised more than the budget; ``details.left`` is what still fits."""

    code = "programmes_exceed_budget"
    ko = "사업의 한도를 모두 더하면 그 해의 예산을 넘습니다. 한도를 줄이거나 예산을 먼저 늘려 주십시오."
    en = "The programmes' caps together would exceed the year's budget. Please lower them, or raise the budget first."


@commits("propose_programme")
def propose_programme(*, official: Official, plan: ProgrammePlan, why: Justification, now: datetime) -> Proposal:
    """Propose a programme; another official's approval opens it. Raises ProgrammesExceedBudget, ReasonMissing."""
    check_purpose(why)
    _refuse_too_much(official.city_id, plan.year, plan.cap)
    facts = {
        "year": plan.year,
        "name_ko": plan.names[0],
        "name_en": plan.names[1],
        "cap": plan.cap.amount,
        "first_day": plan.days[0].isoformat() if plan.days[0] else None,
        "last_day": plan.days[1].isoformat() if plan.days[1] else None,
        "rule": rule_as_json(plan.rule),
    }
    deadline = OPEN_FOR.last_second(now)
    proposal = propose(official, Proposal.Kind.PROGRAMME, facts, why, deadline=deadline, now=now)
    record(proposal, official, "programme.proposed", {"year": plan.year, "cap": plan.cap.amount}, now)
    return proposal


@commits("approve_programme")
def approve_programme(*, proposal_id: int, official: Official, contract: Contract, means: Means) -> Proposal:
    """Open the programme that another official proposed, under the next number.

    Raises ProposalUnknown, ProposalClosed, ProposalExpired, OwnProposal, ProgrammesExceedBudget.
    """
    now = means.now
    lock_city(official.city_id)
    proposal = open_one(official, proposal_id, now)
    facts = proposal.facts
    _refuse_too_much(official.city_id, facts["year"], Won(facts["cap"]))
    highest = Programme.objects.filter(city_id=official.city_id).aggregate(most=Max("number"))["most"] or 0
    facts["number"] = highest + 1
    programmes.open_programme(
        contract=contract,
        number=facts["number"],
        year=facts["year"],
        names=(Name(facts["name_ko"]), Name(facts["name_en"])),
        cap=Won(facts["cap"]),
        rules=[proposals.rule_of(proposal)],
        days=proposals.days_of(proposal),
        means=means,
    )
    decide(proposal, official, Proposal.Status.APPROVED, now)
    record(proposal, official, "proposal.approved", {"programme": facts["number"]}, now)
    return proposal


def rule_as_json(rule: Dated[PurchaseTerms]) -> dict[str, Any]:
    """A rule as a proposal's facts have it."""
    return {
        "in_force_from": rule.in_force_from.isoformat(),
        "terms": rule.terms.model_dump(mode="json"),
        "legal_basis": rule.legal_basis,
    }


def _refuse_too_much(city_id: int, year: int, cap: Won) -> None:
    left = budgets.left_for_programmes(city_id, year)
    if cap.amount > left:
        raise ProgrammesExceedBudget(left=left, asked=cap.amount)
