"""What an act on several shops would change: chosen in the register, looked at, and then done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.text import whole_number
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts.shops import STATES, StateShown
from merchants.models import Shop
from merchants.queries import register
from merchants.queries.register import State
from wallets.queries.freezes import thawing

MOST_AT_ONCE: Final = 100
LARGEST_NUMBER: Final = 2**63 - 1
FREEZE: Final = "freeze"
UNFREEZE: Final = "unfreeze"
ACTS: Final[Mapping[str, Words]] = {
    FREEZE: Words("정지하기", "Freeze"),
    UNFREEZE: Words("정지 해제하기", "Unfreeze"),
}
FROZEN_ALREADY: Final = Words("이미 정지되어 있습니다", "It is frozen already")
NOT_FROZEN: Final = Words("정지되어 있지 않습니다", "It isn't frozen")
BEING_LET_GO: Final = Words("이미 해제하는 중입니다", "It is being let go already")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A shop with its state now; ``skipped`` says why the act would change nothing of it, or is None."""

    shop: Shop
    state: StateShown
    skipped: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage:
    """Which shops would change, and which are skipped and why. ``left_out``: numbers that are no shop's, or too many at once."""

    act: str
    words: Words
    changed: Sequence[Chosen]
    skipped: Sequence[Chosen]
    left_out: int
    most: int
    is_done: bool
    reason: str = ""

    @property
    def shops(self) -> list[Shop]:
        """Those that the act is for."""
        return [each.shop for each in self.changed]


def act_page(
    official: Official, act: str, numbers: Sequence[str], *, is_done: bool = False, reason: str = ""
) -> ActPage:
    """Of the shops with these numbers, as somebody sent them; an act that there isn't counts as freezing."""
    act = act if act in ACTS else FREEZE
    said = list(dict.fromkeys(numbers))
    known = [number for each in said[:MOST_AT_ONCE] if (number := whole_number(each, most=LARGEST_NUMBER))]
    shops = register.shops_numbered(official.city_id, known)
    let_go = thawing([each.wallet_id for each in shops])
    chosen = [_chosen(each, act, is_let_go=each.wallet_id in let_go) for each in shops]
    return ActPage(
        act=act,
        words=ACTS[act],
        changed=[each for each in chosen if not each.skipped],
        skipped=[each for each in chosen if each.skipped],
        left_out=len(said) - len(shops),
        most=MOST_AT_ONCE,
        is_done=is_done,
        reason=reason,
    )


def _chosen(shop: Shop, act: str, *, is_let_go: bool) -> Chosen:
    state = register.state_of(shop)
    shown = StateShown(*STATES[state])
    is_frozen = state == State.FROZEN
    if act == FREEZE:
        return Chosen(shop, shown, FROZEN_ALREADY if is_frozen and not is_let_go else None)
    if is_let_go:
        return Chosen(shop, shown, BEING_LET_GO)
    return Chosen(shop, shown, None if is_frozen else NOT_FROZEN)
