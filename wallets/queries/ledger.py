"""Reads of the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Min, QuerySet, Sum

from citycoin.foundation.kernel.errors import NotFound
from citycoin.foundation.kernel.money import LAST_FUNDER, Won, shares_of
from citycoin.platform.accounts.models import Person
from citycoin.platform.rules.queries import terms_in_force
from contracts.domain.encoding import PaymentMessage, Record, Scheme
from wallets.domain.lots import LotView
from wallets.domain.rules import PAYMENT
from wallets.models import Key, Lot, Payment, Status, Wallet


class WalletUnknown(NotFound):
    """No wallet of this city belongs to the token."""

    code = "wallet_unknown"
    ko = "이 도시에는 그런 지갑이 없어요. 주소를 확인해 주세요."
    en = "There is no such wallet in this city. Please check its address."


class NoWalletHere(WalletUnknown):
    """Somebody is signed in and has opened no wallet in this city."""

    code = "no_wallet_here"
    ko = "이 도시에 아직 지갑이 없어요. 지갑을 먼저 열어 주세요."
    en = "You have no wallet in this city yet. Please open one first."


@dataclass(frozen=True, slots=True)
class Balance:
    """A wallet's won at a moment: what it may spend, what is on its way, what the chain says, what is held."""

    available: Won
    on_its_way: Won
    posted: Won
    held: Won


def token_hash(token: str) -> bytes:
    """What the database keeps of a token that reads."""
    return hashlib.sha256(token.encode()).digest()


def wallet_of_token(city_id: int, token: str) -> Wallet:
    """The wallet of this city that the token reads. Raises WalletUnknown."""
    wallet = Wallet.objects.filter(city_id=city_id, access_hash=token_hash(token)).first()
    if wallet is None:
        raise WalletUnknown
    return wallet


def wallet_of_person(city_id: int, person: Person) -> Wallet:
    """The resident's wallet that the person opened in this city. Raises NoWalletHere."""
    wallet = Wallet.objects.filter(city_id=city_id, owner=person, kind=Wallet.Kind.RESIDENT).first()
    if wallet is None:
        raise NoWalletHere
    return wallet


def has_wallet(city_id: int, person: Person) -> bool:
    """Whether the person opened a wallet in this city."""
    return Wallet.objects.filter(city_id=city_id, owner=person, kind=Wallet.Kind.RESIDENT).exists()


def key_in_force(wallet: Wallet) -> Key:
    """The key that signs for the wallet now."""
    return wallet.keys.get(until=None)


def is_key_in_force(address: str) -> bool:
    """Whether a wallet of any city is signed for with the key of this address."""
    return Key.objects.filter(address=address, until=None).exists()


def lots_in_force(wallet_id: int, now: datetime) -> QuerySet[Lot]:
    """Lots that may be spent: final, explained, not lapsed, with something left."""
    return Lot.objects.filter(
        wallet_id=wallet_id, spendable=True, final_at__isnull=False, expires_at__gt=now, taken__lt=F("amount")
    )


def lot_views(wallet_id: int, now: datetime) -> list[LotView]:
    """The lots in force, as plain values."""
    rows = lots_in_force(wallet_id, now).values_list("pk", "amount", "taken", "expires_at")
    return [LotView(pk, Won(amount - taken), expires_at) for pk, amount, taken, expires_at in rows]


@dataclass(frozen=True, slots=True)
class LotsLeft:
    """What is left of a wallet's lots of one programme (its number on chain) that lapse at one moment."""

    programme: int
    expires_at: datetime
    left: Won


def lots_by_date(wallet_id: int, now: datetime) -> list[LotsLeft]:
    """The lots in force in the order in which payments take them: what lapses first is first."""
    rows = lots_in_force(wallet_id, now).values("programme", "expires_at").annotate(left=Sum(F("amount") - F("taken")))
    return [
        LotsLeft(each["programme"], each["expires_at"], Won(each["left"]))
        for each in rows.order_by("expires_at", "programme")
    ]


