"""A state machine that settles random batches of our own encoder on the real contract, and in the model beside it."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule

from contracts.domain.encoding import (
    P256_N,
    SECP256K1_N,
    PaymentMessage,
    Record,
    Scheme,
    domain_separator,
    packed_batch,
)
from tests.chain.keys import CityKey, DeviceKey, Key
from tests.chain.own_contract import FAR_AWAY, RESIDENT, SHOP, TREASURY, Event, OwnContract, events
from tests.chain.settle_model import (
    NOBODY,
    Malformed,
    ModelAccount,
    Moved,
    Payment,
    Refused,
    Settled,
    SettleModel,
    separator_of,
)

BATCH_ID = bytes(32)
CAP = 2**60
# Everybody who is an account pays every other.
FIRST_MATRIX = 0xEEE0
LARGEST_AMOUNT = 2**48 - 1


CITY_KEYS = [CityKey(f"city {number}") for number in range(6)]
DEVICE_KEYS = [DeviceKey(f"device {number}") for number in range(5)]
KEYS: list[Key] = [*CITY_KEYS, *DEVICE_KEYS]
TREASURY_KEY = CITY_KEYS[0]
# The last of each kind of key is a stranger until somebody registers it.
BORN_WITH = {
    **{key.address: RESIDENT for key in (*CITY_KEYS[1:4], *DEVICE_KEYS[:3])},
    **{key.address: SHOP for key in (CITY_KEYS[4], DEVICE_KEYS[3])},
}
# Drawn more often: who can pay, and be paid.
PAYERS = [*KEYS, *(key for key in KEYS if key.address in BORN_WITH)]
PAYEES = [*(key.address for key in PAYERS), NOBODY]


# ---- What is drawn -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    """A payment still to be signed: amounts, nonces and times are chosen when it is, around what is then."""

    key: Key
    payee: str | None
    amount: tuple[str, int]
    nonce: tuple[str, int]
    expires: int | None
    twist: str


AMOUNTS = st.one_of(
    st.tuples(st.just("won"), st.integers(1, 5_000)),
    st.tuples(st.just("won"), st.integers(1, 50)),
    st.tuples(st.just("won"), st.sampled_from((0, 1, LARGEST_AMOUNT))),
    st.tuples(st.just("beyond the balance"), st.integers(-1, 1)),
)
NONCES = st.one_of(
    st.tuples(st.just("above"), st.integers(1, 3)),
    st.tuples(st.just("above"), st.sampled_from((1, 2, 62, 63, 64, 65, 300))),
    st.tuples(st.just("below"), st.sampled_from((0, 1, 2, 3, 61, 62, 63, 64, 65, 300))),
)
# None: in some thousand years. Otherwise so many seconds after the block.
EXPIRES = st.sampled_from((None, None, None, None, None, 1, 0, 0, -1))
TWISTS: dict[str, Callable[[Record], Record]] = {
    "none": lambda record: record,
    "the other of the two signatures": lambda record: replace(record, signature=_high_s(record)),
    "the parity turned": lambda record: replace(record, signature=_turned(record.signature, 32, 0x80)),
    "a bit of r turned": lambda record: replace(record, signature=_turned(record.signature, 31, 1)),
    "r zero": lambda record: replace(record, signature=bytes(32) + record.signature[32:]),
    "s zero": lambda record: replace(record, signature=record.signature[:32] + bytes(32)),
    "r beyond the order": lambda record: replace(record, signature=b"\xff" * 32 + record.signature[32:]),
    "all ones": lambda record: replace(record, signature=b"\xff" * 64),
    "another amount": lambda record: replace(record, message=replace(record.message, amount=record.message.amount ^ 1)),
    "another payee": lambda record: replace(record, message=replace(record.message, payee=PAYEES[1])),
    "a key off the curve": lambda record: replace(record, public_key=_turned(record.public_key, 63, 1)),
    "another's key": lambda record: replace(record, public_key=DEVICE_KEYS[-1].point if record.public_key else b""),
}
WISHES = st.builds(
    Wish,
    st.sampled_from(PAYERS),
    st.sampled_from(PAYEES),
    AMOUNTS,
    NONCES,
    EXPIRES,
    st.one_of(st.just("none"), st.just("none"), st.just("none"), st.sampled_from(sorted(TWISTS))),
)
# More than one thing wrong at once, so that the order of the reasons shows. The payee None is the payer.
FAULTY = st.builds(
    Wish,
    st.sampled_from(PAYERS),
    st.one_of(st.none(), st.sampled_from(PAYEES)),
    st.one_of(st.just(("won", 0)), st.just(("beyond the balance", 1)), st.just(("won", 1))),
    st.one_of(st.just(("above", 1)), st.just(("above", 2)), st.just(("below", 0))),
    st.sampled_from((None, None, -1)),
    st.just("none"),
)
BATCHES = st.one_of(
    st.lists(WISHES, min_size=1, max_size=3),
    st.lists(WISHES, min_size=10, max_size=60),
    st.lists(FAULTY, min_size=10, max_size=40),
)
RAGGED = st.one_of(
    st.tuples(st.integers(1, 2), st.just(b"")),
    st.tuples(st.integers(0, 200), st.binary(max_size=24)),
)
ORDINARY = st.builds(
    Wish,
    st.sampled_from(PAYERS),
    st.sampled_from(PAYEES),
    st.tuples(st.just("won"), st.integers(1, 300)),
    st.tuples(st.just("above"), st.integers(1, 3)),
    st.sampled_from((None, None, 0)),
    st.just("none"),
)


def _turned(data: bytes, place: int, bits: int) -> bytes:
    return data[:place] + bytes([data[place] ^ bits]) + data[place + 1 :] if place < len(data) else data


def _high_s(record: Record) -> bytes:
    r, packed = record.signature[:32], int.from_bytes(record.signature[32:])
    if record.scheme is Scheme.P256:
        return r + (P256_N - packed).to_bytes(32, "big")
    # s of n - s, with the parity turned: as good a signature to the curve.
    return r + ((SECP256K1_N - packed % 2**255) | (1 - (packed >> 255)) << 255).to_bytes(32, "big")


# ---- The machine ---------------------------------------------------------------------------------------------------


class Settling(RuleBasedStateMachine):
    """One contract on one chain, set back at the start of each example; beside it the model."""

    contract: OwnContract
    seen: Counter[str]
    _kept: str = ""
    batches = Bundle("batches")

    @initialize()
    def start(self) -> None:
        """The contract with its first accounts, each with some won, one of them frozen."""
        cls = type(self)
        node = self.contract.node
        if cls._kept:
            node.ask("evm_revert", cls._kept)
        cls._kept = node.ask("evm_snapshot")
        self.contract.operator.nonce = int(
            node.ask("eth_getTransactionCount", self.contract.operator.address, "latest"), 16
        )
        self.domain = domain_separator(
            name=str(self.contract.domain["name"]),
            chain_id=int(self.contract.domain["chainId"]),
            contract=self.contract.address,
        )
        self.model = SettleModel(separator_of(self.contract.domain), FIRST_MATRIX)
        self.model.accounts = {TREASURY_KEY.address: ModelAccount(TREASURY)}
        for kind in (RESIDENT, SHOP):
            born = [address for address, its in BORN_WITH.items() if its == kind]
            self.contract.register(*born, kind=kind)
            self.model.accounts |= {address: ModelAccount(kind) for address in born}
        self._issue([(address, 10_000) for address in self.model.accounts])
        self._freeze(CITY_KEYS[3].address, frozen=True)

    @rule(target=batches, wishes=BATCHES, seconds=st.integers(1, 3), ragged=RAGGED)
    def settle_hostile(self, wishes: list[Wish], seconds: int, ragged: tuple[int, bytes]) -> bytes:
        """A batch with some records that nobody should have sent; then again, cut off or with something behind it."""
        batch = self._settle(wishes, seconds)
        cut, appended = ragged
        self._play(batch[: max(len(batch) - cut, 0)] + appended)
        return batch

    def _settle(self, wishes: list[Wish], seconds: int) -> bytes:
        now = self._next_block(seconds)
        batch = self._batch(wishes, now)
        self._play(batch)
        return batch

    @rule(target=batches, wishes=st.lists(ORDINARY, min_size=10, max_size=80), seconds=st.integers(1, 3))
    def settle_ordinary(self, wishes: list[Wish], seconds: int) -> bytes:
        """A batch as the city sends it, of which nearly all is good."""
        return self._settle(wishes, seconds)

    @rule(batch=batches, seconds=st.integers(1, 3))
    def replay(self, batch: bytes, seconds: int) -> None:
        """A batch that was settled before."""
        self._next_block(seconds)
        self._play(batch)

    @rule(batch=batches, place=st.sampled_from((20, 21, 22)), value=st.integers(0, 255))
    def reframe(self, batch: bytes, place: int, value: int) -> None:
        """A batch whose first header has another scheme or count."""
        self._play(batch[:place] + bytes([value]) + batch[place + 1 :])

    @rule(batch=batches, place=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
    def corrupt(self, batch: bytes, place: float, bits: int) -> None:
        """A batch with one byte changed, anywhere."""
        self._play(_turned(batch, int(len(batch) * place), bits))

    @rule(batch=batches)
    def stop(self, batch: bytes) -> None:
        """Nobody but the settler settles, and nobody in a pause."""
        call = ("settle(bytes32,bytes)", BATCH_ID, batch)
        assert self.contract.refusal(*call, sender=KEYS[1].address).name == "NotAuthorised"
        self.contract.done("pause()")
        assert self.contract.refusal(*call).name == "EnforcedPause"
        self.contract.done("unpause()")

    @rule(key=st.sampled_from(KEYS), kind=st.sampled_from((RESIDENT, SHOP)))
    def register(self, key: Key, kind: int) -> None:
        """An account's kind is fixed."""
        known = self.model.accounts.get(key.address)
        if known is not None and known.kind != kind:
            refused = self.contract.refusal("register(address[],uint8)", [key.address], kind)
            assert (refused.name, refused.arguments) == ("KindFixed", {"account": key.address})
            return
        self.contract.register(key.address, kind=kind)
        self.model.accounts.setdefault(key.address, ModelAccount(kind))

    @rule(key=st.sampled_from(KEYS), frozen=st.booleans())
    def freeze(self, key: Key, frozen: bool) -> None:  # noqa: FBT001 - drawn by name
        """A stranger can't be frozen."""
        if key.address not in self.model.accounts:
            assert self.contract.refusal("setFrozen(address,bool)", key.address, frozen).name == "UnknownAccount"
            return
        self._freeze(key.address, frozen=frozen)

    @rule(recipients=st.lists(st.tuples(st.sampled_from(KEYS), st.integers(1, 2**50)), min_size=1, max_size=5))
    def issue(self, recipients: list[tuple[Key, int]]) -> None:
        """More won, also more than one payment can move."""
        self._issue([(key.address, amount) for key, amount in recipients])

    @rule(matrix=st.one_of(st.just(FIRST_MATRIX), st.integers(0, 0xFFFF).map(lambda any_: any_ & FIRST_MATRIX)))
    def switch(self, matrix: int) -> None:
        """Another matrix of who may pay whom."""
        self.contract.decide(
            "setKindsAllowed(uint256,uint256,uint256,bytes,bytes)", "SetKindsAllowed", kindsAllowed=matrix
        )
        self.model.kinds_allowed = matrix

    # ---- Played and compared ---------------------------------------------------------------------------------------

    def _next_block(self, seconds: int) -> int:
        node = self.contract.node
        now = int(node.ask("eth_getBlockByNumber", "latest", False)["timestamp"], 16) + seconds
        node.ask("evm_setNextBlockTimestamp", now)
        return now

    def _batch(self, wishes: Sequence[Wish], now: int) -> bytes:
        # What the wishes are drawn around moves with each of them, as if all went well.
        accounts = copy.deepcopy(self.model.accounts)
        records = []
        for wish in wishes:
            payer = accounts.setdefault(wish.key.address, ModelAccount(0))
            way, amount = wish.amount
            if way != "won":
                amount = min(max(payer.balance + amount, 0), LARGEST_AMOUNT)
            above, away = wish.nonce
            nonce = payer.highest + away if above == "above" else max(payer.highest - away, 0)
            payer.used.add(nonce)
            payer.balance = max(payer.balance - amount, 0)
            expires = FAR_AWAY if wish.expires is None else now + wish.expires
            message = PaymentMessage(wish.payee or wish.key.address, amount, nonce, expires)
            records.append(TWISTS[wish.twist](wish.key.record(self.domain, message)))
        return packed_batch(records)

    def _play(self, batch: bytes) -> None:
        """Settle it, compare what is said and what is then."""
        node = self.contract.node
        try:
            payments = list(self.model.read(batch))
        except Malformed as malformed:
            self._refused(batch, malformed.offset)
            payments = []
        else:
            receipt = self.contract.settle(batch)
            now = int(node.ask("eth_getBlockByHash", receipt["blockHash"], False)["timestamp"], 16)
            expected = self.model.settle(batch, now=now)
            assert events(receipt["logs"]) == [_said(each) for each in expected]
            self.seen.update(
                each.reason.name if isinstance(each, Refused) else type(each).__name__ for each in expected
            )
        self._compare(payments)

    def _refused(self, batch: bytes, offset: int) -> None:
        refused = self.contract.refusal("settle(bytes32,bytes)", BATCH_ID, batch)
        assert (refused.name, refused.arguments) == ("MalformedBatch", {"offset": offset})
        self.seen["Malformed"] += 1

    def _compare(self, payments: Sequence[Payment]) -> None:
        strangers = {each.payer for each in payments} | {each.payee for each in payments}
        for address in strangers | self.model.accounts.keys():
            known = self.model.accounts.get(address)
            expected = (known.balance, known.kind, known.frozen, known.highest, known.window) if known else (0,) * 5
            assert self.contract.account(address) == expected, address
        supply = self.contract.node.number(self.contract.address, "totalSupply()")
        assert sum(each.balance for each in self.model.accounts.values()) == supply

    def _issue(self, recipients: Sequence[tuple[str, int]]) -> None:
        self.contract.issue_to(*recipients)
        for address, amount in recipients:
            if address in self.model.accounts:
                self.model.accounts[address].balance += amount

    def _freeze(self, address: str, *, frozen: bool) -> None:
        self.contract.done("setFrozen(address,bool)", address, frozen)
        self.model.accounts[address].frozen = frozen


def _said(expected: Moved | Refused | Settled) -> Event:
    batch_id = "0x" + BATCH_ID.hex()
    match expected:
        case Moved(payer, payee, amount):
            return Event("Transfer", (payer, payee, amount))
        case Refused(index, reason):
            return Event("Refused", (batch_id, index, reason))
        case Settled(settled, refused, total):
            return Event("BatchSettled", (batch_id, settled, refused, total))
