"""A bank's file becomes rows, once: all of it, or nothing and a row that says why."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.text import as_text
from citycoin.foundation.locks import locked
from citycoin.money.bank.domain.documents import Kind
from citycoin.money.bank.domain.messages import AccountReport, Credit, Report, Result, read
from citycoin.money.bank.domain.verdicts import FileWrong, Why
from citycoin.money.bank.models import BankFile, CityAccount, Deposit, OrderFile, VirtualAccount
from citycoin.money.bank.operations.results import take_result
from citycoin.money.bank.operations.statements import take_statement
from citycoin.money.bank.operations.steps import parts
from citycoin.money.bank.queries.accounts import cities_that_bank
from citycoin.platform.incidents import operations as incidents

log = logging.getLogger(__name__)
FILE_REFUSED: Final = "bank_file_refused"
LONGEST_NAME: Final = 200
# A bank's clock and ours may be apart by so much; a message of later than that is from the future.
AHEAD: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class FileFound:
    """A file as it lies in the folder. ``content`` is None where it is larger than anything a bank sends."""

    name: str
    sha256: str
    size: int
    content: bytes | None

    @classmethod
    def of(cls, name: str, content: bytes) -> FileFound:
        """The file with this content."""
        return cls(name, hashlib.sha256(content).hexdigest(), len(content), content)


@commits("take_bank_file")
def take_file(found: FileFound, *, now: datetime) -> BankFile:
    """Take it or refuse it; return its row. The same bytes again, under whatever name, change nothing but how often they came."""
    if there := locked(BankFile.objects.filter(sha256=found.sha256)).first():
        there.times += 1
        there.save(update_fields=["times"])
        return there
    row = BankFile(
        name=as_text(found.name)[:LONGEST_NAME],
        sha256=found.sha256,
        size=found.size,
        verdict=BankFile.Verdict.TAKEN,
        received_at=now,
    )
    try:
        with transaction.atomic():  # what was written of it goes, but for the row that says why
            _take(row, found, now)
    except FileWrong as no:
        log.warning("%s is refused: %s", found.name, no)
        _refuse(row, no.why, now)
    return row


def _take(row: BankFile, found: FileFound, now: datetime) -> None:
    """Write what the file says. Raises FileWrong."""
    if found.content is None:
        raise FileWrong(Why.TOO_LARGE)
    said = read(found.content)
    row.message_id = said.message_id
    row.kind = Kind.RESULT if isinstance(said, Result) else said.kind
    if isinstance(said, Result):
        _take_result(row, said, now)
    else:
        _take_report(row, said, now)


def _refuse(row: BankFile, why: Why, now: datetime) -> None:
    """The row, and an incident for whom it concerns: the bank has to be asked, and nobody else can."""
    row.pk, row.verdict, row.why, row.deposits_found = None, BankFile.Verdict.REFUSED, why, 0
    row.save()
    cities: list[int | None] = [row.city_id] if row.city_id else [*cities_that_bank()]
    for city_id in cities or [None]:
        incidents.report(city_id, FILE_REFUSED, {"file": row.pk, "why": why}, now=now)


def _take_report(row: BankFile, said: Report, now: datetime) -> None:
    accounts = [(each, _account(each)) for each in said.accounts]
    cities = {account.city_id for _, account in accounts}
    row.city_id = cities.pop() if len(cities) == 1 else None
    row.sender = said.accounts[0].bic if said.accounts else ""
    _save_once(row)
    _refuse_future(said.made_at, now)
    came = [(account, credit) for each, account in accounts for credit in each.credits]
    last_day = (now + AHEAD).astimezone(KST).date()
    stated = [each.stated.day for each in said.accounts if each.stated]
    if any(day > last_day for day in (*stated, *(credit.booked_at.astimezone(KST).date() for _, credit in came))):
        raise FileWrong(Why.FROM_TOMORROW)
    for _, account in accounts:
        row.deposits_found += _receive(row, account, [credit for mine, credit in came if mine == account], now)
    row.save(update_fields=["deposits_found"])
    for each, account in accounts:
        if each.stated:
            take_statement(row, account, each.stated, now=now)


def _refuse_future(made_at: datetime, now: datetime) -> None:
    if made_at > now + AHEAD:
        raise FileWrong(Why.FROM_TOMORROW)


def _account(said: AccountReport) -> CityAccount:
    """The city's account that a report is of; one that a city has left takes what still comes. Raises FileWrong."""
    mine = CityAccount.objects.filter(bic=said.bic)
    if found := mine.filter(number=said.number).first():
        return found
    raise FileWrong(Why.ACCOUNT_UNKNOWN if mine.exists() else Why.BANK_UNKNOWN)


def _save_once(row: BankFile) -> None:
    """Raises FileWrong where another file of this bank's had this message id."""
    if BankFile.objects.filter(sender=row.sender, message_id=row.message_id, verdict=BankFile.Verdict.TAKEN).exists():
        raise FileWrong(Why.MESSAGE_ID_REUSED)
    row.save()


def _receive(row: BankFile, account: CityAccount, said: Iterable[Credit], now: datetime) -> int:
    """Write the deposits that nobody has told of before, and return how many: a statement repeats what notices said.

    Raises FileWrong where one is told otherwise than before.
    """
    news: dict[str, Credit] = {}
    for each in said:
        if news.setdefault(each.reference, each) != each:
            raise FileWrong(Why.DEPOSIT_DIFFERS)
    # Two files with the same deposit wait for each other here.
    locked(CityAccount.objects.filter(pk=account.pk)).get()
    for part in parts(list(news)):
        for before in Deposit.objects.filter(account=account, reference__in=part):
            again = news.pop(before.reference)
            if (again.amount.amount, again.number) != (before.amount, before.number):
                raise FileWrong(Why.DEPOSIT_DIFFERS)
    for part in parts(list(news)):
        _write(row, account, [news[each] for each in part], now)
    return len(news)


def _write(row: BankFile, account: CityAccount, news: list[Credit], now: datetime) -> None:
    numbers = {each.number for each in news if each.number}
    virtual = VirtualAccount.objects.filter(account=account, number__in=numbers, released_at=None)
    by_number = {each.number: each for each in virtual}
    Deposit.objects.bulk_create(
        [
            Deposit(
                city_id=account.city_id,
                account=account,
                file=row,
                reference=each.reference,
                number=each.number,
                virtual_account=by_number.get(each.number),
                amount=each.amount.amount,
                payer_name=each.payer_name,
                payer_bank=each.payer_bank,
                payer_number=each.payer_number,
                booked_at=each.booked_at,
                received_at=now,
            )
            for each in news
        ],
        batch_size=200,
    )


def _take_result(row: BankFile, said: Result, now: datetime) -> None:
    order = OrderFile.objects.filter(message_id=said.order_id).select_related("account").first()
    if order is None:
        raise FileWrong(Why.ORDER_UNKNOWN)
    row.city_id, row.sender = order.account.city_id, order.account.bic
    _refuse_future(said.made_at, now)
    _save_once(row)
    take_result(order, said, now=now)
