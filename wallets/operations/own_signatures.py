"""A signature that a payer made outside: whose it is, and which city it was meant for."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.domain.encoding import (
    PaymentMessage,
    Scheme,
    SignatureUnreadable,
    address_of,
    checked_p256,
    compact,
    signer,
)
from contracts.queries import other_contexts
from wallets.domain.refusals import SignatureForAnotherCity, SignatureInvalid
from wallets.operations.authority import Order, OwnSignature, Signed
from wallets.queries.ledger import is_key_in_force


@dataclass(frozen=True, slots=True)
class SignatureSent:
    """A signature as it came: 64 or 65 bytes, the nonce and the expiry (seconds since 1970) that it covers.

    ``public_key``: x ‖ y of P-256; empty where the signer's address follows from the signature.
    """

    nonce: int
    expires: int
    signature: bytes
    public_key: bytes = b""


def own_signature(order: Order, sent: SignatureSent, domain_separator: bytes) -> OwnSignature:
    """Whose signature it is over the order's facts, in the domain of one city. Touches no row. Raises SignatureInvalid."""
    message = PaymentMessage(order.payee_address, order.amount.amount, sent.nonce, sent.expires)
    try:
        if sent.public_key:
            digest = message.digest(domain_separator, Scheme.P256)
            signature, address = checked_p256(sent.signature, sent.public_key, digest), address_of(sent.public_key)
        else:
            signature = compact(sent.signature)
            address = signer(signature, message.digest(domain_separator, Scheme.SECP256K1))
    except SignatureUnreadable:
        raise SignatureInvalid from None
    return OwnSignature(address, Signed(sent.nonce, sent.expires, signature))


def refuse_if_for_another_city(order: Order, sent: SignatureSent) -> None:
    """Say it plainly where a good signature was meant for another city. Raises SignatureForAnotherCity."""
    for other in other_contexts(order.city_id):
        try:
            address = own_signature(order, sent, other.domain_separator).address
        except SignatureInvalid:
            continue
        if is_key_in_force(address):
            raise SignatureForAnotherCity
