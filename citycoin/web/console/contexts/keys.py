"""What the page of the official's own key shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from citycoin.foundation.bilingual import Words
from citycoin.money.issuance.models import BrowserKey, OfficialKey, Proposal
from citycoin.money.issuance.queries import bindings, proposals
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts.words import state_words
from contracts.domain.address_words import ComparedAddress, compared, word_lists

MINE_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPage:
    """Which keys sign for the city and in whose browsers they are, and which of them the official's may replace."""

    holders: Sequence[tuple[OfficialKey, BrowserKey | None, ComparedAddress]]
    in_force: str  # the addresses of the official's own keys, a space between them
    replaceable: Sequence[tuple[OfficialKey, str | None, ComparedAddress]]  # with the name of who holds it
    mine: Sequence[tuple[Proposal, Mapping[str, Any]]]  # with how far each is
    text: str  # what the browser signs as a proof
    word_list: Words  # for the browser, which says its own key's address


def key_page(official: Official, now: datetime) -> KeyPage:
    """The keys of the official's city at ``now``."""
    holders = proposals.holders(official.city_id)
    names = {key.address: held.official.person.username for key, held in holders if held}
    mine = bindings.rotations_proposed_by(official)[:MINE_SHOWN]
    return KeyPage(
        holders=[(key, held, compared(key.address)) for key, held in holders],
        in_force=" ".join(each.address for each in proposals.keys_in_force(official)),
        replaceable=[
            (each, names.get(each.address), compared(each.address)) for each in bindings.replaceable(official, now)
        ],
        mine=[(each, state_words(proposals.state_of(each, now))) for each in mine],
        text=bindings.binding_text(official),
        word_list=word_lists(),
    )
