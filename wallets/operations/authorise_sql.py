"""The statements of authorising, written by hand: what a payment costs is counted in them.

Through the ORM they took more time to compose than to run (docs/decisions/0008). Each is one trip, each means the same
on both databases. They run in the caller's transaction, in this order:
lock the payer, look around, take lots, hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models
from django.utils.dateparse import parse_datetime

from citycoin.foundation.kernel.money import Won
from citycoin.platform.events.models import Event
from wallets.domain.lots import LotView, TakeView
from wallets.domain.small_payments import SmallPayments
from wallets.models import Lot, Payment, Take, Wallet


@dataclass(frozen=True, slots=True)
class Payer:
    """The payer's row, locked, and the key in force that says yes."""

    wallet_id: int
    key_id: int
    key_address: str
    sealed: bytes | None
    kind: str
    frozen: bool
    posted: int
    held: int
    nonce_authorised: int
    nonce_final: int
    paced_until_ms: int
    small: SmallPayments


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was committed before the lock: earlier answers under the id, the nonce, the payee, the city's matrix, the
    chain's state, a stop.
    """

    payment_id: int | None
    refusal_id: int | None
    nonce_taken: bool
    payee_id: int | None
    payee_kind: str
    payee_is_open_shop: bool
    kinds_allowed: int
    chain_uncertain: bool
    city_stopped: bool


LOCK = """
    SELECT w.id, k.id, k.address, k.sealed, w.kind, w.frozen_at IS NOT NULL, w.posted, w.held, w.nonce_authorised,
           w.nonce_final, w.paced_until_ms, w.small_most, w.small_since, w.pin_locked_until, w.small_in_a_row,
           w.small_won, w.small_day
    FROM wallets_key k JOIN wallets_wallet w ON w.id = k.wallet_id
    WHERE k.city_id = %s AND k.until IS NULL AND {key}
"""

LOOK = """
    SELECT (SELECT id FROM wallets_payment WHERE payer_id = %s AND client_id = %s),
           (SELECT id FROM wallets_refusal WHERE wallet_id = %s AND client_id = %s),
           EXISTS (SELECT 1 FROM wallets_payment WHERE key_id = %s AND nonce = %s),
           w.id,
           w.kind,
           w.kind = 'shop' AND w.registered_at IS NOT NULL AND w.frozen_at IS NULL,
           t.kinds_allowed & ~t.kinds_closing,
           c.behind_since IS NOT NULL OR c.seen_at IS NULL OR c.seen_at < %s,
           EXISTS (SELECT 1 FROM wallets_stop WHERE city_id = t.city_id AND ended_at IS NULL)
    FROM contracts_contract t
    JOIN contracts_chain c ON c.id = t.chain_id
    LEFT JOIN wallets_key k ON k.city_id = t.city_id AND k.address = %s AND k.until IS NULL
    LEFT JOIN wallets_wallet w ON w.id = k.wallet_id
    WHERE t.city_id = %s AND t.kind = 'token'
"""

LOTS = """
    SELECT id, amount - taken, expires_at
    FROM wallets_lot
    WHERE wallet_id = %s AND spendable AND final_at IS NOT NULL AND expires_at > %s AND taken < amount
"""

HOLD = """
    UPDATE wallets_wallet
    SET held = held + %s, paced_until_ms = %s, small_in_a_row = %s, small_won = %s, small_day = %s,
        nonce_authorised = CASE WHEN nonce_authorised < %s THEN %s ELSE nonce_authorised END
    WHERE id = %s
