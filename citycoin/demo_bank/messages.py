"""The bank's side of ISO 20022: it writes notices, statements and results, and reads payment orders. No file, no table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from lxml import etree

BIC: Final = "NARUKRSE"
BANK_NAME: Final = "나루은행"
NOTICE: Final = "camt.054.001.08"
STATEMENT: Final = "camt.053.001.08"
ORDER: Final = "pain.001.001.09"
RESULT: Final = "pain.002.001.12"
NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:"
CREDIT, DEBIT = "CRDT", "DBIT"
DONE, REFUSED = "ACSC", "RJCT"
# Domain, family and sub-family of a domestic credit transfer that came in, and of one that went out.
KINDS: Final = {CREDIT: ("PMNT", "RCDT", "DMCT"), DEBIT: ("PMNT", "ICDT", "DMCT")}
# Of what the bank books itself, by its sub-family: interest that it pays, charges that it takes, and what sets a mistake right.
INTEREST, CHARGES, ADJUSTMENT = "INTR", "CHRG", "ADJT"
FAMILIES: Final = {CREDIT: "MCOP", DEBIT: "MDOP"}

# A tag with its text, its children, or None for an empty one; attributes stand in a third place.
Node = tuple[Any, ...]


class OrderUnreadable(Exception):
    """Not a payment order that the bank can carry out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of an account: won that came in or went out. ``virtual`` is the number that it was sent to, where it has one.

    ``note``: what the payee reads of it. ``own``: the sub-family of what the bank books itself, which is no transfer.
    """

    reference: str
    account: str
    direction: str
    amount: int
    booked_at: datetime
    virtual: str
    name: str
    bank: str
    number: str
    end_to_end: str
    note: str = ""
    own: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A transfer of an order."""

    end_to_end: str
    amount: int
    name: str
    bank: str
    number: str
    note: str


@dataclass(frozen=True, slots=True)
class Order:
    """A customer's order with its transfers."""

    message_id: str
    payment_id: str
    account: str
    transfers: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a transfer of an order; ``reason`` is a code of ISO's list, empty where it was made."""

    end_to_end: str
    status: str
    reason: str


def notice(message_id: str, account: str, entries: Sequence[Entry], *, now: datetime) -> bytes:
    """A credit notification of one account, as bytes."""
    return _document(
        NOTICE,
        "BkToCstmrDbtCdtNtfctn",
        ("GrpHdr", [("MsgId", message_id), ("CreDtTm", _moment(now))]),
        (
            "Ntfctn",
            [
                ("Id", message_id),
                ("CreDtTm", _moment(now)),
                _account(account),
                _summary(entries),
                *(_entry(each) for each in entries),
            ],
        ),
    )


def statement(
    message_id: str, account: str, day: date, entries: Sequence[Entry], *, opening: int, now: datetime
) -> bytes:
    """The statement of a day of one account, with what it had before and after, as bytes."""
    closing = opening + sum(each.amount if each.direction == CREDIT else -each.amount for each in entries)
    begins = datetime.combine(day, time(), now.tzinfo)
    return _document(
        STATEMENT,
        "BkToCstmrStmt",
        ("GrpHdr", [("MsgId", message_id), ("CreDtTm", _moment(now))]),
        (
            "Stmt",
            [
                ("Id", message_id),
                ("CreDtTm", _moment(now)),
                (
                    "FrToDt",
                    [("FrDtTm", _moment(begins)), ("ToDtTm", _moment(begins + timedelta(days=1, seconds=-1)))],
                ),
                _account(account),
                _balance("OPBD", opening, day),
                _balance("CLBD", closing, day),
                _summary(entries),
                *(_entry(each) for each in entries),
            ],
        ),
    )


def result(message_id: str, order: Order, outcomes: Iterable[Outcome], *, now: datetime) -> bytes:
    """What became of an order's transfers, as bytes."""
    return _document(
        RESULT,
        "CstmrPmtStsRpt",
        ("GrpHdr", [("MsgId", message_id), ("CreDtTm", _moment(now)), ("DbtrAgt", _bank(BIC))]),
        ("OrgnlGrpInfAndSts", [("OrgnlMsgId", order.message_id), ("OrgnlMsgNmId", ORDER)]),
        ("OrgnlPmtInfAndSts", [("OrgnlPmtInfId", order.payment_id), *(_outcome(each) for each in outcomes)]),
    )


