"""A change of a programme that is open: its cap, its last day, its rules from a date on. One official proposes, another approves.

No key signs it, as none signs a programme's opening: it stays within a budget that two have signed.
"""

from __future__ import annotations

from datetime import date, datetime

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.errors import Conflict, Rejected
from citycoin.foundation.kernel.money import Won
from citycoin.foundation.locks import locked
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.domain.programmes import ProgrammeChange
from citycoin.money.issuance.domain.purchases import PURCHASE
from citycoin.money.issuance.models import Programme, Proposal
from citycoin.money.issuance.operations.approvals import (
    OPEN_FOR,
    check_purpose,
    decide,
    lock_city,
    open_one,
    propose,
    record,
)
from citycoin.money.issuance.operations.programme_proposals import ProgrammesExceedBudget, rule_as_json
from citycoin.money.issuance.queries import budgets, programmes, proposals
from citycoin.platform.accounts.models import Official
from citycoin.platform.rules.operations import write_rule
from contracts.domain import gas
from contracts.domain.encoding import call
from contracts.models import Contract, Sender, Submission
from contracts.operations.sending import Call, LockedSender, Means, intent_of, lock_sender


class ProgrammeUnchanged(Rejected):
    """The proposal says what holds already."""

    code = "programme_unchanged"
    ko = "지금과 달라지는 것이 없습니다. 한도, 마지막 날, 규칙 가운데 하나를 고쳐 주십시오."
    en = "This would change nothing. Please change the cap, the last day or the rules."


class ProgrammeCapBelowPromised(Rejected):
    """Less than what the programme has issued and promised; ``details.least`` is that."""

    code = "programme_cap_below_promised"
    ko = "이 사업에서 이미 발행했거나 약속한 금액보다 적습니다. 그 금액 이상으로 적어 주십시오."
    en = "This is less than what the programme has issued or promised. Please give at least that much."


class ChangeDateWrong(Rejected):
    """A day that a change can't have; ``details.field`` says which: ``last_day`` or ``in_force_from``."""

    code = "change_date_wrong"
    ko = (
        "바꿀 수 없는 날짜입니다. 새 규칙은 내일부터, 다른 규칙이 시작하지 않는 날에 시작하고, "
        "판매의 마지막 날은 오늘부터 그해 안이어야 합니다. 다른 날짜를 골라 주십시오."
    )
    en = (
        "This day can't be chosen. New rules begin tomorrow or later, on a day on which no others begin; "
        "the last day of sale is today or later, within the programme's year. Please choose another day."
    )


class ProgrammeChangeUnderWay(Conflict):
    """Another cap of the programme is on its way to the chain."""

    code = "programme_change_under_way"
    ko = "이 사업의 한도를 바꾸는 거래가 아직 체인에 기록되고 있습니다. 확정된 뒤에 다시 해 주십시오."
    en = "Another cap of this programme is still on its way to the chain. Please try again once it is final."


class ProgrammeChangedMeanwhile(Conflict):
    """What was proposed started from another cap or last day than there is now."""

    code = "programme_changed_meanwhile"
    ko = "제안한 뒤에 사업이 바뀌었습니다. 지금의 사업을 보고 다시 제안해 주십시오."
    en = "The programme was changed after this was proposed. Please look at it as it is now, and propose again."


@commits("propose_change")
def propose_change(*, official: Official, change: ProgrammeChange, why: Justification, now: datetime) -> Proposal:
    """Propose another cap, last day or rules for a programme of the official's city; another official's approval makes it so.

    Raises ProgrammeUnknown, ProgrammeUnchanged, ProgrammeCapBelowPromised, ProgrammesExceedBudget, ChangeDateWrong, ReasonMissing.
    """
    check_purpose(why)
    programme = programmes.programme_numbered(official.city_id, change.number)
    refuse_change(programme, change, now)
    facts = {
        "number": programme.number,
        "year": programme.year,
        "name_ko": programme.name_ko,
        "name_en": programme.name_en,
        "was": {"cap": programme.cap, "last_day": _day(programme.last_day)},
        "cap": change.cap.amount,
        "last_day": _day(change.last_day),
        "rule": rule_as_json(change.rule) if change.rule else None,
    }
    deadline = OPEN_FOR.last_second(now)
    proposal = propose(official, Proposal.Kind.CHANGE, facts, why, deadline=deadline, now=now)
    record(proposal, official, "change.proposed", {"programme": programme.number, "cap": change.cap.amount}, now)
    return proposal


