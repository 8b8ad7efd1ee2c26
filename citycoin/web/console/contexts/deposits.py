"""What the pages of deposits and of the bank's files show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.money.bank.domain.verdicts import REASONS, WHYS, Reason, Why
from citycoin.money.bank.models import BankFile, Deposit
from citycoin.money.bank.queries import deposits
from citycoin.platform.accounts.models import Official

GONE_SHOWN: Final = 50
FILES_SHOWN: Final = 100
KINDS: Final = {
    "camt.054": Words("입출금 알림", "Notice"),
    "camt.053": Words("하루 거래 내역", "Statement"),
    "pain.002": Words("송금 결과", "Result of transfers"),
}


@dataclass(frozen=True, slots=True)
class DepositShown:
    """A deposit, and why it bought nothing."""

    deposit: Deposit
    why: Words

    @property
    def may_go_back(self) -> bool:
        """Whether the bank said from which account it came."""
        return bool(self.deposit.payer_bank and self.deposit.payer_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositsPage:
    """The deposits that wait for an official, the oldest first, and the last that went back."""

    waiting: Sequence[DepositShown]
    gone: Sequence[DepositShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneDepositPage:
    """A deposit; ``number`` and ``reason`` are what was typed."""

    shown: DepositShown
    waits: bool
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file of the bank's: what it is, and why it was refused (None where it was taken)."""

    file: BankFile
    kind: Words | str
    why: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFilesPage:
    """The last files, newest first."""

    files: Sequence[FileShown]


def deposits_page(official: Official) -> DepositsPage:
    """The lists of the official's city."""
    return DepositsPage(
        waiting=[_shown(each) for each in deposits.deposits_in_suspense(official.city_id)],
        gone=[_shown(each) for each in deposits.deposits_gone_back(official.city_id)[:GONE_SHOWN]],
    )


def deposit_page(official: Official, number: int, *, typed: str = "", reason: str = "") -> OneDepositPage:
    """The deposit of this row. Raises DepositUnknown."""
    found = deposits.deposit_numbered(official.city_id, number)
    waits = found.status == Deposit.Status.SUSPENSE
    return OneDepositPage(shown=_shown(found), waits=waits, number=typed, reason=reason)


def bank_files_page(official: Official) -> BankFilesPage:
    """The files that concern the official's city, and those of which nobody can say whom they concern."""
    return BankFilesPage(files=[_file(each) for each in deposits.files_of(official.city_id)[:FILES_SHOWN]])


def _shown(deposit: Deposit) -> DepositShown:
    return DepositShown(deposit, REASONS[Reason(deposit.reason)] if deposit.reason else Words("", ""))


def _file(file: BankFile) -> FileShown:
    kind = KINDS.get(file.kind[:8], Words("알 수 없음", "Unknown"))
    return FileShown(file, kind, WHYS[Why(file.why)] if file.why else None)
