"""Asks the demo's bank, as its customers and whoever plays them do. Only a demo has such a bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import httpx
from django.conf import settings

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.errors import Rejected, Unavailable
from citycoin.foundation.kernel.text import moment_of
from citycoin.money.bank.domain.customers import CustomerTransfer

TIMEOUT_SECONDS: Final = 10
CREATED, REFUSED = 201, 422


class BankUnavailable(Unavailable):
    """The demo's bank doesn't answer."""

    code = "bank_unavailable"
    ko = "은행이 답하지 않아 보내지 못했어요. 돈은 나가지 않았어요. 잠시 뒤에 다시 해 주세요."
    en = "The bank doesn't answer, so nothing was sent. No money moved. Please try again in a moment."


class TransferRefused(Rejected):
    """The bank doesn't make this transfer: it has no such number, or moves no such amount."""

    code = "transfer_refused"
    ko = "은행에 그런 계좌가 없어서 보내지 못했어요. 돈은 나가지 않았어요. 계좌 번호를 확인해 주세요."
    en = "The bank has no such account, so nothing was sent. No money moved. Please check the account number."


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Something that the bank does wrong when it is told to, and how often it still will."""

    name: str
    words: Words
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOut:
    """Won that the bank has sent to somebody's account for a city, as they see it there; ``note``: the text beside it."""

    won: int
    name: str
    bank: str
    number: str
    note: str
    at: datetime


def send(transfers: Sequence[CustomerTransfer]) -> list[str]:
    """Made-up people send won, all of these transfers or none; the bank's references. Raises BankUnavailable, TransferRefused."""
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "to": each.to,
            "amount": each.amount.amount,
            **({"booked_at": each.booked_at.isoformat()} if each.booked_at else {}),
        }
        for each in transfers
    ]
    return [each["reference"] for each in _asked("POST", "transfers", {"transfers": rows})["transfers"]]


def now() -> datetime:
    """What time it is for the bank. Raises BankUnavailable."""
    said = moment_of(_asked("GET", "healthz").get("now", ""), zone=KST)
    if said is None:
        raise BankUnavailable
    return said


def paid_out(last: int) -> list[PaidOut]:
    """The last transfers that the bank made for cities, newest first. Raises BankUnavailable."""
    return [
        PaidOut(won=each["amount"], name=each["name"], bank=each["bank"], number=each["to"], note=each["note"], at=at)
        for each in _asked("GET", f"transfers?direction=DBIT&last={last}")["transfers"]
        if (at := moment_of(each["booked_at"], zone=KST))
    ]


def switches() -> list[Switch]:
    """What the bank does wrong. Raises BankUnavailable."""
    return [
        Switch(name=each["name"], words=Words(each["ko"], each["en"]), times=each["times"])
        for each in _asked("GET", "switches")["switches"]
    ]


def misbehave(name: str) -> None:
    """Have the bank do this wrong, once more. Raises BankUnavailable, TransferRefused for what it doesn't know."""
    _asked("POST", "switches", {"name": name})


def _asked(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    try:
        answer = httpx.request(method, f"{settings.BANK_URL}/{path}", json=body, timeout=TIMEOUT_SECONDS)
    except httpx.HTTPError as failure:
        raise BankUnavailable from failure
    if answer.is_client_error:
        raise TransferRefused(said=answer.json().get("error", ""))
    if not answer.is_success:
        raise BankUnavailable
    said: dict[str, Any] = answer.json()
    return said
