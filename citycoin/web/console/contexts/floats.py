"""What the pages of the float show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse

from citycoin.foundation.bilingual import Words
from citycoin.money.bank.models import Deposit, Statement, StatementLine, TransferOut
from citycoin.money.float.domain.sums import Float
from citycoin.money.float.queries import sums
from citycoin.money.funding.models import FunderAccount
from citycoin.money.issuance.models import TopUp
from citycoin.money.payouts.models import Payout
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.pages.domain.lists import Pager, Shape

ROWS: Final = Shape(choices={}, rows_a_page=50)
STATEMENTS_SHOWN: Final = 31


@dataclass(frozen=True, slots=True)
class FloatLine:
    """A line of one of the sums; ``url`` opens its rows, empty where the public book has them."""

    words: Words
    won: int
    url: str


@dataclass(frozen=True, slots=True)
class DayStated:
    """A statement, what came and left on its day, and whether a day is missing before it."""

    statement: Statement
    came: int
    left: int
    follows: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatPage:
    """Both sums of one moment, and the last days as the bank stated them, newest first."""

    now: datetime
    found: Float
    bank: Sequence[FloatLine]
    owed: Sequence[FloatLine]
    unexplained: int
    unexplained_url: str
    days: Sequence[DayStated]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a line: what it is, of when, how many won; ``url`` is its own page, empty where it has none."""

    what: str | Words
    at: datetime | None
    won: int
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatRowsPage:
    """The rows of one line, newest first."""

    words: Words
    rows: Sequence[Row]
    pager: Pager


# The lines that open here. Residents' and shops' won, and the treasury's, are summed up wallet by wallet in the public book.
LINES: Final = {
    "came": Words("그 뒤 들어온 입금", "Deposits since"),
    "left": Words("그 뒤 나간 송금", "Transfers since"),
    "burning": Words("가게에 입금했고 소각을 기다리는 돈", "Paid out to shops, to be burned"),
    "issuing": Words("충전값을 받았고 발행을 기다리는 돈", "Paid for top-ups, to be issued"),
    "funders": Words("재원 계좌에 남은 지원금", "Left of what funders paid in"),
    "waiting": Words("아직 쓰이지 않은 입금", "Deposits that wait or go back"),
    "unanswered": Words("나갔으나 결과를 기다리는 송금", "Transfers whose result is on its way"),
    "own": Words("은행 이자와 수수료", "The bank's interest and fees"),
    "unexplained": Words("설명되지 않는 은행 거래", "Lines of the bank's that nothing explains"),
}
OWN_WORDS: Final = {
    StatementLine.Kind.INTEREST: Words("이자", "Interest"),
    StatementLine.Kind.FEE: Words("수수료", "Fee"),
    StatementLine.Kind.UNKNOWN: Words("설명 없음", "Not explained"),
}


def float_context(official: Official, now: datetime) -> FloatPage:
    """As of this moment, in the official's city."""
    city_id, found = official.city_id, sums.float_of(official.city_id)

    def line(name: str, won: int) -> FloatLine:
        return FloatLine(LINES[name], won, reverse("console-float-rows", args=[official.city.slug, name]))

    return FloatPage(
        now=now,
        found=found,
        bank=[
            FloatLine(Words("마지막 거래 내역의 잔액", "Balance of the last statement"), found.stated, ""),
            line("came", found.came),
            line("left", -found.left),
        ],
        owed=[
            FloatLine(Words("주민과 가게가 가진 돈", "Residents' and shops' won"), found.circulating, ""),
            FloatLine(Words("시 금고에 있는 돈", "The treasury's won"), found.treasury, ""),
            line("burning", -found.burning),
            line("issuing", found.issuing),
            line("funders", found.funders),
            line("waiting", found.waiting),
            line("unanswered", -found.unanswered),
            line("own", found.earned),
        ],
        unexplained=sums.unexplained_lines(city_id).count(),
        unexplained_url=reverse("console-float-rows", args=[official.city.slug, "unexplained"]),
        days=_days(list(sums.statements_of(city_id)[: STATEMENTS_SHOWN + 1])),
    )


def _days(statements: Sequence[Any]) -> list[DayStated]:
    """Each follows where its first balance is the last one of the statement before it; so does the oldest that is read."""
    older = [*statements[1:], None][: len(statements)]
    return [
        DayStated(each, each.came, each.left, before is None or _follows(each, before))
        for each, before in zip(statements, older, strict=True)
    ][:STATEMENTS_SHOWN]


def _follows(statement: Statement, before: Statement) -> bool:
    return before.account_id != statement.account_id or before.closing == statement.opening


def rows_context(official: Official, line: str, query: Mapping[str, str]) -> FloatRowsPage:
    """The rows of the line, of the official's city. Raises NotHere."""
    if line not in LINES:
        raise NotHere
    rows = sums.rows_of(official.city_id, line)
    pager = ROWS.asked(query).pager(rows.count())
    shown: Callable[[Any], Row] = SHOWN[rows.model]
    return FloatRowsPage(words=LINES[line], rows=[shown(each) for each in rows[pager.rows]], pager=pager)


def _deposit(deposit: Deposit) -> Row:
    url = reverse("console-deposit", args=[deposit.city.slug, deposit.pk])
    return Row(deposit.reference, deposit.booked_at, deposit.amount, url)


def _transfer(transfer: TransferOut) -> Row:
    return Row(transfer.end_to_end, transfer.ended_at or transfer.ordered_at, -transfer.amount)


def _payout(payout: Payout) -> Row:
    return Row(str(payout.client_id), payout.paid_at, payout.amount)


def _top_up(top_up: TopUp) -> Row:
    return Row(str(top_up.client_id), top_up.paid_at, top_up.price)


def _funder(account: FunderAccount) -> Row:
    return Row(Words(account.name_ko, account.name_en), None, account.balance)


def _line(line: StatementLine) -> Row:
    words = Words("{kind} · {day} · {reference}", "{kind} · {day} · {reference}").filled(
        kind=OWN_WORDS[StatementLine.Kind(line.kind)], day=line.statement.day.isoformat(), reference=line.reference
    )
    return Row(words, None, line.amount if line.came else -line.amount)


SHOWN: Final[Mapping[Any, Callable[[Any], Row]]] = {
    Deposit: _deposit,
    TransferOut: _transfer,
    Payout: _payout,
    TopUp: _top_up,
    FunderAccount: _funder,
    StatementLine: _line,
}
