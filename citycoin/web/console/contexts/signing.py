"""What the signers of a decision read, beside the values that their browsers sign."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from citycoin.foundation.bilingual import Words
from citycoin.money.issuance.domain.decisions import BudgetFacts, RotationFacts
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.models import BrowserKey
from citycoin.money.issuance.queries import official_keys, proposals
from contracts.domain.address_words import ComparedAddress, compared, word_lists


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSigning:
    """A budget's struct, with its seconds as moments, and why: the browser hashes that by itself."""

    facts: BudgetFacts
    why: Justification
    starts: datetime
    ends: datetime
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationSigning:
    """A change of keys: whose key leaves, and how many founding keys are in force."""

    facts: RotationFacts
    deadline: datetime
    outgoing: ComparedAddress
    incoming: ComparedAddress
    outgoing_is_founding: bool
    outgoing_name: str | None  # None where no official's browser holds it
    founding_left: int
    word_list: Words  # for the browser, which says the addresses that it signs by itself


def budget_signing(facts: BudgetFacts, why: Justification) -> BudgetSigning:
    """What a budget's signers read."""
    return BudgetSigning(
        facts=facts,
        why=why,
        starts=datetime.fromtimestamp(facts.starts, tz=UTC),
        ends=datetime.fromtimestamp(facts.ends, tz=UTC),
        deadline=datetime.fromtimestamp(facts.deadline, tz=UTC),
    )


def rotation_signing(facts: RotationFacts, city_id: int) -> RotationSigning:
    """What the signers of a change of keys read."""
    founding = official_keys.founding_addresses(city_id)
    names = {key.address: held.official.person.username for key, held in proposals.holders(city_id) if held}
    return RotationSigning(
        facts=facts,
        deadline=datetime.fromtimestamp(facts.deadline, tz=UTC),
        outgoing=compared(facts.outgoing),
        incoming=compared(facts.incoming),
        outgoing_is_founding=facts.outgoing in founding,
        outgoing_name=names.get(facts.outgoing),
        founding_left=len(founding),
        word_list=word_lists(),
    )


def addresses_of(keys: Iterable[BrowserKey]) -> str:
    """The keys' addresses as the page's script takes them."""
    return " ".join(each.address for each in keys)
