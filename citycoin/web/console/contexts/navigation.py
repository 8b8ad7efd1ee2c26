"""The console's places as its navigation shows them: which one this is, and how much waits in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from citycoin.foundation.bilingual import Words
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts.waiting import Waiting

# The name of a place's first page, which the names of its other pages begin with; its icon; what it is called.
PLACES: Final = (
    ("console", "home", Words("할 일", "To do")),
    ("console-budget", "coins", Words("예산", "Budget")),
    ("console-programmes", "doc", Words("사업", "Programmes")),
    ("console-proposals", "pen", Words("제안과 결재", "Proposals")),
    ("console-shops", "shop", Words("가게 등록부", "Shops")),
    ("console-wallets", "users", Words("지갑", "Wallets")),
    ("console-deposits", "bank", Words("입금", "Deposits")),
    ("console-float", "coins", Words("예치금", "Float")),
    ("console-reports", "flag", Words("신고함", "Reports")),
    ("console-incidents", "pulse", Words("사고", "Incidents")),
    ("console-key", "key", Words("내 열쇠", "My key")),
    ("console-files", "down", Words("내 파일", "My files")),
    ("console-audit", "list", Words("감사 기록", "Audit log")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation."""

    words: Words
    icon: str
    url: str
    is_here: bool
    waiting: int


def places(official: Official, here: str, waiting: Waiting) -> list[Place]:
    """Every place of the official's city; ``here`` is the name of the page's route."""
    counts = {
        "console-proposals": len(waiting.proposals),
        "console-shops": len(waiting.applications),
        "console-deposits": len(waiting.deposits),
        "console-reports": waiting.reports,
        "console-incidents": len(waiting.incidents),
    }
    return [
        Place(words, icon, reverse(name, args=[official.city.slug]), _is_of(here, name), counts.get(name, 0))
        for name, icon, words in PLACES
    ]


def _is_of(here: str, place: str) -> bool:
    """A proposal's page belongs to the list of proposals, and the first page to itself alone."""
    return here == place if place == "console" else here.startswith(place.removesuffix("s"))
