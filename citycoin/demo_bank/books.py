"""The bank's own database: what was booked, what it has to deliver, which orders it has taken, how it is told to misbehave."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from citycoin.demo_bank import messages
from citycoin.demo_bank.clock import KST, BankClock
from citycoin.demo_bank.messages import CREDIT, DEBIT, Entry, Order, Outcome
from citycoin.demo_bank.misbehaviour import (
    AGAIN_SECONDS,
    DELAYED_SECONDS,
    LATE_SECONDS,
    MISBEHAVIOURS,
    OUT_OF_ORDER_SECONDS,
)
from citycoin.demo_bank.transfers import ACCOUNT_ENDING, CUSTOMER_DIGITS, NOBODY_ENDING, Transfer, refuse

# Why an account doesn't take what is sent to it (ISO's list of reasons). No bank has a number that begins so.
CLOSED_ACCOUNT, NO_ACCOUNT = "AC04", "AC01"
NOT_THERE: Final = "999"
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY, reference TEXT NOT NULL UNIQUE, account TEXT NOT NULL, direction TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0), booked_at TEXT NOT NULL, virtual TEXT NOT NULL, name TEXT NOT NULL,
    bank TEXT NOT NULL, number TEXT NOT NULL, end_to_end TEXT NOT NULL, note TEXT NOT NULL, own TEXT NOT NULL, asked_as TEXT,
    told INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS entries_asked ON entries (asked_as);
CREATE INDEX IF NOT EXISTS entries_to_tell ON entries (told) WHERE told = 0;
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, content BLOB NOT NULL, due_at REAL NOT NULL,
    waits_for_next INTEGER NOT NULL, delivered INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (due_at) WHERE delivered = 0;
CREATE TABLE IF NOT EXISTS orders (message_id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, taken_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS switches (name TEXT PRIMARY KEY, times INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS numbers (name TEXT PRIMARY KEY, last INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file that is due."""

    id: int
    name: str
    content: bytes