@dataclass(frozen=True, slots=True)
class LotUsed:
    """What a payment took of a lot, and how much of that is back in it. The lot's end is that of today."""

    programme: int
    expires_at: datetime
    taken: Won
    returned: Won
    weights: Mapping[str, int]  # who paid how many won of the lot

    def funders_of(self, won: Won) -> dict[str, Won]:
        """Who paid how many of so many won of the lot: as of the whole, to the won."""
        return shares_of(won, weights=dict(self.weights), last=LAST_FUNDER)


def lots_used(payment: Payment) -> list[LotUsed]:
    """What a resident's payment took, in the order in which it did: it sums to the payment's amount."""
    return [
        LotUsed(take.lot.programme, take.lot.expires_at, Won(take.amount), Won(take.returned), take.lot.funders)
        for take in payment.takes.select_related("lot").order_by("lot__expires_at", "lot_id")
    ]


def balance(wallet: Wallet, *, now: datetime) -> Balance:
    """What a wallet has. A resident's is made of lots, a shop's is plain."""
    incoming = wallet.incoming_payments.filter(status=Status.AUTHORISED)
    if wallet.kind == Wallet.Kind.RESIDENT:
        available = sum(lot.left.amount for lot in lot_views(wallet.pk, now))
        coming = _sum(wallet.lots.filter(final_at=None)) + _sum(incoming) + promised_back(payer=wallet)
    else:
        settled_back = promised_back(payee=wallet, status=Status.SETTLED)
        available = wallet.posted - wallet.held - settled_back
        coming = _sum(incoming) - promised_back(payee=wallet, status=Status.AUTHORISED)
    # More may be promised back than there is: after a payout, say, and before the next sale.
    return Balance(Won(max(available, 0)), Won(max(coming, 0)), Won(wallet.posted), Won(wallet.held))


def promised_back(**of: object) -> int:
    """Won of these payments that are to be given back, and aren't yet on their way: out of their payee's reach."""
    payments = Payment.objects.filter(**of, refunded__gt=0).exclude(status=Status.VOIDED)
    sent = Payment.objects.filter(refund_of__in=payments)
    return _sum(payments, "refunded") - _sum(sent)


def _sum(rows: QuerySet[Any], field: str = "amount") -> int:
    won: int | None = rows.aggregate(won=Sum(field))["won"]
    return won or 0


def payments_of(wallet: Wallet) -> QuerySet[Payment]:
    """What the wallet paid or was paid, newest first."""
    rows = Payment.objects.filter(payer=wallet) | Payment.objects.filter(payee=wallet)
    return rows.select_related("batch", "refund_of").order_by("-pk")


def payment_named(wallet: Wallet, client_id: UUID) -> Payment | None:
    """The payment that the wallet made under this id; another wallet's id is simply unknown."""
    return wallet.payments.select_related("batch").filter(client_id=client_id).first()


def next_nonce(wallet: Wallet) -> int:
    """The payment nonce to sign with: the same one until it is authorised."""
    return max(wallet.nonce_authorised, wallet.nonce_final) + 1


def signature_expires(city_id: int, now: datetime) -> int:
    """The last second in which a payment signed now is good, by the city's rule: since 1970."""
    return terms_in_force(city_id, PAYMENT, now).authorisation.last_second(now)


def record_of(payment: Payment) -> Record:
    """The payment as it goes into a batch; its key must be loaded."""
    return Record(
        PaymentMessage(payment.payee_address, payment.amount, payment.nonce, payment.expires),
        Scheme(payment.key.scheme),
        bytes(payment.signature),
        bytes(payment.key.public_key),
    )


def in_flight_of(wallet: Wallet) -> int:
    """How many payments of the wallet are authorised and not final."""
    return Payment.objects.filter(payer=wallet, status=Status.AUTHORISED).count()


def not_yet_settled() -> tuple[int, datetime | None]:
    """How many payments are authorised and not final, and since when the oldest."""
    waiting = Payment.objects.filter(status=Status.AUTHORISED)
    return waiting.count(), waiting.aggregate(oldest=Min("authorised_at"))["oldest"]