def read_order(content: bytes) -> Order:
    """The order in a file of ours. Raises OrderUnreadable."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8")
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as wrong:
        raise OrderUnreadable(str(wrong)) from wrong
    if root.getroottree().docinfo.doctype or root.tag != f"{{{NAMESPACE}{ORDER}}}Document":
        raise OrderUnreadable("no order")
    spaces = {"o": f"{NAMESPACE}{ORDER}"}

    def said(node: Any, path: str) -> str:
        found: str = node.findtext("/".join(f"o:{each}" for each in path.split("/")), default="", namespaces=spaces)
        return found

    payment = root.find("o:CstmrCdtTrfInitn/o:PmtInf", spaces)
    if payment is None:
        raise OrderUnreadable("no payment")
    try:
        transfers = tuple(
            Wanted(
                end_to_end=said(each, "PmtId/EndToEndId"),
                amount=int(said(each, "Amt/InstdAmt")),
                name=said(each, "Cdtr/Nm"),
                bank=said(each, "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId"),
                number=said(each, "CdtrAcct/Id/Othr/Id"),
                note=said(each, "RmtInf/Ustrd"),
            )
            for each in payment.iterfind("o:CdtTrfTxInf", spaces)
        )
    except ValueError as wrong:
        raise OrderUnreadable(str(wrong)) from wrong
    return Order(
        said(root, "CstmrCdtTrfInitn/GrpHdr/MsgId"),
        said(payment, "PmtInfId"),
        said(payment, "DbtrAcct/Id/Othr/Id"),
        transfers,
    )


def _document(name: str, message: str, *parts: Node) -> bytes:
    space = f"{NAMESPACE}{name}"
    root = etree.Element(f"{{{space}}}Document", nsmap={None: space})
    _add(etree.SubElement(root, f"{{{space}}}{message}"), parts, space)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def _add(parent: Any, nodes: Iterable[Node], space: str) -> None:
    for tag, content, *attributes in nodes:
        made = etree.SubElement(parent, f"{{{space}}}{tag}", dict(*attributes))
        if isinstance(content, str):
            made.text = content
        else:
            _add(made, content, space)


def _account(number: str) -> Node:
    return ("Acct", [*_number(number), ("Ccy", "KRW"), ("Svcr", _bank(BIC))])


def _number(number: str) -> list[Node]:
    return [("Id", [("Othr", [("Id", number)])])]


def _bank(bic: str) -> list[Node]:
    return [("FinInstnId", [("BICFI", bic)])]


def _won(amount: int) -> Node:
    return ("Amt", str(amount), {"Ccy": "KRW"})


def _summary(entries: Sequence[Entry]) -> Node:
    totals = []
    for name, direction in (("TtlCdtNtries", CREDIT), ("TtlDbtNtries", DEBIT)):
        amounts = [each.amount for each in entries if each.direction == direction]
        totals.append((name, [("NbOfNtries", str(len(amounts))), ("Sum", str(sum(amounts)))]))
    return ("TxsSummry", totals)


def _balance(kind: str, amount: int, day: date) -> Node:
    direction = CREDIT if amount >= 0 else DEBIT
    return (
        "Bal",
        [
            ("Tp", [("CdOrPrtry", [("Cd", kind)])]),
            _won(abs(amount)),
            ("CdtDbtInd", direction),
            ("Dt", [("Dt", day.isoformat())]),
        ],
    )


def _entry(entry: Entry) -> Node:
    kind = ("ACMT", FAMILIES[entry.direction], entry.own) if entry.own else KINDS[entry.direction]
    other, theirs = ("Dbtr", "DbtrAcct") if entry.direction == CREDIT else ("Cdtr", "CdtrAcct")
    if entry.own:
        return ("Ntry", [*_booked(entry), *_code(kind)])
    parties: list[Node] = [(other, [("Pty", [("Nm", entry.name)])])]
    if entry.number:
        parties.append((theirs, _number(entry.number)))
    if entry.virtual:
        parties.append(("CdtrAcct", _number(entry.virtual)))
    agent = ("FinInstnId", [("ClrSysMmbId", [("MmbId", entry.bank)])])
    refs: list[Node] = [("AcctSvcrRef", entry.reference)]
    if entry.end_to_end:
        refs.append(("EndToEndId", entry.end_to_end))
    transfer = [("Refs", refs), ("RltdPties", parties), ("RltdAgts", [(f"{other}Agt", [agent])])]
    return ("Ntry", [*_booked(entry), *_code(kind), ("NtryDtls", [("TxDtls", transfer)])])


def _booked(entry: Entry) -> list[Node]:
    sets_right = entry.own == ADJUSTMENT and entry.direction == CREDIT
    return [
        _won(entry.amount),
        ("CdtDbtInd", entry.direction),
        *([("RvslInd", "true")] if sets_right else []),
        ("Sts", [("Cd", "BOOK")]),
        ("BookgDt", [("DtTm", _moment(entry.booked_at))]),
        ("ValDt", [("Dt", entry.booked_at.date().isoformat())]),
        ("AcctSvcrRef", entry.reference),
    ]


def _code(kind: tuple[str, str, str]) -> list[Node]:
    domain, family, sub_family = kind
    return [("BkTxCd", [("Domn", [("Cd", domain), ("Fmly", [("Cd", family), ("SubFmlyCd", sub_family)])])])]


def _outcome(outcome: Outcome) -> Node:
    said: list[Node] = [("OrgnlEndToEndId", outcome.end_to_end), ("TxSts", outcome.status)]
    if outcome.reason:
        said.append(("StsRsnInf", [("Rsn", [("Cd", outcome.reason)])]))
    return ("TxInfAndSts", said)


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
