"""A day of an account as its bank states it becomes rows, each line beside the row of ours that it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from citycoin.money.bank.domain.messages import Booked, DayStated, Own
from citycoin.money.bank.domain.verdicts import FileWrong, Why
from citycoin.money.bank.models import BankFile, CityAccount, Deposit, Statement, StatementLine, TransferOut
from citycoin.money.bank.operations.steps import parts
from citycoin.platform.incidents import operations as incidents

Kind = StatementLine.Kind
UNKNOWN_LINE: Final = "bank_line_unknown"
OWN: Final = {Own.INTEREST: Kind.INTEREST, Own.FEE: Kind.FEE}
WRITTEN_AT_ONCE: Final = 150


def take_statement(file: BankFile, account: CityAccount, said: DayStated, *, now: datetime) -> None:
    """Keep the day, in the caller's transaction, which has written its deposits. The same day again must say the same.

    A line that no row of ours explains is an incident. Raises FileWrong.
    """
    if there := Statement.objects.filter(account=account, day=said.day).first():
        _refuse_other(there, said)
        return
    made = Statement.objects.create(
        account=account, file=file, day=said.day, opening=said.opening, closing=said.closing
    )
    lines = list(_lines(made, said.lines))
    StatementLine.objects.bulk_create(lines, batch_size=WRITTEN_AT_ONCE)
    unknown = [each.reference for each in lines if each.kind == Kind.UNKNOWN]
    if unknown:
        facts = {"file": file.pk, "day": said.day.isoformat(), "references": unknown[:10], "count": len(unknown)}
        incidents.report(account.city_id, UNKNOWN_LINE, facts, now=now)


def _refuse_other(there: Statement, said: DayStated) -> None:
    kept = {(each.reference, each.came, each.amount) for each in there.lines.all()}
    same = kept == {(each.reference, each.came, each.amount) for each in said.lines}
    if not same or (there.opening, there.closing) != (said.opening, said.closing):
        raise FileWrong(Why.STATEMENT_DIFFERS)


def _lines(statement: Statement, said: Iterable[Booked]) -> Iterable[StatementLine]:
    """Each once. Raises FileWrong where a reference comes twice."""
    account, said = statement.account, list(said)
    booked = {each.reference: each for each in said}
    if len(booked) != len(said):
        raise FileWrong(Why.DEPOSIT_DIFFERS)
    deposits = _in_parts(Deposit.objects.filter(account=account, line=None), "reference", list(booked))
    names = [each.end_to_end for each in booked.values() if not each.came and each.end_to_end]
    mine = TransferOut.objects.filter(account=account, pays_from=account.number, line=None)
    transfers = _in_parts(mine, "end_to_end", names)
    for each in booked.values():
        line = StatementLine(statement=statement, reference=each.reference, came=each.came, amount=each.amount)
        deposit, transfer = deposits.get(each.reference), transfers.get(each.end_to_end)
        if each.own:
            line.kind = OWN[each.own]
        elif each.came and not each.sets_right and deposit and deposit.amount == each.amount:
            line.kind, line.deposit = Kind.DEPOSIT, deposit
        elif not each.came and transfer and transfer.amount == each.amount:
            line.kind, line.transfer = Kind.TRANSFER, transfer
        else:
            line.kind = Kind.UNKNOWN
        yield line


def _in_parts(rows: Any, field: str, names: list[str]) -> dict[str, Any]:
    """The rows of these names."""
    found: dict[str, Any] = {}
    for part in parts(names):
        found |= {getattr(each, field): each for each in rows.filter(**{f"{field}__in": part})}
    return found
