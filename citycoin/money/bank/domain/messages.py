"""What banks say, read from ISO 20022: notices (camt.054), statements (camt.053) and results of orders (pain.002).

Bytes in, frozen dataclasses out; whatever isn't right is a FileWrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Amount
from citycoin.foundation.kernel.text import day_of, sentence, whole_number
from citycoin.money.bank.domain.documents import Kind, Node, moment, whole_won
from citycoin.money.bank.domain.verdicts import FileWrong, Why

LONGEST_NAME: Final = 140
# An ISODate may have a zone after its day.
ISO_DAY: Final = 10


# Of an account: the element of the message, and the one of each account in it.
REPORTS: Final = {Kind.NOTICE: ("BkToCstmrDbtCdtNtfctn", "Ntfctn"), Kind.STATEMENT: ("BkToCstmrStmt", "Stmt")}


class Outcome(StrEnum):
    """What a bank says of a transfer that it was ordered to make."""

    ACCEPTED = "accepted"
    DONE = "done"
    REJECTED = "rejected"


# ISO's external codes of a payment's status.
STATUSES: Final = {
    **dict.fromkeys(("RCVD", "PDNG", "ACTC", "ACCP", "ACSP", "ACWC", "ACWP"), Outcome.ACCEPTED),
    **dict.fromkeys(("ACSC", "ACCC"), Outcome.DONE),
    "RJCT": Outcome.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Credit:
    """Won that came to an account. ``number``: the virtual account that they were sent to, empty where the bank says none."""

    reference: str
    number: str
    amount: Amount
    booked_at: datetime
    payer_name: str
    payer_bank: str
    payer_number: str


class Own(StrEnum):
    """What a bank books by itself."""

    INTEREST = "interest"
    FEE = "fee"


# ISO's external codes of a bank transaction: miscellaneous credit and debit operations, and their sub-families.
OWN_FAMILIES: Final = ("MCOP", "MDOP")
OWN_CODES: Final = {
    "INTR": Own.INTEREST,
    **dict.fromkeys(("CHRG", "FEES", "COMM", "TAXE"), Own.FEE),  # what is taken of interest is no less taken
}


@dataclass(frozen=True, slots=True)
class Booked:
    """A line of a statement: won that came or left. ``end_to_end``: our own name of a transfer, where the bank says it.

    ``own``: what the bank booked it as, where it is no transfer; ``sets_right``: it reverses what the bank booked before.
    """

    reference: str
    came: bool
    amount: int
    end_to_end: str
    own: Own | None
    sets_right: bool


@dataclass(frozen=True, slots=True)
class DayStated:
    """What a statement says of a day: won before and after it, and every line between."""

    day: date
    opening: int
    closing: int
    lines: tuple[Booked, ...]


@dataclass(frozen=True, slots=True)
class AccountReport:
    """What a message says of one account, by the bank's BIC and its number; ``stated`` is None in a notice."""

    bic: str
    number: str
    credits: tuple[Credit, ...]
    stated: DayStated | None


