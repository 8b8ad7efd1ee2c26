"""Signs: transactions of our sending keys, and payments of keys that the city keeps."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol

import coincurve

from citycoin.foundation import vault
from contracts.domain.encoding import SECP256K1_N, address_of, compact, keccak
from contracts.domain.gateway import Fees


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A secp256k1 key as the database may hold it: sealed for its name, so that it opens nowhere else."""

    address: str
    sealed: bytes


def name_of(scope: str, address: str) -> str:
    """What a key is sealed for: a city's slug (or the installation) and its address, which survive a move elsewhere."""
    return f"key {address} of {scope}"


class Signer(Protocol):
    """Whatever keeps keys: this process's vault, or an HSM or a KMS in its place. ``scope``: whose key, a city's slug."""

    def new_key(self, *, scope: str) -> SealedKey:
        """A new random key, sealed for ``scope``."""

    def sign_digest(self, key: SealedKey, *, scope: str, digest: bytes) -> bytes:
        """A compact low-s signature of 64 bytes over 32 bytes."""

    def sign_transaction(self, key: SealedKey, *, scope: str, transaction: Transaction) -> tuple[bytes, str]:
        """The raw bytes to broadcast, and their hash."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """An EIP-1559 transaction before it is signed. ``to`` is None where a contract is created."""

    chain_id: int
    nonce: int
    to: str | None
    data: bytes
    gas: int
    fees: Fees
    wei: int = 0


class VaultSigner:
    """Keys sealed by this installation's key-encryption key; open only while they sign."""

    def new_key(self, *, scope: str) -> SealedKey:
        """A new random key."""
        return self.kept(os.urandom(32), scope=scope)

    def kept(self, secret: bytes, *, scope: str) -> SealedKey:
        """A key from elsewhere."""
        if not 0 < int.from_bytes(secret) < SECP256K1_N:
            raise ValueError("not a secp256k1 key")
        public = coincurve.PrivateKey(secret).public_key.format(compressed=False)[1:]
        address = address_of(public)
        return SealedKey(address, vault.seal(secret, owner=name_of(scope, address)))

    def sign_digest(self, key: SealedKey, *, scope: str, digest: bytes) -> bytes:
        """A compact low-s signature of 64 bytes. Raises SealBroken where the key was sealed under another name."""
        return sign_digest(vault.unseal(key.sealed, owner=name_of(scope, key.address)), digest)

    def sign_transaction(self, key: SealedKey, *, scope: str, transaction: Transaction) -> tuple[bytes, str]:
        """The raw bytes to broadcast, and their hash."""
        from eth_account import Account  # noqa: PLC0415 - half a second of a core, and few processes send anything

        fields = {
            "chainId": transaction.chain_id,
            "nonce": transaction.nonce,
            "data": transaction.data,
            "gas": transaction.gas,
            "value": transaction.wei,
            "maxFeePerGas": transaction.fees.most,
            "maxPriorityFeePerGas": transaction.fees.priority,
        }
        if transaction.to is not None:
            fields["to"] = bytes.fromhex(transaction.to[2:])
        signed = Account.sign_transaction(fields, vault.unseal(key.sealed, owner=name_of(scope, key.address)))
        raw = bytes(signed.raw_transaction)
        return raw, "0x" + keccak(raw).hex()


def sign_digest(secret: bytes, digest: bytes) -> bytes:
    """A compact low-s secp256k1 signature of 64 bytes over a 32-byte digest."""
    recoverable = coincurve.PrivateKey(secret).sign_recoverable(digest, hasher=None)
    return compact(recoverable[:64] + bytes([27 + recoverable[64]]))
