"""A city on a bare chain, large enough to measure batches in: payers who have won and have paid before, shops that have won."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import coincurve
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from contracts.domain.encoding import (
    P256_N,
    PaymentMessage,
    Record,
    Scheme,
    address_of,
    compact,
    domain_separator,
    keccak,
    packed_batch,
    typed_digest,
    word,
)
from tests.chain.own_chain import TRANSACTION_GAS
from tests.chain.own_contract import RESIDENT, SHOP, OwnContract, refusals
from tests.node import Node, Refused, calldata

NAME: Final = "Test Pay"
SETTLE: Final = "settle(bytes32,bytes)"
ISSUE: Final = "issue(bytes32,uint256,(address,uint256)[])"
CANCELLATION: Final = keccak(b"Cancellation(bytes32 burnId,uint256 programme,uint256 amount,uint256 deadline)")

# Residents and shops may pay shops.
KINDS_ALLOWED: Final = 1 << (RESIDENT * 4 + SHOP) | 1 << (SHOP * 4 + SHOP)
CAP: Final = 10**12
WON_EACH: Final = 100_000
WON_PAID: Final = 334
DAY_SECONDS: Final = 24 * 3_600
SHOPS: Final = 500
# So many accounts are opened, or pay for the first time, in one transaction.
AT_ONCE: Final = 400


@dataclass(frozen=True, slots=True)
class Payer:
    """A key of either scheme; ``signs`` makes 64 bytes of a digest."""

    scheme: Scheme
    public_key: bytes
    signs: Callable[[bytes], bytes] = field(repr=False)

    @property
    def address(self) -> str:
        """Where the chain knows it."""
        return address_of(self.public_key)

    @classmethod
    def new(cls, scheme: Scheme) -> Payer:
        """A random one."""
        return _p256() if scheme is Scheme.P256 else _secp256k1()

    def signature(self, digest: bytes) -> bytes:
        """As an act other than a payment carries it: 64 bytes, or with a P-256 key 128."""
        return self.signs(digest) + (self.public_key if self.scheme is Scheme.P256 else b"")


def _secp256k1() -> Payer:
    key = coincurve.PrivateKey()

    def signs(digest: bytes) -> bytes:
        made = key.sign_recoverable(digest, hasher=None)
        return compact(made[:64] + bytes([27 + made[64]]))

    return Payer(Scheme.SECP256K1, key.public_key.format(compressed=False)[1:], signs)


def _p256() -> Payer:
    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_numbers()

    def signs(digest: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256()))))
        return r.to_bytes(32, "big") + min(s, P256_N - s).to_bytes(32, "big")

    return Payer(Scheme.P256, point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big"), signs)


class Town:
    """The contract and its shops; ``payers`` of a scheme are made by ``settled_in``."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.contract = OwnContract(node, cap=CAP, name=NAME, kinds_allowed=KINDS_ALLOWED)
        chain_id = int(node.ask("eth_chainId"), 16)
        self.domain = domain_separator(name=NAME, chain_id=chain_id, contract=self.contract.address)
        self.expires = int(time.time()) + 30 * DAY_SECONDS
        self.nonce = 1  # the highest that anybody has used, and the next one less 1
        self.shops = [Payer.new(Scheme.SECP256K1).address for _ in range(SHOPS)]
        self.open_accounts(self.shops, kind=SHOP, won=1)

    def open_accounts(self, addresses: Sequence[str], *, kind: int, won: int) -> None:
        """Register them and issue to each."""
        for some in _parts(addresses):
            self.done("register(address[],uint8)", list(some), kind)
            self.issue([(each, won) for each in some])

    def issue(self, recipients: Sequence[tuple[str, int]]) -> int:
        """Issue in one transaction; the gas of it."""
        return gas_used(self.done(ISSUE, secrets.token_bytes(32), 1, list(recipients)))

    def settled_in(self, scheme: Scheme, payers: int) -> list[Payer]:
        """So many residents who have won and have used nonce 1."""
        made = [Payer.new(scheme) for _ in range(payers)]
        self.open_accounts([each.address for each in made], kind=RESIDENT, won=WON_EACH)
        for some in _parts(made):
            self.settle([self.payment(each, self.shops[0], nonce=1) for each in some])
        return made

    def payment(self, payer: Payer, payee: str, **changed: int) -> Record:
        """An ordinary payment with the next nonce; ``changed`` says what is not ordinary."""
        terms = {"amount": WON_PAID, "nonce": self.nonce + 1, "expires": self.expires} | changed
        message = PaymentMessage(payee, **terms)
        public_key = payer.public_key if payer.scheme is Scheme.P256 else b""
        return Record(message, payer.scheme, payer.signs(message.digest(self.domain, payer.scheme)), public_key)

    def payments(self, payers: Sequence[Payer], *, shops: int) -> list[Record]:
        """An ordinary payment of each, the shops in turn; in the order of payers."""
        return [self.payment(each, self.shops[place % shops]) for place, each in enumerate(payers)]

    def settle(self, records: Sequence[Record], *, refused: Sequence[int] = ()) -> int:
        """Settle in one transaction that refuses just so, grouped by shop; the gas of it."""
        receipt = self.done(SETTLE, *self.batch(records))
        if list(refusals(receipt)) != list(refused):
            raise AssertionError(f"refused {refusals(receipt)}, and not {refused}")
        self.nonce += 1
        return gas_used(receipt)

    def batch(self, records: Sequence[Record]) -> tuple[bytes, bytes]:
        """The arguments of ``settle``: an id of which no byte is spared, and the groups, each shop's records together."""
        return b"\xba" * 32, packed_batch(sorted(records, key=lambda each: each.message.payee))

    def would_settle(self, records: Sequence[Record], *, gas: int = TRANSACTION_GAS) -> bool:
        """Whether a transaction with so much gas would go through."""
        call = {"from": self.contract.operator.address, "to": self.contract.address, "gas": hex(gas)}
        try:
            self.node.ask("eth_call", call | {"data": calldata(SETTLE, *self.batch(records))}, "latest")
        except Refused:
            return False
        return True

    def done(self, function: str, *arguments: Any) -> dict[str, Any]:
        """A call with all the gas that a transaction may have; its receipt. It must go through."""
        receipt = self.contract.operator.send(
            self.contract.address, calldata(function, *arguments), gas=TRANSACTION_GAS
        )
        assert receipt["status"] == "0x1", f"{function} reverted"
        return receipt

    def cancel(self, holder: Payer, won: int) -> int:
        """Cancel a purchase of its holder's; the gas of it."""
        burn_id = secrets.token_bytes(32)
        fields = CANCELLATION + burn_id + word(1) + word(won) + word(self.expires)
        signature = holder.signature(typed_digest(self.domain, fields, holder.scheme))
        function = "cancel(bytes32,uint256,uint256,uint256,bytes)"
        return gas_used(self.done(function, burn_id, 1, won, self.expires, signature))

    def redeem(self, amounts: Sequence[int]) -> int:
        """Burn so much of the treasury's; the gas of it."""
        return gas_used(self.done("redeem(bytes32,uint256[])", secrets.token_bytes(32), list(amounts)))


def gas_used(receipt: dict[str, Any]) -> int:
    """By a whole transaction."""
    return int(receipt["gasUsed"], 16)


def _parts(many: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for begin in range(0, len(many), AT_ONCE):
        yield many[begin : begin + AT_ONCE]
