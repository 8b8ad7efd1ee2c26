"""How a payer says yes: a signature made outside, or a proof of who they are for a key that the city keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from citycoin.foundation.kernel.money import Amount
from contracts.domain.encoding import PaymentMessage, Scheme
from contracts.domain.signing import SealedKey, Signer
from contracts.queries import SigningContext
from wallets.domain.refusals import (
    NonceTooFar,
    NonceTooOld,
    NonceUsed,
    PaymentExpired,
    SignatureNeeded,
)
from wallets.models import ConfirmedBy
from wallets.operations import authorise_sql
from wallets.operations.authorise_sql import Payer, Surroundings
from wallets.queries import ledger

# Under the longest way to a final block, so that an accepted payment can't expire while it waits.
EXPIRY_MARGIN = timedelta(minutes=10)
NONCES_BELOW = 64  # the contract's window
NONCES_ABOVE = 1_024


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid, under the client's own id. ``facts``: 32 bytes, the same for the same facts.

    ``refund_of``: the key of the payment that it gives back, where it is a refund. ``is_payout``: from a shop to the treasury.
    """

    city_id: int
    client_id: UUID
    payee_address: str
    amount: Amount
    request: UUID | None
    facts: bytes
    refund_of: int | None = None
    is_payout: bool = False


@dataclass(frozen=True, slots=True)
class Signed:
    """What the payer signed."""

    nonce: int
    expires: int
    signature: bytes


class Authority(Protocol):
    """How the payer says yes: a signature made outside, or a proof for a key that the city keeps."""

    @property
    def nonce(self) -> int:
        """The nonce that was signed; 0 where the books give it."""

    @property
    def confirmed_by(self) -> ConfirmedBy:
        """What the payer showed, as the payment's row keeps it."""

    def locked_payer(self, city_id: int) -> Payer | None:
        """The row of who pays, locked; None for nobody of this city."""

    def sign(self, payer: Payer, around: Surroundings, order: Order, now: datetime) -> Signed:
        """The signature that goes to the chain. Raises a Rejected where there is to be none."""


@dataclass(frozen=True, slots=True)
class OwnSignature:
    """A signature that was read and whose signer's address is known. It is the authorisation."""

    address: str
    signed: Signed

    @property
    def nonce(self) -> int:
        """The payment nonce that was signed."""
        return self.signed.nonce

    @property
    def confirmed_by(self) -> ConfirmedBy:
        """The signature itself."""
        return ConfirmedBy.SIGNATURE

    def locked_payer(self, city_id: int) -> Payer | None:
        """The wallet whose key made the signature."""
        return authorise_sql.locked_payer(city_id, address=self.address)

    def sign(self, payer: Payer, around: Surroundings, order: Order, now: datetime) -> Signed:  # noqa: ARG002 - of the protocol
        """The signature as it came, if its nonce is one that the contract will still take."""
        nonce = self.signed.nonce
        if around.nonce_taken:
            raise NonceUsed(nonce=nonce)
        if payer.nonce_authorised - nonce >= NONCES_BELOW:
            raise NonceTooOld(nonce=nonce, highest=payer.nonce_authorised)
        if nonce > payer.nonce_final + NONCES_ABOVE:
            raise NonceTooFar(nonce=nonce, highest=payer.nonce_final)
        if self.signed.expires < (now + EXPIRY_MARGIN).timestamp():
            raise PaymentExpired(expires=self.signed.expires)
        return self.signed


class Proof(Protocol):
    """By whom it is confirmed that a key which the city keeps may sign: the wallet's PIN, a passkey of its owner, or nobody."""

    @property
    def confirmed_by(self) -> ConfirmedBy:
        """Which of them it is."""

    def check(self, payer: Payer, order: Order, context: SigningContext, now: datetime) -> None:
        """Under the payer's lock. Raises a Rejected where it doesn't hold for this order; what it counts is kept."""


@dataclass(frozen=True, slots=True)
class CityKey:
    """A key that the city keeps for a wallet; the signature is made here, under the payer's lock, once the proof holds.

    Without a proof it signs on its owner's word that was taken before: a refund's promise.
    """

    wallet_id: int
    context: SigningContext
    signer: Signer
    proof: Proof | None = None

    @property
    def nonce(self) -> int:
        """None yet: the books give it."""
        return 0

    @property
    def confirmed_by(self) -> ConfirmedBy:
        """What the proof is, or the promise."""
        return self.proof.confirmed_by if self.proof else ConfirmedBy.PROMISE

    def locked_payer(self, city_id: int) -> Payer | None:
        """The wallet that the caller named."""
        return authorise_sql.locked_payer(city_id, wallet_id=self.wallet_id)

    def sign(self, payer: Payer, around: Surroundings, order: Order, now: datetime) -> Signed:  # noqa: ARG002 - of the protocol
        """A signature with the next nonce of the books. Raises SignatureNeeded, and what the proof raises."""
        if payer.sealed is None:
            raise SignatureNeeded
        if self.proof:
            self.proof.check(payer, order, self.context, now)
        return signed_by_city(payer, order, context=self.context, signer=self.signer, now=now)


def signed_by_city(payer: Payer, order: Order, *, context: SigningContext, signer: Signer, now: datetime) -> Signed:
    """A signature by the key that the city keeps for the payer, with the next nonce of the books.

    Under the payer's lock. Raises SignatureNeeded where their own device has the key.
    """
    if payer.sealed is None:
        raise SignatureNeeded
    nonce = max(payer.nonce_authorised, payer.nonce_final) + 1
    expires = ledger.signature_expires(order.city_id, now)
    signature = signer.sign_digest(
        SealedKey(payer.key_address, payer.sealed),
        scope=context.slug,
        digest=PaymentMessage(order.payee_address, order.amount.amount, nonce, expires).digest(
            context.domain_separator, Scheme.SECP256K1
        ),
    )
    return Signed(nonce, expires, signature)
