"""What the model of the ledger knows: people, lots, answers, and a chain that says what the contract would.

``ChainOfTheTest`` writes rows as the copier of logs would have written them. Pure unit tests only.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet, Sum

from citycoin.foundation.kernel.money import Amount
from citycoin.foundation.kernel.text import Name
from citycoin.money.funding.operations import credit, open_account
from citycoin.platform.cities.models import City
from contracts.domain.kinds import AccountKind, matrix_of
from contracts.domain.signing import Signer, VaultSigner
from contracts.models import Chain, ChainLog, Contract, Sender, Submission
from contracts.queries import SigningContext
from wallets.models import Batch, Wallet
from wallets.operations.authority import Authority, CityKey, Order, OwnSignature, Signed
from wallets.operations.proofs import PinProof

ZERO = "0x" + "00" * 20
NONCE_USED, EXPIRED, BALANCE_TOO_LOW = 3, 4, 9  # of the contract's refusals
_numbers = count(1)


def number() -> int:
    """Another each time: what is unique in the database is unique over all examples."""
    return next(_numbers)


def new_address() -> str:
    return "0x" + hash_of("address", number())[-40:]


def funded(city: City, *funders: str, won: int = 10**9) -> None:
    """Accounts of these funders, with so many won each; what they begin with is an entry as any other."""
    for funder in funders or ("state", "province", "city"):
        open_account(city_id=city.pk, funder=funder, names=(Name(f"{funder} 계좌"), Name(f"The {funder}")))
        if won:
            effect = f"opening {city.pk} {funder}"
            credit(city_id=city.pk, funder=funder, won=Amount(won), effect=effect, now=datetime.now(UTC))


def context_of(wallet: Wallet) -> SigningContext:
    """What payments of the wallet's city are signed for."""
    return SigningContext(wallet.city_id, wallet.city.slug, 0, b"\x01" * 32)


def a_submission(city: City, role: Sender.Role = Sender.Role.ISSUER) -> Submission:
    """A transaction of the city's, as if it were signed."""
    sender = Sender.objects.filter(city=city, role=role).first() or a_sender(city, role)
    nonce = number()
    return Submission.objects.create(
        intent=uuid4(),
        sender=sender,
        nonce=nonce,
        purpose="test",
        raw=b"",
        tx_hash=hash_of("submission", nonce),
        signed_at=datetime.now(UTC),
    )


def a_sender(city: City, role: Sender.Role, chain: Chain | None = None) -> Sender:
    """A sending key of the city's, on a chain of its own unless one is given."""
    of = chain or Chain.objects.create(chain_id=number(), first_block_hash=hash_of("first", number()))
    made = VaultSigner().new_key(scope=city.slug)
    return Sender.objects.create(city=city, role=role, chain=of, address=made.address, sealed=made.sealed)


def a_token(city: City, chain: Chain) -> Contract:
    """A token whose matrix lets residents pay shops, and shops pay back."""
    pairs = ((AccountKind.RESIDENT, AccountKind.SHOP), (AccountKind.SHOP, AccountKind.RESIDENT))
    return Contract.objects.create(
        city=city,
        name="Pay",
        symbol="PAY",
        kinds_allowed=matrix_of(pairs),
        chain=chain,
        address=new_address(),
        treasury=ZERO,
        domain_separator=b"\x01" * 32,
    )


def won_by(rows: QuerySet[Any], column: str, *, of: str = "amount") -> dict[int, int]:
    """The sum of ``of`` for each value of ``column``."""
    return dict(rows.values_list(column).annotate(won=Sum(of)).values_list(column, "won").order_by(column))


def hash_of(*words: object) -> str:
    return "0x" + hashlib.sha256(repr(words).encode()).hexdigest()


@dataclass(slots=True)
class Person:
    """A wallet, its address, and the model's idea of it."""

    wallet: Wallet
    address: str
    pin: str = ""
    lots: list[int] = field(default_factory=list)
    nonces: set[int] = field(default_factory=set)

    def says_yes(self, nonce: int, *, now: datetime, signer: Signer) -> Authority:
        """By their PIN; or by a signature of an own key, which only the door and the contract look at."""
        if self.pin:
            return CityKey(self.wallet.pk, context_of(self.wallet), signer, PinProof(self.pin))
        expires = int((now + timedelta(days=30)).timestamp())
        return OwnSignature(self.address, Signed(nonce, expires, b"\x01" * 64))


@dataclass(slots=True)
class Answer:
    """What was said under an id, and the order that it was said to."""

    order: Order
    authority: Authority
    code: str
    payment: int


@dataclass(slots=True)
class ModelLot:
    """A lot as the model knows it."""

    left: int
    expires_at: datetime
    final: bool = False
    amount: int = 0

    def __post_init__(self) -> None:
        self.amount = self.left


@dataclass(slots=True)
class ChainOfTheTest:
    """Balances and used nonces by address, and the transactions that final blocks have."""

    contract: Contract
    balances: Counter[str] = field(default_factory=Counter)
    used: set[tuple[str, int]] = field(default_factory=set)
    transactions: list[list[tuple[str, dict[str, object]]]] = field(default_factory=list)
    block: int = 0

    def mine(self, *logs: tuple[str, dict[str, object]], at: datetime) -> None:
        """A transaction with these logs in the next block, copied and not yet posted."""
        self.transactions.append(list(logs))
        self.copy(list(logs), at=at)

    def copy(self, logs: list[tuple[str, dict[str, object]]], *, at: datetime) -> None:
        """As the copier would write them."""
        self.block += 1
        place = (self.contract.pk, self.block)
        ChainLog.objects.bulk_create(
            ChainLog(
                contract=self.contract,
                block_number=self.block,
                block_hash=hash_of("block", *place),
                block_at=at,
                tx_hash=hash_of("tx", *place),
                log_index=index,
                name=name,
                args=args,
            )
            for index, (name, args) in enumerate(logs)
        )

    def issue(self, issue_id: str, to: str, won: int, *, at: datetime) -> None:
        """The contract's ``issue`` for one recipient."""
        self.balances[to] += won
        self.mine(
            ("Transfer", {"from": ZERO, "to": to, "value": won}),
            ("Issued", {"issueId": issue_id, "programme": 1, "index": 0, "to": to, "amount": won}),
            at=at,
        )

    def settle(self, batch: Batch, refused: dict[int, int], *, at: datetime) -> dict[int, int]:
        """The contract's ``settle``; the reasons of those it refuses, with ``refused`` among them, by index."""
        logs: list[tuple[str, dict[str, object]]] = []
        reasons = {}
        for payment in batch.payments.select_related("key").order_by("batch_index"):
            payer, index = payment.key.address, payment.batch_index
            reason = NONCE_USED if (payer, payment.nonce) in self.used else refused.get(index, 0)
            if not reason and self.balances[payer] < payment.amount:
                reason = BALANCE_TOO_LOW
            self.used.add((payer, payment.nonce))
            if reason:
                reasons[index] = reason
                logs.append(("Refused", {"batchId": batch.manifest, "index": index, "reason": reason}))
                continue
            self.balances[payer] -= payment.amount
            self.balances[payment.payee_address] += payment.amount
            logs.append(("Transfer", {"from": payer, "to": payment.payee_address, "value": payment.amount}))
        total = batch.payments.count()
        ended = {"batchId": batch.manifest, "settled": total - len(reasons), "refused": len(reasons), "total": 0}
        self.mine(*logs, ("BatchSettled", ended), at=at)
        return reasons
