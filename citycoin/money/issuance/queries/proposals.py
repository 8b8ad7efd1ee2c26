"""Reads of proposals: what waits for whom, and whose keys may sign."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

from django.db.models import QuerySet

from citycoin.foundation.kernel.errors import NotFound
from citycoin.foundation.kernel.money import Won
from citycoin.money.issuance.domain.decisions import BudgetFacts, RotationFacts
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.domain.programmes import ProgrammeChange
from citycoin.money.issuance.domain.purchases import PURCHASE, PurchaseTerms
from citycoin.money.issuance.models import BrowserKey, Decision, OfficialKey, Proposal, ProposalSignature
from citycoin.money.issuance.queries.official_keys import official_keys_of
from citycoin.platform.accounts.models import Official
from citycoin.platform.rules.domain import Dated

OPEN = Proposal.Status.OPEN
# No key signs them: another official approves them.
APPROVED_UNSIGNED: Final = (Proposal.Kind.PROGRAMME, Proposal.Kind.CHANGE)


class ProposalUnknown(NotFound):
    """The city has no such proposal."""

    code = "proposal_unknown"
    ko = "그런 제안이 없습니다. 목록에서 다시 골라 주십시오."
    en = "There is no such proposal. Please choose it from the list again."


# A column of the list of proposals, and what it is sorted by.
ORDERS: Final = {"at": "pk", "kind": "kind", "who": "proposed_by__person__username"}


def decision_state(decision: Decision) -> str:
    """``waiting`` (for payments in flight), ``carrying``, ``final`` or ``reverted``."""
    if decision.submission is None:
        return "reverted" if decision.given_up_at else "waiting"
    if decision.submission.is_under_way:
        return "carrying"
    return "reverted" if decision.submission.went_wrong else "final"


def proposals_of(
    city_id: int, *, among: Collection[int] | None = None, by: str = "at", falling: bool = True
) -> QuerySet[Proposal]:
    """The city's proposals, all or those ``among`` these numbers, newest first or in another order of ORDERS; equals newest first."""
    rows = Proposal.objects.filter(city_id=city_id)
    if among is not None:
        rows = rows.filter(pk__in=among)
    rows = rows.select_related("proposed_by__person", "decided_by__person", "decision", "submission")
    return rows.order_by(f"{'-' if falling else ''}{ORDERS[by]}", "-pk")


def open_proposals(city_id: int, now: datetime) -> QuerySet[Proposal]:
    """Those that may still be approved."""
    return proposals_of(city_id).filter(status=OPEN, expires_at__gt=now)


def budget_proposals(city_id: int) -> QuerySet[Proposal]:
    """Every proposal of another cap, newest first."""
    return proposals_of(city_id).filter(kind=Proposal.Kind.BUDGET)


def proposal_named(city_id: int, proposal_id: int) -> Proposal:
    """The city's proposal with this number. Raises ProposalUnknown."""
    found = proposals_of(city_id).filter(pk=proposal_id).first()
    if found is None:
        raise ProposalUnknown
    return found


def facts_of(proposal: Proposal) -> BudgetFacts | RotationFacts:
    """What two keys sign of a budget or a rotation."""
    return (BudgetFacts if proposal.kind == Proposal.Kind.BUDGET else RotationFacts)(**proposal.facts)


def why_of(proposal: Proposal) -> Justification:
    """What it is for, as its row says now."""
    return Justification(proposal.purpose, proposal.legal_basis)


def rule_of(proposal: Proposal) -> Dated[PurchaseTerms]:
    """The rule that a programme's proposal would open it with."""
    return _rule(proposal.facts["rule"])


def days_of(proposal: Proposal) -> tuple[date | None, date | None]:
    """The first and the last day of sale that a programme's proposal would open it with."""
    return _day(proposal.facts.get("first_day")), _day(proposal.facts.get("last_day"))


def change_of(proposal: Proposal) -> ProgrammeChange:
    """What a change's proposal would make of its programme."""
    facts = proposal.facts
    rule = _rule(facts["rule"]) if facts["rule"] else None
    return ProgrammeChange(facts["number"], Won(facts["cap"]), _day(facts["last_day"]), rule)


