"""The bank's door for the people of the demo, on loopback: send won to a number, see what was sent, say what goes wrong next."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from citycoin.demo_bank.books import OWN, Books
from citycoin.demo_bank.messages import BANK_NAME, BIC, Entry
from citycoin.demo_bank.misbehaviour import MISBEHAVIOURS
from citycoin.demo_bank.transfers import ACCOUNT_ENDING, LARGEST_TRANSFER, Transfer, TransferRefused

LOOPBACK: Final = "127.0.0.1"
# What a browser may call this machine: a page of a stranger's that had its own name lead here is refused.
HOSTS: Final = frozenset({LOOPBACK, "localhost"})
LARGEST_BODY_BYTES: Final = 2**20
MOST_TRANSFERS: Final = 1_000
MOST_TOLD: Final = 50


class BadRequest(Exception):
    """What was sent can't be read."""


class Bank(ThreadingHTTPServer):
    """The server of the door, to be run by its ``serve_forever``; ``wake`` is called after each transfer."""

    daemon_threads = True

    def __init__(self, port: int, books: Books, wake: Callable[[], None]) -> None:
        super().__init__((LOOPBACK, port), Door)
        self.books, self.wake = books, wake


class Door(BaseHTTPRequestHandler):
    """One request."""

    server: Bank

    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """Health, entries, switches."""
        where = urlsplit(self.path)
        match where.path:
            case "/healthz":
                self._answer(200, {"bank": BANK_NAME, "bic": BIC, "now": self.server.books.now().isoformat()})
            case "/transfers":
                asked = {name: values[0] for name, values in parse_qs(where.query).items()}
                entries = self.server.books.entries(
                    virtual=asked.get("to", ""), direction=asked.get("direction", ""), last=_last(asked.get("last", ""))
                )
                self._answer(200, {"transfers": [_said(each) for each in entries]})
            case "/switches":
                self._answer(200, _switches(self.server.books))
            case _:
                self._answer(404, {"error": "nothing is here"})

    def do_POST(self) -> None:
        """Transfers, all or none of them; one switch; or what the bank books by itself."""
        try:
            answer = self._done(self._body())
        except BadRequest as wrong:
            self._answer(400, {"error": str(wrong)})
        except TransferRefused as no:
            self._answer(422, {"error": str(no)})
        else:
            self._answer(*answer)

    def _done(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        match self.path:
            case "/transfers":
                booked = self.server.books.book(_transfers(body))
                self.server.wake()
                return 201, {"transfers": [_said(each) for each in booked]}
            case "/entries":
                entry = self.server.books.book_own(*_own(body))
                return 201, {"entry": _said(entry)}
            case "/switches":
                name = body.get("name")
                if name not in MISBEHAVIOURS:
                    raise BadRequest(f"the bank does wrong: {', '.join(MISBEHAVIOURS)}")
                self.server.books.switch(name)
                return 201, _switches(self.server.books)
            case _:
                return 404, {"error": "nothing is here"}

    def _body(self) -> dict[str, Any]:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or len(length) > 9 or int(length) > LARGEST_BODY_BYTES:  # noqa: PLR2004 - digits
            self.close_connection = True
            raise BadRequest("a body of known length is wanted")
        content = self.rfile.read(int(length))
        # A page of a stranger's can't send this type without asking first.
        if self.headers.get_content_type() != "application/json":
            raise BadRequest("JSON is wanted")
        if (urlsplit(f"//{self.headers.get('Host', '')}").hostname or "") not in HOSTS:
            raise BadRequest("the bank is on this machine alone")
        try:
            body = json.loads(content)
        except ValueError as wrong:
            raise BadRequest("JSON is wanted") from wrong
        if not isinstance(body, dict):
            raise BadRequest("an object is wanted")
        return body

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        content = json.dumps(said, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's signature
        """Say nothing of each request: people's names are in them."""


def _last(text: str) -> int:
    """How many are asked for; as many as are told at most where it is no number."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_TOLD))
    return min(int(text), MOST_TOLD) if is_number else MOST_TOLD


def _own(body: dict[str, Any]) -> tuple[str, str, int]:
    """{account, kind, amount} of what the bank books by itself. Raises BadRequest."""
    account, kind, amount = (body.get(key) for key in ("account", "kind", "amount"))
    if kind not in OWN:
        raise BadRequest(f"the bank books: {', '.join(OWN)}")
    if not (isinstance(account, str) and re.fullmatch(r"[0-9]{14}", account) and account.endswith(ACCOUNT_ENDING)):
        raise BadRequest("an account of the bank is wanted")
    if type(amount) is not int or not 1 <= amount <= LARGEST_TRANSFER:
        raise BadRequest(f"from 1 to {LARGEST_TRANSFER} won are wanted")
    return account, kind, amount


def _transfers(body: dict[str, Any]) -> list[Transfer]:
    rows = body.get("transfers")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_TRANSFERS:
        raise BadRequest(f"from 1 to {MOST_TRANSFERS} transfers are wanted")
    return [_transfer(each) for each in rows]


def _transfer(row: Any) -> Transfer:
    """{id, name, to, amount}, and where they are named bank, number, booked_at. Raises BadRequest."""
    if not isinstance(row, dict):
        raise BadRequest("a transfer is an object")
    texts = {key: row.get(key, "") for key in ("id", "name", "to", "bank", "number", "booked_at")}
    if (
        not all(isinstance(each, str) for each in texts.values())
        or not texts["id"]
        or type(row.get("amount")) is not int
    ):
        raise BadRequest("a transfer has an id, a name, a number that it goes to, and an amount")
    try:
        booked_at = datetime.fromisoformat(texts["booked_at"]) if texts["booked_at"] else None
    except ValueError as wrong:
        raise BadRequest("booked_at is no moment") from wrong
    if booked_at and booked_at.tzinfo is None:
        raise BadRequest("booked_at has no zone")
    return Transfer(
        texts["id"], texts["name"], texts["bank"] or "004", texts["number"], texts["to"], row["amount"], booked_at
    )


def _said(entry: Entry) -> dict[str, Any]:
    return {
        "reference": entry.reference,
        "direction": entry.direction,
        "to": entry.virtual or entry.number,
        "bank": entry.bank,
        "note": entry.note,
        "amount": entry.amount,
        "name": entry.name,
        "booked_at": entry.booked_at.isoformat(),
    }


def _switches(books: Books) -> dict[str, Any]:
    times = books.switches()
    return {
        "switches": [
            {"name": name, "ko": ko, "en": en, "times": times[name]} for name, (ko, en) in MISBEHAVIOURS.items()
        ]
    }
