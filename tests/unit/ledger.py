"""The ledger under any order of events: top-ups, payments, batches, refusals, posting, replays, lapse, closed ids.

The real operations on Django's test database, beside a model of a few dictionaries. Each example founds a city of its own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.money import Amount, Won
from citycoin.money.issuance.queries.figures import series
from citycoin.platform.cities.models import City
from citycoin.platform.incidents.models import Incident
from contracts.domain.encoding import Scheme
from contracts.domain.gateway import Fees
from contracts.domain.kinds import AccountKind
from contracts.domain.signing import VaultSigner
from contracts.models import Chain, ChainLog, Sender
from contracts.operations.posting import post_final_logs
from contracts.operations.sending import Means
from tests.unit.model import (
    EXPIRED,
    NONCE_USED,
    Answer,
    ChainOfTheTest,
    ModelLot,
    Person,
    a_sender,
    a_token,
    context_of,
    hash_of,
    new_address,
    number,
    won_by,
)
from wallets.models import Batch, Lot, Movement, Payment, Status, Take, Wallet
from wallets.operations.authorise import authorise, close
from wallets.operations.authority import Authority, CityKey, Order
from wallets.operations.batching import form_batch
from wallets.operations.lots import LotOnItsWay, expect_lots
from wallets.operations.proofs import PinProof
from wallets.operations.wallets import DeviceKey, open_city_accounts, open_wallet
from wallets.queries import ledger
from wallets.queries.supply import differences

BEGIN = datetime(2026, 5, 3, tzinfo=UTC)
PIN = "135790"
FEES = Fees(most=10**9, priority=1)


class Ledger(RuleBasedStateMachine):
    """Two residents (one with a PIN, one with a key of their own) and two shops."""

    @initialize()
    def found_a_city(self) -> None:
        city = number()
        self.now = BEGIN
        self.signer = VaultSigner()
        self.city = City.objects.create(slug=f"city-{city}", name_ko="시", name_en="City")
        chain = Chain.objects.create(chain_id=city, first_block_hash=hash_of("first", city), seen_at=self.now)
        contract = a_token(self.city, chain)
        a_sender(self.city, Sender.Role.SETTLER, chain)
        open_city_accounts(city=self.city, treasury_address=new_address(), sealed=b"", now=self.now)
        self.chain = ChainOfTheTest(contract)
        self.residents = [self.open(Wallet.Kind.RESIDENT, pin=PIN), self.open(Wallet.Kind.RESIDENT)]
        self.shops = [self.open(Wallet.Kind.SHOP), self.open(Wallet.Kind.SHOP)]
        kinds = {Wallet.Kind.RESIDENT: AccountKind.RESIDENT, Wallet.Kind.SHOP: AccountKind.SHOP}
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

    def open(self, kind: Wallet.Kind, *, pin: str = "") -> Person:
        own = kind == Wallet.Kind.RESIDENT and not pin
        device = DeviceKey(new_address(), Scheme.SECP256K1) if own else None
        opened = open_wallet(city=self.city, kind=kind, device=device, signer=self.signer, pin=pin, now=self.now)
        return Person(opened.wallet, opened.key.address, pin)

    @rule(who=st.integers(0, 1), won=st.integers(1, 500), days=st.integers(1, 6), comes=st.booleans())
    def top_up(self, who: int, won: int, days: int, *, comes: bool) -> None:
        """Promised by the books; issued at once, or with the next one that comes."""
        person, issue_id = self.residents[who], hash_of("issue", number())
        shares = {"buyer": Won(won - won // 10), "city": Won(won // 10)}
        lot = LotOnItsWay(person.wallet.pk, Won(won), shares, self.now + timedelta(days=days))
        expect_lots(issue_id=issue_id, programme=1, lots=[lot], now=self.now)
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
        self.chain.issue(hash_of("stranger", number()), self.residents[who].address, won, at=self.now)
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
        if then == "form":
            self.form()
        if then == "mine":
            self.mine_all(refused)

    def pay_once(self, person: Person, shop: Person, won: int, ahead: int) -> None:
        order = self.order(shop, won)
        nonce = max(1, max(person.nonces, default=0) + ahead)
        authority = person.says_yes(nonce, now=self.now, signer=self.signer)
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
        """A wrong PIN, and an id that was closed before it arrived."""
        person, pins = self.residents[who], self.residents[0].wallet.pk

        wrong = self.answered(
            self.order(self.shops[0], 1), CityKey(pins, context_of(person.wallet), self.signer, PinProof("000000"))
        )
        order = self.order(self.shops[0], 1)
        with pytest.raises(CityCoinError) as unknown:
            close(wallet=person.wallet, client_id=order.client_id, now=self.now)
        late = self.answered(
            order, person.says_yes(max(person.nonces, default=0) + 1, now=self.now, signer=self.signer)
        )

        assert (wrong.code, unknown.value.code, late.code) == ("pin_wrong", "payment_id_closed", "payment_id_closed")
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

    def form(self) -> None:
        form_batch(contract=self.chain.contract, means=Means(self.signer, FEES, self.now))

    def mine_all(self, refused: dict[int, int]) -> None:
        """What waits is formed into a batch, and all batches are mined and posted."""
        self.form()
        for batch in Batch.objects.filter(city=self.city, posted_at=None).order_by("pk"):
            self.mine(batch, refused)
        self.post()

    def mine(self, batch: Batch, refused: dict[int, int]) -> None:
        reasons = self.chain.settle(batch, refused, at=self.now)
        for payment in batch.payments.order_by("batch_index"):
            reason = reasons.get(payment.batch_index, 0)
            if reason == NONCE_USED:
                continue
            self.statuses[payment.pk] = Status.VOIDED if reason else Status.SETTLED
            if reason:
                self.give_back(payment)
            else:
                self.came(payment)

    @rule(days=st.integers(0, 2))
    def pass_time(self, days: int) -> None:
        self.now += timedelta(days=days)
        Chain.objects.filter(pk=self.chain.contract.chain_id).update(seen_at=self.now)

    @invariant()
    def held_is_what_is_authorised_and_not_final_and_at_most_what_is_there(self) -> None:
        for wallet in self.wallets().exclude(kind__in=["issuance", "suspense"]):
            assert 0 <= wallet.held <= wallet.posted
        in_flight = won_by(Payment.objects.filter(city=self.city, status=Status.AUTHORISED), "payer")
        assert {wallet.pk: wallet.held for wallet in self.wallets() if wallet.held} == in_flight

    @invariant()
    def movements_sum_to_what_is_posted_and_to_nothing_in_all(self) -> None:
        movements = Movement.objects.filter(city=self.city)
        incoming, outgoing = won_by(movements, "target"), won_by(movements, "source")
        for wallet in self.wallets():
            assert wallet.posted == incoming.get(wallet.pk, 0) - outgoing.get(wallet.pk, 0)
        assert sum(wallet.posted for wallet in self.wallets()) == 0

    @invariant()
    def months_say_what_was_issued_and_what_goes_round_and_who_paid(self) -> None:
        found, in_wallets = series(self.city.pk, self.now), self.wallets().exclude(kind__in=["issuance", "treasury"])

        assert list(differences(self.chain.contract)) == []
        assert found.difference == 0
        assert found.circulating == sum(wallet.posted for wallet in in_wallets)
        assert found.months[-1].issued_in_all == -self.wallets().get(kind="issuance").posted

    @invariant()
    def the_books_say_what_the_chain_says(self) -> None:
        posted = {wallet.pk: wallet.posted for wallet in self.wallets()}
        for person in self.residents + self.shops:
            assert posted[person.wallet.pk] == self.chain.balances[person.address]

    @invariant()
    def no_lot_gives_more_than_it_has_and_takes_say_to_whom(self) -> None:
        takes = Take.objects.filter(payment__city=self.city).exclude(payment__status=Status.VOIDED)
        taken, returned = won_by(takes, "lot"), won_by(takes, "lot", of="returned")
        for lot in Lot.objects.filter(wallet__city=self.city):
            assert 0 <= lot.taken <= lot.amount
            assert lot.taken == taken.get(lot.pk, 0) - returned.get(lot.pk, 0)
            assert sum(lot.funders.values()) == lot.amount
        for payment in Payment.objects.filter(city=self.city, refund_of=None):
            assert payment.takes.aggregate(won=Sum("amount"))["won"] == payment.amount

    @invariant()
    def available_is_what_the_lots_have_left(self) -> None:
        for person in self.residents:
            wallet = Wallet.objects.get(pk=person.wallet.pk)
            assert ledger.balance(wallet, now=self.now).available == Won(self.available(person))

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

    def came(self, payment: Payment) -> None:
        """A payment became final."""

    def give_back(self, payment: Payment) -> None:
        for lot, won in payment.takes.values_list("lot", "amount"):
            self.lots[lot].left += won

    def order(self, shop: Person, won: int) -> Order:
        """An order under a new id."""
        return Order(self.city.pk, UUID(int=number()), shop.address, Amount(won), None, b"\x01" * 32)

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