def _rule(said: dict[str, Any]) -> Dated[PurchaseTerms]:
    return Dated(date.fromisoformat(said["in_force_from"]), PURCHASE.read(said["terms"]), said["legal_basis"])


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def waiting_for(official: Official, now: datetime, *, can_sign: bool) -> list[Proposal]:
    """Proposals of others that this official can approve now: rotations and budgets only where they can sign, by a key in force."""
    others = open_proposals(official.city_id, now).exclude(proposed_by=official)
    signed = ProposalSignature.objects.filter(official=official).values("proposal")
    return [each for each in others.exclude(pk__in=signed) if can_sign or each.kind in APPROVED_UNSIGNED]


def signed_and_not_sent(city_id: int, now: datetime) -> list[Proposal]:
    """Proposals that have both signatures, and that the chain wasn't told of."""
    return [each for each in open_proposals(city_id, now) if state_of(each, now) == "signed"]


def keys_in_force(official: Official) -> list[BrowserKey]:
    """Keys of the official's browsers that the contract takes for an official's."""
    in_force = official_keys_of(official.city_id).values("address")
    return list(BrowserKey.objects.filter(official=official, address__in=in_force).order_by("-pk"))


def signatures_of(proposal: Proposal) -> list[ProposalSignature]:
    """All of its signatures with who gave them, the first one first."""
    return list(proposal.signatures.select_related("official__person").order_by("pk"))


def signatures_in_force(proposal: Proposal) -> list[ProposalSignature]:
    """Signatures that count now: their keys are officials' of this moment."""
    in_force = official_keys_of(proposal.city_id).values("address")
    return list(proposal.signatures.filter(address__in=in_force).select_related("official__person").order_by("pk"))


def holders(city_id: int) -> list[tuple[OfficialKey, BrowserKey | None]]:
    """The officials' keys of the moment, and whose browser holds each key: None for a founding one."""
    on_chain = official_keys_of(city_id).order_by("pk")
    in_browsers = BrowserKey.objects.filter(city_id=city_id).select_related("official__person")
    by_address = {key.address: key for key in in_browsers}
    return [(each, by_address.get(each.address)) for each in on_chain]


def rotations_under_way(city_id: int, now: datetime) -> list[Proposal]:
    """Rotations that are open, or approved and not yet final, in the order of their versions."""
    rows = [
        each
        for each in proposals_of(city_id).filter(kind=Proposal.Kind.ROTATION).exclude(status=Proposal.Status.REJECTED)
        if (each.status == OPEN and each.expires_at > now) or state_of(each, now) == "carrying"
    ]
    return sorted(rows, key=lambda each: int(each.facts["version"]))


def next_officials_version(city_id: int, now: datetime) -> int:
    """The version of the next change of officials, behind those that are decided or proposed."""
    posted = OfficialKey.objects.filter(city_id=city_id, founding=False).count()
    carried = Decision.objects.filter(city_id=city_id, kind=Decision.Kind.ROTATION)
    decided = [each.facts["version"] for each in carried if decision_state(each) != "reverted"]
    proposed = [each.facts["version"] for each in rotations_under_way(city_id, now)]
    return max(posted, *map(int, decided), *map(int, proposed), 0) + 1


def state_of(proposal: Proposal, now: datetime) -> str:
    """``open``, ``signed`` (by two, not sent yet), ``expired``, ``rejected``, ``carrying``, ``final``, ``reverted``."""
    if proposal.status == Proposal.Status.REJECTED:
        return "rejected"
    if proposal.status == Proposal.Status.APPROVED:
        return _state_approved(proposal)
    if proposal.expires_at <= now:
        return "expired"
    enough = proposal.kind not in APPROVED_UNSIGNED and len(signatures_in_force(proposal)) >= 2  # noqa: PLR2004 - two sign
    return "signed" if enough else "open"


def _state_approved(proposal: Proposal) -> str:
    if proposal.decision:
        return decision_state(proposal.decision)
    return change_state(proposal) if proposal.kind == Proposal.Kind.CHANGE else _programme_state(proposal)


def change_state(proposal: Proposal) -> str:
    """Of an approved change: ``carrying`` while its new cap is on its way, ``reverted``, or ``final``, at once where the cap stays."""
    if proposal.submission is None:
        return "final"
    if proposal.submission.is_under_way:
        return "carrying"
    return "reverted" if proposal.submission.went_wrong else "final"


def _programme_state(proposal: Proposal) -> str:
    opened = proposal.city.programmes.filter(number=proposal.facts.get("number", 0), open_at__isnull=False)
    return "final" if opened.exists() else "carrying"
