"""What a bank is ordered to do, written in ISO 20022: a pain.001 of one account's transfers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lxml import etree

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Amount
from citycoin.money.bank.domain.documents import NAMESPACE, Kind

SPACE: Final = f"{NAMESPACE}{Kind.ORDER}"
LONGEST_NOTE: Final = 140
BIC_LENGTHS: Final = (8, 11)
# A tag with its text or its children; attributes stand in a third place.
Node = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose account pays: its holder, its bank's BIC, its number."""

    name: str
    bic: str
    number: str


@dataclass(frozen=True, slots=True)
class Payee:
    """A transfer to be made. ``bank``: a BIC, or the three digits of a Korean bank."""

    end_to_end: str
    amount: Amount
    name: str
    bank: str
    number: str
    note: str


def order(message_id: str, payer: Payer, payees: Sequence[Payee], *, now: datetime) -> bytes:
    """The order, as the bytes of its file. Won have no decimals, and Korean accounts no IBAN: they are ``Othr/Id``."""
    count, total = str(len(payees)), str(sum(each.amount.amount for each in payees))
    local = now.astimezone(KST)
    root = etree.Element(f"{{{SPACE}}}Document", nsmap={None: SPACE})
    header: Node = (
        "GrpHdr",
        [
            ("MsgId", message_id),
            ("CreDtTm", local.isoformat(timespec="milliseconds")),
            ("NbOfTxs", count),
            ("CtrlSum", total),
            ("InitgPty", [("Nm", payer.name)]),
        ],
    )
    payment: Node = (
        "PmtInf",
        [
            ("PmtInfId", message_id),
            ("PmtMtd", "TRF"),
            ("NbOfTxs", count),
            ("CtrlSum", total),
            ("ReqdExctnDt", [("Dt", local.date().isoformat())]),
            ("Dbtr", [("Nm", payer.name)]),
            ("DbtrAcct", [*_number(payer.number), ("Ccy", "KRW")]),
            ("DbtrAgt", [_bank(payer.bic)]),
            *(_transfer(each) for each in payees),
        ],
    )
    _add(etree.SubElement(root, f"{{{SPACE}}}CstmrCdtTrfInitn"), (header, payment))
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def _transfer(payee: Payee) -> Node:
    return (
        "CdtTrfTxInf",
        [
            ("PmtId", [("EndToEndId", payee.end_to_end)]),
            ("Amt", [("InstdAmt", str(payee.amount.amount), {"Ccy": "KRW"})]),
            ("CdtrAgt", [_bank(payee.bank)]),
            ("Cdtr", [("Nm", payee.name or "-")]),
            ("CdtrAcct", _number(payee.number)),
            ("RmtInf", [("Ustrd", payee.note[:LONGEST_NOTE])]),
        ],
    )


def _number(number: str) -> list[Node]:
    return [("Id", [("Othr", [("Id", number)])])]


def _bank(bank: str) -> Node:
    said: Node = ("BICFI", bank) if len(bank) in BIC_LENGTHS else ("ClrSysMmbId", [("MmbId", bank)])
    return ("FinInstnId", [said])


def _add(parent: Any, nodes: Iterable[Node]) -> None:
    for tag, content, *attributes in nodes:
        made = etree.SubElement(parent, f"{{{SPACE}}}{tag}", dict(*attributes))
        if isinstance(content, str):
            made.text = content
        else:
            _add(made, content)