@commits("approve_change")
def approve_change(*, proposal_id: int, official: Official, contract: Contract, means: Means) -> Proposal:
    """Change the programme as another official proposed. A lower cap and a day hold at once, a higher cap once it is final.

    Raises ProposalUnknown, ProposalClosed, ProposalExpired, OwnProposal, ProgrammeChangeUnderWay, ProgrammeChangedMeanwhile,
    and what proposing raises.
    """
    now = means.now
    lock_city(official.city_id)
    proposal = open_one(official, proposal_id, now)
    change, was = proposals.change_of(proposal), proposal.facts["was"]
    issuer = lock_sender(official.city_id, Sender.Role.ISSUER, means=means)
    programme = locked(Programme.objects.filter(city_id=official.city_id, number=change.number)).get()
    if programme.change and not programme.change.went_wrong:  # until its event is in the books, it is on its way
        raise ProgrammeChangeUnderWay
    if (programme.cap, _day(programme.last_day)) != (was["cap"], was["last_day"]):
        raise ProgrammeChangedMeanwhile
    refuse_change(programme, change, now)
    if change.cap.amount != programme.cap:
        _set_cap(contract, issuer, programme, change.cap, proposal)
    programme.last_day = change.last_day
    programme.save(update_fields=["cap", "next_cap", "change", "last_day"])
    if change.rule:
        write_rule(city_id=official.city_id, kind=PURCHASE, rule=change.rule, number=programme.number)
    decide(proposal, official, Proposal.Status.APPROVED, now)
    record(proposal, official, "proposal.approved", {"programme": programme.number, "cap": change.cap.amount}, now)
    return proposal


def refuse_change(programme: Programme, change: ProgrammeChange, now: datetime) -> None:
    """Nothing, where the programme may be changed so. Raises as ``propose_change`` says."""
    if (change.cap.amount, change.last_day, change.rule) == (programme.cap, programme.last_day, None):
        raise ProgrammeUnchanged
    promised = programme.issued + programme.reserved
    if change.cap.amount < promised:
        raise ProgrammeCapBelowPromised(least=promised, asked=change.cap.amount)
    left = budgets.left_for_programmes(programme.city_id, programme.year) + budgets.promised_cap(programme)
    if change.cap.amount > max(left, programme.cap):
        raise ProgrammesExceedBudget(left=left, asked=change.cap.amount)
    _refuse_days(programme, change, now.astimezone(KST).date())


def _refuse_days(programme: Programme, change: ProgrammeChange, today: date) -> None:
    last = change.last_day
    earliest = max(today, programme.first_day or today)
    if last != programme.last_day and last is not None and not earliest <= last <= date(programme.year, 12, 31):
        raise ChangeDateWrong(field="last_day")
    begins = {each.in_force_from for each in programmes.purchase_rules(programme)}
    if change.rule and (change.rule.in_force_from <= today or change.rule.in_force_from in begins):
        raise ChangeDateWrong(field="in_force_from")


def _set_cap(contract: Contract, issuer: LockedSender, programme: Programme, cap: Won, proposal: Proposal) -> None:
    """The cap at the contract; in the books at once where it is lower, and when it is final where it is higher."""
    data = call("setProgramme(uint256,uint256,uint256)", programme.number, programme.year, cap.amount)
    programme.change = issuer.submit(
        Call(Submission.Purpose.PROGRAMME, contract.address, data, gas.PROGRAMME),
        intent=intent_of("programme change", contract.address, proposal.pk),
    )
    proposal.submission, programme.next_cap = programme.change, cap.amount
    programme.cap = min(programme.cap, cap.amount)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