@dataclass(frozen=True, slots=True)
class Report:
    """A notice or a statement."""

    kind: Kind
    message_id: str
    made_at: datetime
    accounts: tuple[AccountReport, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one transfer; ``reason`` is ISO's code, empty where there is none."""

    end_to_end: str
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """A bank's answer to an order. ``all_of_it``: what is said of the whole order, where no transfer is named."""

    message_id: str
    made_at: datetime
    order_id: str
    answers: tuple[Answered, ...]
    all_of_it: Outcome | None
    reason: str


def read(content: bytes) -> Report | Result:
    """The message in a file. Raises FileWrong."""
    node = Node.of(content)
    return _result(node) if node.kind == Kind.RESULT else _report(node, node.kind)


def _report(node: Node, kind: Kind) -> Report:
    message, account = REPORTS[kind]
    return Report(
        kind,
        node.text(f"{message}/GrpHdr/MsgId"),
        moment(node.text(f"{message}/GrpHdr/CreDtTm")),
        tuple(_account(each, kind) for each in node.all(f"{message}/{account}")),
    )


def _account(node: Node, kind: Kind) -> AccountReport:
    entries = list(node.all("Ntry"))
    for name, direction in (("TtlCdtNtries", "CRDT"), ("TtlDbtNtries", "DBIT")):
        _refuse_other_sum(node, f"TxsSummry/{name}", [each for each in entries if each.text("CdtDbtInd") == direction])
    booked = [each for each in entries if each.text("Sts/Cd") == "BOOK"]
    came = [each for each in booked if each.text("CdtDbtInd") == "CRDT" and not _is_of_the_banks_own(each)]
    return AccountReport(
        node.text("Acct/Svcr/FinInstnId/BICFI"),
        node.text("Acct/Id/Othr/Id"),
        tuple(credit for each in came for credit in _credits(each)),
        _day(node, booked) if kind == Kind.STATEMENT else None,
    )


def _is_of_the_banks_own(entry: Node) -> bool:
    """Nobody sent it: interest, charges, or what reverses a line of before."""
    return _own(entry) is not None or _sets_right(entry)


def _own(entry: Node) -> Own | None:
    family = entry.text("BkTxCd/Domn/Fmly/Cd")
    return OWN_CODES.get(entry.text("BkTxCd/Domn/Fmly/SubFmlyCd")) if family in OWN_FAMILIES else None


def _sets_right(entry: Node) -> bool:
    return entry.text("RvslInd") in {"true", "1"}


def _day(node: Node, booked: list[Node]) -> DayStated:
    """The day between two balances, each line of it once. Raises FileWrong where they don't sum up."""
    balances = {each.text("Tp/CdOrPrtry/Cd"): each for each in node.all("Bal")}
    before, after = balances.get("OPBD") or balances.get("PRCD"), balances.get("CLBD")
    day = day_of(after.text("Dt/Dt")[:ISO_DAY]) if after else None
    if before is None or after is None or day is None:
        raise FileWrong(Why.NO_BALANCES)
    lines = tuple(line for each in booked for line in _lines(each))
    said = DayStated(day, _balance(before), _balance(after), lines)
    if said.opening + sum(each.amount if each.came else -each.amount for each in lines) != said.closing:
        raise FileWrong(Why.SUMS_DIFFER)
    return said


def _balance(node: Node) -> int:
    won = node.amount("Amt")
    return won if node.text("CdtDbtInd") == "CRDT" else -won


def _lines(entry: Node) -> Iterator[Booked]:
    """The transfers of an entry, or itself where it names none."""
    came, whole = entry.text("CdtDbtInd") == "CRDT", entry.amount("Amt")
    transfers = list(entry.all("NtryDtls/TxDtls")) or [entry]
    for transfer in transfers:
        reference = transfer.text("Refs/AcctSvcrRef") or (len(transfers) == 1 and entry.text("AcctSvcrRef")) or ""
        if not reference:
            raise FileWrong(Why.NO_REFERENCE)
        yield Booked(
            reference,
            came,
            transfer.amount("Amt") if transfer.has("Amt") else whole,
            transfer.text("Refs/EndToEndId"),
            _own(entry),
            _sets_right(entry),
        )


def _refuse_other_sum(node: Node, path: str, entries: list[Node]) -> None:
    """A file that lost entries on its way, and is still XML, says so by its sums."""
    count, total = node.text(f"{path}/NbOfNtries"), node.text(f"{path}/Sum")
    if count and whole_number(count) != len(entries):
        raise FileWrong(Why.SUMS_DIFFER)
    if total and whole_won(total) != sum(each.amount("Amt") for each in entries):
        raise FileWrong(Why.SUMS_DIFFER)


def _credits(entry: Node) -> Iterator[Credit]:
    """The transfers of an entry: one, or those that the bank booked together."""
    whole, booked_at = entry.amount("Amt"), _booked_at(entry)
    transfers = list(entry.all("NtryDtls/TxDtls")) or [entry]
    amounts = [each.amount("Amt") if each.has("Amt") else whole for each in transfers]
    if sum(amounts) != whole:
        raise FileWrong(Why.SUMS_DIFFER)
    for transfer, amount in zip(transfers, amounts, strict=True):
        reference = transfer.text("Refs/AcctSvcrRef") or (len(transfers) == 1 and entry.text("AcctSvcrRef")) or ""
        if not reference:
            raise FileWrong(Why.NO_REFERENCE)
        if amount < 1:
            raise FileWrong(Why.NOT_WON)
        yield _credit(transfer, reference, Amount(amount), booked_at)


def _credit(transfer: Node, reference: str, amount: Amount, booked_at: datetime) -> Credit:
    bank = "RltdAgts/DbtrAgt/FinInstnId"
    name = transfer.text("RltdPties/Dbtr/Pty/Nm") or transfer.text("RltdPties/Dbtr/Agt/FinInstnId/Nm")
    return Credit(
        reference=reference,
        number=transfer.text("RltdPties/CdtrAcct/Id/Othr/Id"),
        amount=amount,
        booked_at=booked_at,
        payer_name=sentence(name)[:LONGEST_NAME],
        payer_bank=transfer.text(f"{bank}/ClrSysMmbId/MmbId") or transfer.text(f"{bank}/BICFI"),
        payer_number=transfer.text("RltdPties/DbtrAcct/Id/Othr/Id"),
    )


def _booked_at(entry: Node) -> datetime:
    """The moment of its booking, or the day's first where the bank names the day alone. Raises FileWrong."""
    if said := entry.text("BookgDt/DtTm"):
        return moment(said)
    day = day_of(entry.text("BookgDt/Dt")[:ISO_DAY])
    if day is None:
        raise FileWrong(Why.AGAINST_SCHEMA, "an entry without its day")
    return datetime.combine(day, time(), KST)


def _result(node: Node) -> Result:
    report, group = "CstmrPmtStsRpt", "CstmrPmtStsRpt/OrgnlGrpInfAndSts"
    payments = list(node.all(f"{report}/OrgnlPmtInfAndSts"))
    answers = tuple(
        Answered(each.text("OrgnlEndToEndId"), _outcome(each.text("TxSts")), each.text("StsRsnInf/Rsn/Cd"))
        for payment in payments
        for each in payment.all("TxInfAndSts")
    )
    whole = next((said for each in payments if (said := each.text("PmtInfSts"))), node.text(f"{group}/GrpSts"))
    reason = next((said for each in payments if (said := each.text("StsRsnInf/Rsn/Cd"))), "")
    return Result(
        node.text(f"{report}/GrpHdr/MsgId"),
        moment(node.text(f"{report}/GrpHdr/CreDtTm")),
        node.text(f"{group}/OrgnlMsgId"),
        answers,
        _outcome(whole) if whole and not answers else None,
        reason or node.text(f"{group}/StsRsnInf/Rsn/Cd"),
    )


def _outcome(status: str) -> Outcome:
    if status not in STATUSES:
        raise FileWrong(Why.STATUS_UNKNOWN)
    return STATUSES[status]
