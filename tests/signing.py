"""Officials with keys of their own, who sign decisions as a page or a wallet would: never by the server's code."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from tests.node import Node

# What the contract's acts are, as it declares them: each a struct of EIP-712.
DECLARED = (
    "Budget(uint256 year,uint256 starts,uint256 ends,uint256 cap,bytes32 basis,uint256 version,uint256 deadline)",
    "RotateOfficial(address outgoing,address incoming,uint256 version,uint256 deadline)",
    "Nominate(bytes32 role,address incoming,uint256 version,uint256 deadline)",
    "RevokeRole(bytes32 role,uint256 version,uint256 deadline)",
    "SetKindsAllowed(uint256 kindsAllowed,uint256 version,uint256 deadline)",
    "Close(address successor,bytes32 successorCode,bytes32 snapshot,uint256 version,uint256 deadline)",
    "StartRecovery(address[] from,address[] to,uint256 version,uint256 deadline)",
    "WithdrawRecovery(address[] from,uint256 version,uint256 deadline)",
    "CancelRecovery(address from,address to,uint256 readyAt)",
    "Cancellation(bytes32 burnId,uint256 programme,uint256 amount,uint256 deadline)",
    "Holding(address holder,uint256 programme,uint256 amount)",
    "Lapse(bytes32 burnId,uint256 sum,Holding[] holdings,uint256 deadline)",
)
TYPE_TEXTS = {declared.partition("(")[0]: declared for declared in DECLARED}
TYPES = {
    struct: [
        dict(zip(("type", "name"), field.split(" "), strict=True))
        for field in declared.partition("(")[2].removesuffix(")").split(",")
    ]
    for struct, declared in TYPE_TEXTS.items()
}
P256_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
Facts = Mapping[str, Any]


class Official(Protocol):
    """Somebody whose signature counts, or should not."""

    address: str

    def signed(self, domain: Facts, struct: str, facts: Facts) -> str: ...


class WalletOfficial:
    """A secp256k1 key; signs compactly (EIP-2098)."""

    def __init__(self, account: LocalAccount | None = None) -> None:
        self._account = account or Account.create()
        self.address: str = self._account.address.lower()

    @classmethod
    def founding(cls, var: Path, city: str, number: int) -> WalletOfficial:
        """The founding key in var/founding, as the operator's commands find it."""
        return cls(Account.from_key((var / "founding" / f"{city}-{number}.key").read_bytes()))

    def signed(self, domain: Facts, struct: str, facts: Facts) -> str:
        """0x text of 64 bytes."""
        signed = self._account.sign_message(_signable(domain, struct, facts))
        return "0x" + (signed.r << 256 | (signed.v - 27) << 255 | signed.s).to_bytes(64, "big").hex()


class BrowserOfficial:
    """A P-256 key as WebCrypto makes it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        numbers = self._key.public_key().public_numbers()
        self.point = numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
        self.address = "0x" + bytes(keccak(self.point))[12:].hex()

    def signed_text(self, text: str) -> str:
        """R ‖ s over a text, as WebCrypto signs it."""
        r, s = decode_dss_signature(self._key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return (r << 256 | s).to_bytes(64, "big").hex()

    def signed(self, domain: Facts, struct: str, facts: Facts) -> str:
        """0x text of 128 bytes: r ‖ s ‖ x ‖ y, with the low s."""
        preimage = b"\x19\x01" + _signable(domain, struct, facts).header + _fields(struct, facts)
        r, s = decode_dss_signature(self._key.sign(preimage, ec.ECDSA(hashes.SHA256())))
        return "0x" + (r << 256 | min(s, P256_N - s)).to_bytes(64, "big").hex() + self.point.hex()


def _fields(struct: str, facts: Facts) -> bytes:
    """The typehash and the encoded values, as EIP-712's encodeData has them."""
    declared = "".join(TYPE_TEXTS[name] for name in (struct, *_structs_in(struct)))
    words = (_word(each["type"], facts[each["name"]]) for each in TYPES[struct])
    return bytes(keccak(declared.encode())) + b"".join(words)


def _structs_in(struct: str) -> list[str]:
    """The structs that are fields of this one; none of the contract's goes deeper."""
    return [name for each in TYPES[struct] if (name := each["type"].removesuffix("[]")) in TYPES]


def _word(kind: str, value: Any) -> bytes:
    if kind.endswith("[]"):
        return bytes(keccak(b"".join(_word(kind.removesuffix("[]"), each) for each in value)))
    if kind in TYPES:
        return bytes(keccak(_fields(kind, value)))
    if isinstance(value, bytes):
        return value
    return (int(value, 16) if isinstance(value, str) else int(value)).to_bytes(32, "big")


def _signable(domain: Facts, struct: str, facts: Facts) -> Any:
    types = {name: TYPES[name] for name in (struct, *_structs_in(struct))}
    return encode_typed_data(domain_data=dict(domain), message_types=types, message_data=dict(facts))


def amendment(node: Node, contract: str, year: int, **changed: int | str) -> dict[str, Any]:
    """The facts of the next amendment of a year's budget, good for an hour: as it is now, but for what is ``changed``."""
    now = node.budget(contract, year)
    facts = {"year": year, **{name: now[name] for name in ("starts", "ends", "cap")}}
    why = {"purpose": "시험으로 한도를 바꿉니다", "legal_basis": "시험 조례 제1조"}
    return facts | why | {"version": now["version"] + 1, "deadline": in_an_hour()} | changed


def rotation(node: Node, contract: str, *, outgoing: str, incoming: str, **changed: int) -> dict[str, Any]:
    """The facts of the next change of officials, good for an hour."""
    version = node.number(contract, "officialsVersion()") + 1
    return {"outgoing": outgoing, "incoming": incoming, "version": version, "deadline": in_an_hour()} | changed


def decided(domain: Facts, struct: str, facts: Facts, *officials: Official) -> dict[str, Any]:
    """The body of the request: the facts with these officials' signatures. Of why a budget is, they sign the hash."""
    signed = dict(facts)
    if "purpose" in signed:
        signed["basis"] = basis_of(signed.pop("purpose"), signed.pop("legal_basis", ""))
    return {**facts, "signatures": [each.signed(domain, struct, signed) for each in officials]}


def basis_of(purpose: str, legal_basis: str) -> str:
    """The hash of why, as docs/contract.md has it: SHA-256 of four netstrings, the last one for a file that isn't there."""
    parts = ("City coin: why, form 1", purpose, legal_basis, "")
    told = b"".join(str(len(part.encode())).encode() + b":" + part.encode() + b"," for part in parts)
    return "0x" + hashlib.sha256(told).hexdigest()


def matrix(node: Node, contract: str, domain: Facts, kinds_allowed: int, *officials: Official) -> dict[str, Any]:
    """The body of the request that changes which kind of account may pay which, good for an hour."""
    facts = {"version": node.number(contract, "actsVersion()") + 1, "deadline": in_an_hour()}
    said = decided(domain, "SetKindsAllowed", {"kindsAllowed": kinds_allowed, **facts}, *officials)
    return {"kinds_allowed": said.pop("kindsAllowed"), **said}


def in_an_hour() -> int:
    """Seconds since 1970."""
    return int(time.time()) + 3600
