"""The least that a payment can cost: the protocol's own prices of what no contract of this kind can leave out.

A batch pays 21,000 for its transaction, and for each distinct shop its slot and the header of its group. A payment pays
for the bytes of its record, for the hash that was signed, for the signature, for its payer's slot, found, read and
rewritten, for one `Transfer`, and a little for the loop. The head of the call and the event of the whole batch are left
out: the floor is the lower for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contracts.domain.encoding import Scheme

# ---- Prices, in gas ----
TRANSACTION: Final = 21_000
ZERO_BYTE, NONZERO_BYTE = 4, 16  # of calldata, EIP-2028
COLD_READ, REWRITE = 2_100, 2_900  # of a slot that is not zero before and after, EIP-2929 and EIP-2200
CALL: Final = 100  # of a precompile, always warm
ECRECOVER: Final = 3_000
P256VERIFY: Final = 6_900  # EIP-7951
LOG, LOG_TOPIC, LOG_BYTE = 375, 375, 8

# ---- What is no price of the protocol, but the least that a loop was seen to need ----
LOOP_OF_A_PAYMENT: Final = 150
LOOP_OF_A_GROUP: Final = 68

WORD_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record, or of the header of a group: its width, and how many of its bytes are not zero, ordinarily."""

    name: str
    width: int
    nonzero: int

    @property
    def gas(self) -> int:
        """What it costs as calldata."""
        return self.nonzero * NONZERO_BYTE + (self.width - self.nonzero) * ZERO_BYTE


# An amount of some hundred or thousand won, one of the payer's first 255 payments, a time in seconds since 1970.
RECORD: Final = (Field("signature", 64, 64), Field("amount", 6, 2), Field("nonce", 5, 1), Field("expires", 5, 4))
KEY: Final = (Field("key", 64, 64),)
HEADER: Final = (Field("payee", 20, 20), Field("scheme", 1, 0), Field("count", 2, 1))

FIELDS: Final = {Scheme.SECP256K1: RECORD, Scheme.P256: RECORD + KEY}

# What is hashed to be signed. EIP-712: a struct of typehash, payee, amount, nonce and expires; then 0x1901, the domain
# and that hash. P-256: all of it in a row.
STRUCT_BYTES: Final = 5 * WORD_BYTES
DIGEST_BYTES: Final = 2 + 2 * WORD_BYTES
PREIMAGE_BYTES: Final = 2 + WORD_BYTES + STRUCT_BYTES
SLOT_BYTES: Final = 2 * WORD_BYTES  # account and number of the mapping
POINT_BYTES: Final = 2 * WORD_BYTES


def keccak(width: int) -> int:
    """KECCAK256 of so many bytes."""
    return 30 + 6 * -(-width // WORD_BYTES)


def sha256(width: int) -> int:
    """The precompile SHA-256 of so many bytes, without its call."""
    return 60 + 12 * -(-width // WORD_BYTES)


SLOT_REWRITTEN: Final = keccak(SLOT_BYTES) + COLD_READ + REWRITE
TRANSFER_EVENT: Final = LOG + 3 * LOG_TOPIC + WORD_BYTES * LOG_BYTE

# Whose signature is it? Hash, precompile and, where it has to be made of the key, the address.
SIGNER: Final = {
    Scheme.SECP256K1: keccak(STRUCT_BYTES) + keccak(DIGEST_BYTES) + ECRECOVER + CALL,
    Scheme.P256: sha256(PREIMAGE_BYTES) + CALL + P256VERIFY + CALL + keccak(POINT_BYTES),
}

SHOP: Final = sum(field.gas for field in HEADER) + SLOT_REWRITTEN + LOOP_OF_A_GROUP


def of_a_record(scheme: Scheme) -> int:
    """A payment without its share of the transaction and of its shop."""
    calldata = sum(field.gas for field in FIELDS[scheme])
    return calldata + SIGNER[scheme] + SLOT_REWRITTEN + TRANSFER_EVENT + LOOP_OF_A_PAYMENT


def of_a_payment(scheme: Scheme, *, payments: int, shops: int) -> float:
    """A payment of a batch of so many to so many distinct shops."""
    return TRANSACTION / payments + of_a_record(scheme) + SHOP * shops / payments


def record_bytes(scheme: Scheme) -> int:
    """The width of a record."""
    return sum(field.width for field in FIELDS[scheme])