class Books:
    """One connection, used by one thread at a time. Every method is one transaction."""

    def __init__(self, file: Path, clock: BankClock) -> None:
        self._clock = clock
        self._mine = threading.RLock()
        self._rows = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=20)
        self._rows.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + SCHEMA)
        with self._transaction() as rows:
            # Statements are made of the days that the bank has seen end.
            if rows.execute("SELECT 1 FROM days").fetchone() is None:
                self._day_is_done(rows, clock.now().date() - timedelta(days=1))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._mine:
            self._rows.execute("BEGIN IMMEDIATE")
            try:
                yield self._rows
            except BaseException:  # whatever ends it, an interrupt among it, books nothing by half; it goes on its way
                self._rows.execute("ROLLBACK")
                raise
            self._rows.execute("COMMIT")

    def book(self, transfers: Sequence[Transfer]) -> list[Entry]:
        """Take these transfers, all or none; the same ids again are the same entries. Raises TransferRefused."""
        with self._transaction() as rows:
            return [entry for each in transfers for entry in self._booked(rows, each)]

    def _booked(self, rows: sqlite3.Connection, transfer: Transfer) -> list[Entry]:
        there = rows.execute(f"{SELECT} WHERE asked_as = ? ORDER BY id", [transfer.asked_as]).fetchall()
        if there:
            return [_entry(each) for each in there]
        refuse(transfer)
        customer, virtual, amount = transfer.to[:CUSTOMER_DIGITS], transfer.to, transfer.amount
        if amount > 1 and self._uses(rows, "short"):
            amount -= 1
        if self._uses(rows, "nobody"):
            virtual = customer + NOBODY_ENDING
        entry = Entry(
            reference="",
            account=customer + ACCOUNT_ENDING,
            direction=CREDIT,
            amount=amount,
            booked_at=(transfer.booked_at or self._clock.now()).astimezone(KST),
            virtual=virtual,
            name=transfer.name,
            bank=transfer.bank,
            number=transfer.number or _made_up_number(transfer.name),
            end_to_end="",
        )
        times = 2 if self._uses(rows, "double") else 1
        return [self._write(rows, entry, asked_as=transfer.asked_as, told=False) for _ in range(times)]

    def _write(self, rows: sqlite3.Connection, entry: Entry, *, asked_as: str | None, told: bool) -> Entry:
        reference = f"{entry.booked_at:%Y%m%d}{self._number(rows, 'entries'):010}"
        values = (
            *(reference, entry.account, entry.direction, entry.amount, entry.booked_at.isoformat(), entry.virtual),
            *(entry.name, entry.bank, entry.number, entry.end_to_end, entry.note, entry.own),
        )
        rows.execute(INSERT, [*values, asked_as, told])
        return _entry(values)

    def entries(self, *, virtual: str = "", direction: str = "", last: int = 50) -> list[Entry]:
        """The last entries, newest first; of one number or one direction where it is named."""
        wanted = {"virtual": virtual, "direction": direction}
        named = {column: value for column, value in wanted.items() if value}
        where = f"WHERE {' AND '.join(f'{column} = ?' for column in named)}" if named else ""
        with self._mine:
            found = self._rows.execute(f"{SELECT} {where} ORDER BY id DESC LIMIT ?", [*named.values(), last]).fetchall()
        return [_entry(each) for each in found]

    def tell(self) -> int:
        """Write notices of what was booked and nobody was told of, one an account; return how many."""
        with self._transaction() as rows:
            found = rows.execute(f"{SELECT} WHERE told = 0 ORDER BY id LIMIT 2000").fetchall()
            by_account: dict[str, list[Entry]] = {}
            for each in map(_entry, found):
                by_account.setdefault(each.account, []).append(each)
            for account, entries in by_account.items():
                message_id = self._message_id(rows)
                content = messages.notice(message_id, account, entries, now=self._clock.now())
                self._put_out(rows, f"camt054-{message_id}.xml", content)
                rows.executemany(
                    "UPDATE entries SET told = 1 WHERE reference = ?", [[each.reference] for each in entries]
                )
            return len(by_account)

    def state(self) -> int:
        """Write the statements of days that have ended since the last ones; return how many.

        A customer orders them of the account that their virtual numbers lead to, and of no other of theirs.
        """
        yesterday = self._clock.now().date() - timedelta(days=1)
        with self._transaction() as rows:
            (done,) = rows.execute("SELECT max(day) FROM days").fetchone()
            if date.fromisoformat(done) >= yesterday:
                return 0
            since, until = (
                _midnight(date.fromisoformat(done) + timedelta(days=1)),
                _midnight(yesterday + timedelta(days=1)),
            )
            found = rows.execute(
                "SELECT DISTINCT account, substr(booked_at, 1, 10) FROM entries WHERE booked_at >= ? AND booked_at < ?"
                " AND substr(account, ?) = ? ORDER BY 2, 1",
                [since, until, CUSTOMER_DIGITS + 1, ACCOUNT_ENDING],
            ).fetchall()
            for account, day in found:
                self._state_one(rows, account, date.fromisoformat(day))
            self._day_is_done(rows, yesterday)
            return len(found)

    def book_own(self, account: str, own: str, amount: int) -> Entry:
        """Book what the bank takes or gives by itself: interest, charges, a mistake, and what sets it right again."""
        comes = own in {"interest", "gives-back"}
        entry = Entry(
            *("", account, CREDIT if comes else DEBIT, amount, self._clock.now().astimezone(KST), "", "", "", ""),
            *("", "", OWN[own]),
        )
        with self._transaction() as rows:
            return self._write(rows, entry, asked_as=None, told=True)

    def _state_one(self, rows: sqlite3.Connection, account: str, day: date) -> None:
        begins, ends = _midnight(day), _midnight(day + timedelta(days=1))
        (opening,) = rows.execute(
            "SELECT coalesce(sum(CASE direction WHEN 'CRDT' THEN amount ELSE -amount END), 0) FROM entries"
            " WHERE account = ? AND booked_at < ?",
            [account, begins],
        ).fetchone()
        found = rows.execute(
            f"{SELECT} WHERE account = ? AND booked_at >= ? AND booked_at < ? ORDER BY id", [account, begins, ends]
        ).fetchall()
        message_id = self._message_id(rows)
        content = messages.statement(
            message_id, account, day, [_entry(each) for each in found], opening=opening, now=self._clock.now()
        )
        self._put_out(rows, f"camt053-{message_id}.xml", content)

    def take_order(self, order: Order, sha256: str) -> bool:
        """Carry an order out and write its result; False where an order of this id was taken before."""
        with self._transaction() as rows:
            if rows.execute("SELECT 1 FROM orders WHERE message_id = ?", [order.message_id]).fetchone():
                return False
            now = self._clock.now()
            rows.execute("INSERT INTO orders VALUES (?, ?, ?)", [order.message_id, sha256, now.isoformat()])
            outcomes = [self._carried_out(rows, order, place, now) for place in range(len(order.transfers))]
            message_id = self._message_id(rows)
            self._put_out(rows, f"pain002-{message_id}.xml", messages.result(message_id, order, outcomes, now=now))
            return True

    def _carried_out(self, rows: sqlite3.Connection, order: Order, place: int, now: datetime) -> Outcome:
        wanted = order.transfers[place]
        if wanted.number.startswith(NOT_THERE):
            return Outcome(wanted.end_to_end, messages.REFUSED, NO_ACCOUNT)
        if self._uses(rows, "bounce-next"):
            return Outcome(wanted.end_to_end, messages.REFUSED, CLOSED_ACCOUNT)
        entry = Entry(
            *("", order.account, DEBIT, wanted.amount, now, "", wanted.name, wanted.bank, wanted.number),
            *(wanted.end_to_end, wanted.note),
        )
        self._write(rows, entry, asked_as=None, told=True)
        return Outcome(wanted.end_to_end, messages.DONE, "")

    def _put_out(self, rows: sqlite3.Connection, name: str, content: bytes) -> None:
        """A file to be delivered, and what goes wrong with it."""
        due = self._clock.now()
        if self._uses(rows, "delay"):
            due += timedelta(seconds=DELAYED_SECONDS)
        if self._uses(rows, "late"):
            due += timedelta(seconds=LATE_SECONDS)
        waits = self._uses(rows, "out-of-order")
        stem = name.removesuffix(".xml")
        files = [(name, content, due)]
        if self._uses(rows, "cut-off"):
            again = due + timedelta(seconds=AGAIN_SECONDS)
            files = [(name, content[: len(content) // 2], due), (f"{stem}-again.xml", content, again)]
        if self._uses(rows, "same-file"):
            files.append((f"{stem}-copy.xml", content, due))
        for each_name, each_content, each_due in files:
            rows.execute(
                "INSERT INTO outbox (name, content, due_at, waits_for_next, delivered) VALUES (?, ?, ?, ?, 0)",
                [each_name, each_content, each_due.timestamp(), waits],
            )

    def due(self) -> list[Delivery]:
        """The files to deliver now, in their order."""
        now = self._clock.now().timestamp()
        with self._mine:
            found = self._rows.execute(
                "SELECT id, name, content FROM outbox AS mine WHERE delivered = 0 AND due_at <= ? AND (waits_for_next = 0"
                " OR due_at <= ? OR EXISTS (SELECT 1 FROM outbox WHERE id > mine.id AND delivered = 1)) ORDER BY id",
                [now, now - OUT_OF_ORDER_SECONDS],
            ).fetchall()
        return [Delivery(*each) for each in found]

    def delivered(self, delivery: Delivery) -> None:
        """It lies in the customer's folder."""
        with self._transaction() as rows:
            rows.execute("UPDATE outbox SET delivered = 1 WHERE id = ?", [delivery.id])

    def now(self) -> datetime:
        """The bank's moment."""
        return self._clock.now()

    def switch(self, name: str) -> None:
        """Do this wrong once more. Raises KeyError for what the bank doesn't do wrong."""
        if name not in MISBEHAVIOURS:
            raise KeyError(name)
        with self._transaction() as rows:
            rows.execute(
                "INSERT INTO switches VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET times = times + 1", [name]
            )

    def switches(self) -> dict[str, int]:
        """How often each is still to be done wrong."""
        with self._mine:
            there = dict(self._rows.execute("SELECT name, times FROM switches").fetchall())
        return {name: there.get(name, 0) for name in MISBEHAVIOURS}

    @staticmethod
    def _uses(rows: sqlite3.Connection, name: str) -> bool:
        return rows.execute("UPDATE switches SET times = times - 1 WHERE name = ? AND times > 0", [name]).rowcount > 0

    @staticmethod
    def _number(rows: sqlite3.Connection, name: str) -> int:
        question = "INSERT INTO numbers VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last"
        (number,) = rows.execute(question, [name]).fetchone()
        return int(number)

    def _message_id(self, rows: sqlite3.Connection) -> str:
        return f"{messages.BIC}{self._clock.now():%Y%m%d}{self._number(rows, 'messages'):08}"

    @staticmethod
    def _day_is_done(rows: sqlite3.Connection, day: date) -> None:
        rows.execute("INSERT OR IGNORE INTO days VALUES (?)", [day.isoformat()])


# What the bank books itself, by the word of its door.
OWN: Final = {
    "interest": messages.INTEREST,
    "fee": messages.CHARGES,
    "takes": messages.ADJUSTMENT,
    "gives-back": messages.ADJUSTMENT,
}
COLUMNS: Final = "reference, account, direction, amount, booked_at, virtual, name, bank, number, end_to_end, note, own"
SELECT: Final = f"SELECT {COLUMNS} FROM entries"  # noqa: S608 - names of our own
INSERT: Final = f"INSERT INTO entries ({COLUMNS}, asked_as, told) VALUES ({', '.join('?' * 14)})"  # noqa: S608 - as above


def _entry(row: Sequence[Any]) -> Entry:
    reference, account, direction, amount, booked_at, virtual, name, bank, number, end_to_end, note, own = row
    moment = datetime.fromisoformat(booked_at).astimezone(KST)
    return Entry(reference, account, direction, amount, moment, virtual, name, bank, number, end_to_end, note, own)


def _midnight(day: date) -> str:
    return datetime(day.year, day.month, day.day, tzinfo=KST).isoformat()


def _made_up_number(name: str) -> str:
    """An account for who named none: the same one each time for the same name."""
    return f"{int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10**12:012}"