"""

TAKE = "UPDATE wallets_lot SET taken = taken + %s WHERE id = %s"


def locked_payer(city_id: int, *, address: str = "", wallet_id: int = 0) -> Payer | None:
    """Lock the wallet that a key's address, or a wallet's own id, names; None where there is none."""
    key = ("k.address = %s", address) if address else ("k.wallet_id = %s", wallet_id)
    for_update = " FOR NO KEY UPDATE OF w" if connection.features.has_select_for_no_key_update else ""
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format(key=key[0]) + for_update, [city_id, key[1]])
        row = cursor.fetchone()
    if row is None:
        return None
    wallet_id, key_id, key_address, sealed, kind, frozen, posted, held, authorised, final, paced, *small = row
    return Payer(
        wallet_id,
        key_id,
        key_address,
        None if sealed is None else bytes(sealed),
        kind,
        bool(frozen),
        posted,
        held,
        authorised,
        final,
        paced,
        _small(small),
    )


def look_around(
    payer: Payer, *, city_id: int, client_id: Any, nonce: int, payee_address: str, silent_since: datetime
) -> Surroundings:
    """One read for all that the decision rests on but the lots. In a statement after the lock, never with it."""
    client = _prepared(Payment, "client_id", client_id)
    values = [
        payer.wallet_id,
        client,
        payer.wallet_id,
        client,
        payer.key_id,
        nonce,
        _prepared(Payment, "authorised_at", silent_since),
        payee_address,
        city_id,
    ]
    with connection.cursor() as cursor:
        cursor.execute(LOOK, values)
        payment_id, refusal_id, taken, payee_id, payee_kind, is_open, allowed, uncertain, stopped = cursor.fetchone()
    return Surroundings(
        payment_id,
        refusal_id,
        bool(taken),
        payee_id,
        payee_kind,
        bool(is_open),
        allowed,
        bool(uncertain),
        bool(stopped),
    )


def lots_in_force(payer: Payer, now: datetime) -> list[LotView]:
    """What is left of the payer's lots that may be spent now."""
    with connection.cursor() as cursor:
        cursor.execute(LOTS, [payer.wallet_id, _prepared(Lot, "expires_at", now)])
        rows = cursor.fetchall()
    return [LotView(pk, Won(left), _moment(expires_at)) for pk, left, expires_at in rows]


def insert_payment(payment: Payment) -> None:
    """Write the row and give it its key. Raises IntegrityError where a constraint says no."""
    payment.pk = _insert(payment, returning=True)


def hold(
    payment: Payment, takes: Sequence[TakeView], *, told: Event, paced_until_ms: int, small: SmallPayments
) -> None:
    """Take the lots, hold the won on the payer's row, count there what went unconfirmed, and write the event."""
    for take in takes:
        _insert(Take(payment_id=payment.pk, lot_id=take.lot, amount=take.amount.amount))
    with connection.cursor() as cursor:
        for take in takes:
            cursor.execute(TAKE, [take.amount.amount, take.lot])
        day = _prepared(Wallet, "small_day", small.day)
        counted = [small.in_a_row, small.won, day]
        cursor.execute(HOLD, [payment.amount, paced_until_ms, *counted, payment.nonce, payment.nonce, payment.payer_id])
    _insert(told)


def _insert(row: models.Model, *, returning: bool = False) -> int | None:
    """INSERT of every column but the key."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f'INSERT INTO "{row._meta.db_table}" ({columns}) VALUES ({marks})'  # noqa: S608 - names from models
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement + (" RETURNING id" if returning else ""), values)
        return int(cursor.fetchone()[0]) if returning else None


def _prepared(model: type[models.Model], field: str, value: Any) -> Any:
    """``value`` as this database takes it in that column: SQLite has no dates and no UUIDs."""
    return model._meta.get_field(field).get_db_prep_value(value, connection)  # type: ignore[union-attr]


def _small(row: Sequence[Any]) -> SmallPayments:
    """The last columns of the lock, in its order."""
    most, since, pin_locked_until, in_a_row, won, day = row
    return SmallPayments(
        most,
        None if since is None else _moment(since),
        None if pin_locked_until is None else _moment(pin_locked_until),
        in_a_row,
        won,
        day,
    )


def _moment(value: datetime | str) -> datetime:
    """A moment as read by hand: SQLite gives text or one without a zone, in UTC."""
    moment = parse_datetime(value) if isinstance(value, str) else value
    assert moment is not None, value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
