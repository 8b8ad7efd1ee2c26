"""What the wallet's key's page, its history and its receipts show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from citycoin.foundation.bilingual import Words
from citycoin.foundation.calendar_words import MONTHS_SHORT
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.cities.models import City
from citycoin.platform.consents.queries import Standing, standings_of
from citycoin.platform.exports.domain.charts import table_of
from citycoin.platform.exports.domain.tables import Cell, Column, Kind, Table, seoul
from citycoin.platform.pages.domain.charts import bars
from citycoin.platform.pages.domain.charts.figures import Chart, Heading
from citycoin.platform.pages.templatetags.pages import won
from citycoin.web.resident.contexts import entries
from citycoin.web.resident.contexts.entries import Day, Entry, Month, Receipt
from contracts.domain.encoding import Scheme
from wallets.models import Wallet
from wallets.queries import ledger

A_WEEK: Final = 7
RECENT: Final = 50  # entries that are kept for the time without a connection
HISTORY: Final = (
    Column(Words("일시", "Time"), Kind.MOMENT),
    Column(Words("내용", "What")),
    Column(Words("들어온 돈", "Money in"), Kind.WON),
    Column(Words("나간 돈", "Money out"), Kind.WON),
    Column(Words("상태", "State")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    """The key in force: who has it (``city``, ``browser``, ``elsewhere``), and a browser's public key in hex."""

    address: str
    custody: str
    public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPage:
    """Which key signs for the wallet, and what its owner has agreed to."""

    city: City
    wallet: Wallet
    address: str
    custody: str
    public_key: str
    consents: Sequence[Standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentPage:
    """The wallet's last entries, of whatever month."""

    city: City
    days: Sequence[Day]
    at_most: int
    as_of: datetime
    tab: str = "history"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """One month of the wallet, and what of it is looked for."""

    city: City
    month: Month
    chart: Chart | None  # of the days, where something was spent
    kinds: Sequence[tuple[str, Words]]
    kind: str
    q: str
    tab: str = "history"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPage:
    """One payment of the wallet."""

    city: City
    receipt: Receipt


def _spent(month: Month) -> Chart:
    """The month's days: the finding is the day on which most was spent."""
    most = max(month.spent)
    day = month.first.replace(day=month.spent.index(most) + 1)
    heading = Heading(
        Words("{month} {day}일에 가장 많이 썼어요", "Most was spent on {day} {month}").filled(
            month=MONTHS_SHORT[day.month - 1], day=day.day
        ),
        Words("하루하루 가게에서 쓴 돈, 취소를 빼기 전", "Spent in shops each day, before refunds"),
    )
    days = days_drawn(month.spent)
    rows = [
        # Of a week each day has room for its name; of more, the one that the finding is about.
        bars.Bar(
            Words(f"{at}일", f"{at}"), month.spent[at - 1], emphasis=month.spent[at - 1] == most and len(days) > A_WEEK
        )
        for at in days
    ]
    return bars.standing(heading, rows, first=Words("날", "Day"), column=Words("쓴 돈", "Spent"))


def days_drawn(spent: Sequence[int]) -> range:
    """The days of a month, from 1, between the first and the last on which something was spent; a week at least.

    A few payments would stand lost in a month of empty days.
    """
    used = [day for day, won in enumerate(spent, start=1) if won]
    last = max(used[-1], min(used[0] + A_WEEK - 1, len(spent)))
    return range(max(min(used[0], last - A_WEEK + 1), 1), last + 1)


def key_page(wallet: Wallet) -> KeyPage:
    """The wallet's key and its owner's consents."""
    key = key_facts(wallet)
    return KeyPage(
        city=wallet.city,
        wallet=wallet,
        address=key.address,
        custody=key.custody,
        public_key=key.public_key,
        consents=standings_of(wallet.owner, wallet.city) if wallet.owner else [],
    )


def recent_page(wallet: Wallet, now: datetime) -> RecentPage:
    """The last entries, as a browser keeps them for the time without a connection."""
    return RecentPage(city=wallet.city, days=entries.last_entries(wallet, RECENT, now), at_most=RECENT, as_of=now)


def history_page(wallet: Wallet, month: str, now: datetime, *, kind: str, q: str) -> HistoryPage:
    """The month that the text names (``2026-11``; empty: of now), narrowed to a kind of entries and a text in them.

    A kind that doesn't exist is all of them. Raises NotHere.
    """
    known = kind if kind in entries.KINDS else ""
    found = entries.month(wallet, month, now, kind=known, sought=q)
    return HistoryPage(
        city=wallet.city,
        month=found,
        chart=_spent(found) if any(found.spent) else None,
        kinds=list(entries.KINDS.items()),
        kind=known,
        q=q,
    )


def history_file(wallet: Wallet, period: str, now: datetime) -> Table:
    """A month (``2026-11``) or a year (``2026``) as a table, oldest first; what doesn't count has no amount, and its state
    says it. A month is read at a time. Raises NotHere.
    """
    months, city = entries.months_of(period, now), wallet.city
    return Table(
        title=Words("{city} 지갑 {period} 내역", "{city} wallet history {period}").filled(
            city=Words(city.name_ko, city.name_en), period=period
        ),
        columns=HISTORY,
        rows=(_line(entry) for month in months for entry in entries.oldest_first(wallet, month, now)),
        lines=(Words("{moment} 기준", "As of {moment}").filled(moment=f"{seoul(now):%Y-%m-%d %H:%M}"),),
        size=lambda: sum(entries.entries_in(wallet, month) for month in months),
    )


def days_file(wallet: Wallet, month: str, now: datetime) -> Table:
    """The rows of the picture of that month's days (``2026-11``). Raises NotHere, where there is none, too."""
    found, city = entries.month(wallet, month, now), wallet.city
    if not any(found.spent):
        raise NotHere
    title = Words("{city} 지갑 {month} 날마다 쓴 돈", "{city} wallet {month} spent each day").filled(
        city=Words(city.name_ko, city.name_en), month=month
    )
    return table_of(_spent(found), title)


def _line(entry: Entry) -> Sequence[Cell]:
    if not entry.counts:
        return entry.at, entry.title, None, None, f"{entry.state} ({won(abs(entry.amount))})"
    paid_in, paid_out = (entry.amount, None) if entry.amount > 0 else (None, -entry.amount)
    return entry.at, entry.title, paid_in, paid_out, entry.state


def receipt_page(wallet: Wallet, payment_id: UUID, now: datetime) -> ReceiptPage:
    """The wallet's payment under this id. Raises NotHere."""
    return ReceiptPage(city=wallet.city, receipt=entries.receipt(wallet, payment_id, now))


def key_facts(wallet: Wallet) -> KeyFacts:
    """The key in force as a page shows it and as its script needs it."""
    in_force = ledger.key_in_force(wallet)
    in_browser = not in_force.sealed and in_force.scheme == Scheme.P256
    return KeyFacts(
        address=in_force.address,
        custody="city" if in_force.sealed else "browser" if in_browser else "elsewhere",
        public_key=bytes(in_force.public_key).hex() if in_browser else "",
    )
