"""The ledger under any order of events: top-ups, payments, batches, refusals, posting, replays, lapse, closed ids.

The real operations on Django's test database, beside a model of a few dictionaries. ``ChainOfTheTest`` says what the
contract would, as rows that the copier would have written. Each example founds a city of its own.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from django.db.models import Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from citycoin.cities.models import City
from citycoin.kernel.errors import CityCoinError
from citycoin.kernel.money import Won
from contracts import submissions
from contracts.chain.encoding import Scheme
from contracts.chain.gateway import Fees
from contracts.chain.signing import VaultSigner
from contracts.models import Chain, ChainLog, Contract, Kind, Sender
from wallets import queries
from wallets.authorisation import authorise, close
from wallets.authority import Authority, Order, OwnSignature, Pin, Signed
from wallets.models import Batch, Incident, Lot, Movement, Payment, Status, Take, Wallet
from wallets.operations import DeviceKey, LotOnItsWay, expect_lots, open_city_accounts, open_wallet
from wallets.posting import post_final_logs
from wallets.settlement import form_batch

BEGIN = datetime(2026, 5, 3, tzinfo=UTC)
PIN = "135790"
ZERO = "0x" + "00" * 20
NONCE_USED, EXPIRED, BALANCE_TOO_LOW = 3, 4, 9  # of the contract's refusals
FEES = Fees(most=10**9, priority=1)
NUMBERS = count(1)  # what is unique in the database is unique over all examples


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


class Ledger(RuleBasedStateMachine):
    """Two residents (one with a PIN, one with a key of her own) and two shops."""

    @initialize()
    def found_a_city(self) -> None:
        number = next(NUMBERS)
        self.now = BEGIN
        self.signer = VaultSigner()
        self.city = City.objects.create(
            slug=f"city-{number}", name_ko="시", name_en="City", token_name="Pay", token_symbol="PAY"
        )
        chain = Chain.objects.create(chain_id=number, first_block_hash=hash_of("first", number), seen_at=self.now)
        contract = Contract.objects.create(
            city=self.city, chain=chain, address=self.new_address(), treasury=ZERO, domain_separator=b"\x01" * 32
        )
        settler = Sender(city=self.city, role=Sender.Role.SETTLER, chain=chain)
        made = self.signer.new_key(owner=submissions.owner_of(settler))
        settler.address, settler.sealed = made.address, made.sealed
        settler.save()
        open_city_accounts(city=self.city, treasury_address=self.new_address(), sealed=b"", now=self.now)
        self.chain = ChainOfTheTest(contract)
        self.residents = [self.open(Wallet.Kind.RESIDENT, pin=PIN), self.open(Wallet.Kind.RESIDENT)]
        self.shops = [self.open(Wallet.Kind.SHOP), self.open(Wallet.Kind.SHOP)]
        kinds = {Wallet.Kind.RESIDENT: Kind.RESIDENT, Wallet.Kind.SHOP: Kind.SHOP}
        for person in self.residents + self.shops:
            said = {"account": person.address, "kind": int(kinds[Wallet.Kind(person.wallet.kind)])}
            self.chain.mine(("Registered", said), at=self.now)
        self.lots: dict[int, ModelLot] = {}
        self.promised: list[tuple[str, str, int]] = []
        self.answers: list[Answer] = []
        self.statuses: dict[int, Status] = {}
        self.post()
        for who, days in ((0, 1), (0, 6), (1, 3)):
            self.top_up(who, 400, days, comes=True)

    def new_address(self) -> str:
        return "0x" + hash_of("address", next(NUMBERS))[-40:]

    def open(self, kind: Wallet.Kind, *, pin: str = "") -> Person:
        device = None if pin else DeviceKey(self.new_address(), Scheme.SECP256K1)
        opened = open_wallet(city=self.city, kind=kind, device=device, signer=self.signer, pin=pin, now=self.now)
        return Person(opened.wallet, opened.key.address, pin)

    # What happens.

    @rule(who=st.integers(0, 1), won=st.integers(1, 500), days=st.integers(1, 6), comes=st.booleans())
    def top_up(self, who: int, won: int, days: int, *, comes: bool) -> None:
        """Promised by the books; issued at once, or with the next one that comes."""
        person, issue_id = self.residents[who], hash_of("issue", next(NUMBERS))
        lot = LotOnItsWay(person.wallet.pk, Won(won), {"buyer": Won(won)}, self.now + timedelta(days=days))
        expect_lots(issue_id=issue_id, programme=1, lots=[lot])
        made = Lot.objects.get(issue_id=issue_id)
        person.lots.append(made.pk)
        self.lots[made.pk] = ModelLot(won, lot.expires_at)
        self.promised.append((issue_id, person.address, made.pk))
        while comes and self.promised:
            issue_id, address, lot_id = self.promised.pop()
            self.chain.issue(issue_id, address, Lot.objects.get(pk=lot_id).amount, at=self.now)
            self.lots[lot_id].final = True
        self.post()

    @rule(who=st.integers(0, 1), won=st.integers(1, 500))
    def issue_what_the_books_did_not_promise(self, who: int, won: int) -> None:
        self.chain.issue(hash_of("stranger", next(NUMBERS)), self.residents[who].address, won, at=self.now)
        incidents = Incident.objects.filter(city=self.city).count()

        self.post()

        assert Incident.objects.filter(city=self.city).count() == incidents + 1

    @rule(
        payments=st.lists(
            st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(1, 300), st.integers(-2, 3)),
            min_size=1,
            max_size=4,
        ),
        then=st.sampled_from(["wait", "form", "mine"]),
        refused=st.dictionaries(st.integers(0, 3), st.just(EXPIRED), max_size=2),
    )
    def pay(self, payments: list[tuple[int, int, int, int]], then: str, refused: dict[int, int]) -> None:
        """Who, to which shop, how many won, and for an own key how far the nonce is from the highest.

        They wait, or are formed into a batch, or that and all batches before it are mined; those ``refused`` have expired.
        """
        for who, shop, won, ahead in payments:
            self.pay_once(self.residents[who], self.shops[shop], won, ahead)
        if then != "wait":
            form_batch(contract=self.chain.contract, signer=self.signer, fees=FEES, now=self.now)
        if then == "mine":
            for batch in Batch.objects.filter(city=self.city, posted_at=None).order_by("pk"):
                self.mine(batch, refused)
            self.post()

    def pay_once(self, person: Person, shop: Person, won: int, ahead: int) -> None:
        order = self.order(shop, won)
        nonce = max(1, max(person.nonces, default=0) + ahead)
        authority = self.authority(person, nonce)
        available = self.available(person)

        answer = self.answered(order, authority)

        if not person.pin and nonce in person.nonces:
            assert answer.code == "nonce_used"
        elif available < won:
            assert answer.code == "not_enough_won"
        else:
            assert answer.code == ""
            self.take(person, answer.payment)

    @rule(who=st.integers(0, 1))
    def be_refused(self, who: int) -> None:
        """A wrong PIN, and an id that was asked for before it arrived."""
        person, pins = self.residents[who], self.residents[0].wallet.pk

        wrong = self.answered(self.order(self.shops[0], 1), Pin(pins, "000000", b"\x01" * 32, self.signer))
        order = self.order(self.shops[0], 1)
        with pytest.raises(CityCoinError) as unknown:
            close(wallet=person.wallet, client_id=order.client_id, now=self.now)
        late = self.answered(order, self.authority(person, max(person.nonces, default=0) + 1))

        assert (wrong.code, unknown.value.code, late.code) == ("pin_wrong", "payment_unknown", "payment_id_closed")
        # Five in a row would lock the wallet for minutes; the other rules need it open.
        Wallet.objects.filter(pk=pins).update(pin_failures=0)

    @rule()
    def ask_again(self) -> None:
        """The same facts are answered the same; other facts are refused, unless the id is closed to all."""
        for before in self.answers[-6:]:
            assert self.ask(before.order, before.authority) == (before.code, before.payment)
            other = replace(before.order, facts=b"\x02" * 32)
            closed = before.code == "payment_id_closed"
            assert self.ask(other, before.authority) == ("payment_id_closed" if closed else "payment_id_reused", 0)

    @rule()
    def mine_a_batch_twice_and_copy_everything_once_more(self) -> None:
        """The contract answers NonceUsed for each record; and as after a chain that fell behind, the same
        transactions come to stand in other blocks.
        """
        movements = Movement.objects.filter(city=self.city).count()

        if (batch := Batch.objects.filter(city=self.city).exclude(posted_at=None).order_by("-pk").first()) is not None:
            self.mine(batch, {})
        for logs in self.chain.transactions[-6:]:
            if not self.is_unexplained(logs):
                self.chain.copy(logs, at=self.now)
        self.post()

        assert Movement.objects.filter(city=self.city).count() == movements

    def mine(self, batch: Batch, refused: dict[int, int]) -> None:
        reasons = self.chain.settle(batch, refused, at=self.now)
        for payment in batch.payments.all():
            reason = reasons.get(payment.batch_index, 0)
            if reason == NONCE_USED:
                continue
            self.statuses[payment.pk] = Status.VOIDED if reason else Status.SETTLED
            if reason:
                self.give_back(payment)

    @rule(days=st.integers(0, 2))
    def pass_time(self, days: int) -> None:
        self.now += timedelta(days=days)
        Chain.objects.filter(pk=self.chain.contract.chain_id).update(seen_at=self.now)

    # What is true after each of them.

    @invariant()
    def no_wallet_holds_more_than_it_has(self) -> None:
        for wallet in self.wallets().exclude(kind__in=["issuance", "suspense"]):
            assert 0 <= wallet.held <= wallet.posted

    @invariant()
    def held_is_what_is_authorised_and_not_final(self) -> None:
        in_flight = self.sums(Payment.objects.filter(city=self.city, status=Status.AUTHORISED), "payer")
        assert {wallet.pk: wallet.held for wallet in self.wallets() if wallet.held} == in_flight

    @invariant()
    def movements_sum_to_what_is_posted_and_to_nothing_in_all(self) -> None:
        movements = Movement.objects.filter(city=self.city)
        incoming, outgoing = self.sums(movements, "target"), self.sums(movements, "source")
        for wallet in self.wallets():
            assert wallet.posted == incoming.get(wallet.pk, 0) - outgoing.get(wallet.pk, 0)
        assert sum(wallet.posted for wallet in self.wallets()) == 0

    @invariant()
    def the_books_say_what_the_chain_says(self) -> None:
        posted = {wallet.pk: wallet.posted for wallet in self.wallets()}
        for person in self.residents + self.shops:
            assert posted[person.wallet.pk] == self.chain.balances[person.address]

    @invariant()
    def no_lot_gives_more_than_it_has_and_takes_say_to_whom(self) -> None:
        takes = Take.objects.filter(payment__city=self.city).exclude(payment__status=Status.VOIDED)
        taken = self.sums(takes, "lot")
        for lot in Lot.objects.filter(wallet__city=self.city):
            assert 0 <= lot.taken <= lot.amount
            assert lot.taken == taken.get(lot.pk, 0)
        for payment in Payment.objects.filter(city=self.city):
            assert payment.takes.aggregate(won=Sum("amount"))["won"] == payment.amount

    @invariant()
    def available_is_what_the_lots_have_left(self) -> None:
        for person in self.residents:
            wallet = Wallet.objects.get(pk=person.wallet.pk)
            assert queries.balance(wallet, now=self.now).available == Won(self.available(person))

    @invariant()
    def each_payment_stands_where_the_chain_left_it(self) -> None:
        rows = Payment.objects.filter(city=self.city).values_list("pk", "status")
        assert {pk: Status(status) for pk, status in rows} == self.statuses

    # The model, and short ways to the books.

    def available(self, person: Person) -> int:
        lots = [self.lots[lot] for lot in person.lots]
        return sum(lot.left for lot in lots if lot.final and lot.expires_at > self.now)

    def take(self, person: Person, payment: int) -> None:
        """Note an authorised payment; which lots it takes is checked by tests of its own."""
        row = Payment.objects.get(pk=payment)
        person.nonces.add(row.nonce)
        self.statuses[payment] = Status.AUTHORISED
        for lot, won in row.takes.values_list("lot", "amount"):
            self.lots[lot].left -= won

    def give_back(self, payment: Payment) -> None:
        for lot, won in payment.takes.values_list("lot", "amount"):
            self.lots[lot].left += won

    def authority(self, person: Person, nonce: int) -> Authority:
        if person.pin:
            return Pin(person.wallet.pk, person.pin, b"\x01" * 32, self.signer)
        expires = int((self.now + timedelta(days=30)).timestamp())
        return OwnSignature(person.address, Signed(nonce, expires, hashlib.sha512(b"signature").digest()))

    def order(self, shop: Person, won: int) -> Order:
        """An order under a new id."""
        return Order(self.city.pk, UUID(int=next(NUMBERS)), shop.address, Won(won), None, b"\x01" * 32)

    def answered(self, order: Order, authority: Authority) -> Answer:
        """Ask for the first time, and remember what was said."""
        code, payment = self.ask(order, authority)
        self.answers.append(Answer(order, authority, code, payment))
        return self.answers[-1]

    def ask(self, order: Order, authority: Authority) -> tuple[str, int]:
        """The code of a refusal or nothing, and the payment's key or 0. Time passes: the pace is not what is tested."""
        self.now += timedelta(seconds=2)
        try:
            return "", authorise(order=order, authority=authority, now=self.now).pk
        except CityCoinError as no:
            return no.code, 0

    def is_unexplained(self, logs: list[tuple[str, dict[str, object]]]) -> bool:
        """Issued under an id that the books never gave."""
        issues = [str(args["issueId"]) for name, args in logs if name == "Issued"]
        return any(not Lot.objects.filter(issue_id=each, spendable=True).exists() for each in issues)

    def post(self) -> None:
        post_final_logs(contract=self.chain.contract, now=self.now)
        assert not ChainLog.objects.filter(contract=self.chain.contract, posted_at=None).exists()

    def wallets(self) -> list[Wallet]:
        return Wallet.objects.filter(city=self.city)

    @staticmethod
    def sums(rows: object, by: str) -> dict[int, int]:
        return dict(rows.values_list(by).annotate(won=Sum("amount")).values_list(by, "won").order_by(by))


@pytest.mark.django_db
def test_keeps_its_promises_whatever_happens_in_whatever_order():
    run_state_machine_as_test(Ledger, settings=settings(max_examples=25, stateful_step_count=30, deadline=None))
