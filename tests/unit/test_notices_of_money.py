"""What people are told of won: by the operations that move them, in their transaction; an ordinary payment tells nothing."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from citycoin.foundation.kernel.money import Amount
from citycoin.money.bank.operations.deposits import sort_deposits
from citycoin.money.issuance.models import Issue, Programme, TopUp
from citycoin.money.issuance.operations import top_ups
from citycoin.money.issuance.operations.issuing import issue_paid, post_issues
from citycoin.platform.accounts.models import Official, Person
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.cities.models import City
from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.notices.models import Notice
from citycoin.platform.passkeys.domain.ceremonies import Attestation
from citycoin.platform.passkeys.domain.sites import Site
from citycoin.platform.passkeys.operations import PasskeyNotAdded, add, challenge_to_add
from contracts.domain.signing import VaultSigner
from contracts.models import Chain, ChainLog, Sender
from contracts.operations.posting import ChainTransaction
from contracts.operations.sending import Means
from merchants.models import Shop, Staff
from merchants.operations import ends
from merchants.operations.pins import judged, set_pin
from merchants.queries.ends import ON_ITS_WAY
from tests.bank import credit, notice, taken
from tests.passkeys import SoftPasskey, bytes_of
from tests.unit.ledger import BEGIN, FEES, PIN
from tests.unit.model import EXPIRED, a_sender, a_token, context_of, hash_of, number
from tests.unit.refunding import RefundingLedger
from tests.unit.test_issuing import NOON, paid_top_ups
from wallets.domain.refusals import PaymentIdClosed, PinWrong, TooManyPayments
from wallets.models import Freeze, Lot, Payment, Refusal, Wallet
from wallets.operations import freezing, settling
from wallets.operations.authorise import authorise
from wallets.operations.authority import CityKey
from wallets.operations.proofs import PinProof
from wallets.queries.ledger import payment_named

pytestmark = pytest.mark.django_db


def a_person() -> Person:
    return person_of_phone(phone=f"010{number():08}", now=BEGIN)


def told(person: Person) -> list[tuple[str, dict]]:
    """The kinds and facts of what they were told, oldest first."""
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", "facts"))


@pytest.fixture
def books(monkeypatch):
    """A city with two residents, one with a PIN, who have won, and two shops; the ledger's machine, driven by hand."""
    machine = RefundingLedger()
    machine.found_a_city()
    monkeypatch.setattr("merchants.queries.ends.clock.now", lambda: machine.now)
    return machine


@pytest.fixture
def payer(books) -> Person:
    """Who owns the first resident's wallet."""
    person = a_person()
    Wallet.objects.filter(pk=books.residents[0].wallet.pk).update(owner=person)
    return person


def the_wallet(books) -> Wallet:
    return Wallet.objects.get(pk=books.residents[0].wallet.pk)


def the_shop(books) -> Shop:
    return Shop.objects.get(wallet=books.shops[0].wallet)


def pay(books, *, pin: str = PIN):
    """The first resident pays the first shop a hundred won; the order, and who signs for it."""
    order = books.order(books.shops[0], 100)
    wallet = the_wallet(books)
    return order, CityKey(wallet.pk, context_of(wallet), books.signer, PinProof(pin))


def awaited(books, client_id: uuid.UUID) -> None:
    """The payment's page was left before it knew."""
    wallet, shop = the_wallet(books), the_shop(books)
    ends.await_end(wallet=wallet, shop=shop, client_id=client_id, amount=Amount(100), now=books.now)


PAID = (Kind.PAYMENT_PAID, {"shop": ["가게", "Shop"], "won": 100})
NOT_MADE = (Kind.PAYMENT_NOT_MADE, {"shop": ["가게", "Shop"], "won": 100})


class TestPaymentOfAClosedPage:
    def test_payment_whose_page_was_left_is_told_to_be_paid_once(self, books, payer):
        order, yes = pay(books)
        for _ in range(2):
            awaited(books, order.client_id)
        assert ends.tell_ends(now=books.now) == 0, "it may be on its way"
        authorise(order=order, authority=yes, now=books.now)

        assert [ends.tell_ends(now=books.now) for _ in range(2)] == [1, 0]

        assert told(payer) == [PAID]

    def test_payment_that_was_refused_is_told_not_to_be_made(self, books, payer):
        order, yes = pay(books, pin="000000")
        awaited(books, order.client_id)
        with pytest.raises(PinWrong):
            authorise(order=order, authority=yes, now=books.now)

        ends.tell_ends(now=books.now)

        assert told(payer) == [NOT_MADE]

    def test_payment_that_never_arrives_is_closed_so_that_what_was_told_stays_true(self, books, payer):
        order, yes = pay(books)
        awaited(books, order.client_id)
        books.now += ON_ITS_WAY

        ends.tell_ends(now=books.now)

        assert told(payer) == [NOT_MADE]
        with pytest.raises(PaymentIdClosed):
            authorise(order=order, authority=yes, now=books.now)
        assert Refusal.objects.get(client_id=order.client_id).code == PaymentIdClosed.code

    def test_end_that_a_page_said_after_all_is_not_told(self, books, payer):
        order, yes = pay(books)
        awaited(books, order.client_id)
        authorise(order=order, authority=yes, now=books.now)
        ends.end_was_heard(wallet=the_wallet(books), client_id=order.client_id, now=books.now)

        assert ends.tell_ends(now=books.now) == 0

        assert told(payer) == []

    def test_end_that_a_page_says_after_it_was_told_is_read_and_not_texted_any_more(self, books, payer):
        order, yes = pay(books)
        awaited(books, order.client_id)
        authorise(order=order, authority=yes, now=books.now)
        ends.tell_ends(now=books.now)

        ends.end_was_heard(wallet=the_wallet(books), client_id=order.client_id, now=books.now)

        notice = Notice.objects.get(person=payer)
        assert (notice.read_at, notice.text_due_at) == (books.now, None)

    def test_ends_of_more_payments_than_anybody_leaves_are_not_waited_for(self, books, payer):  # noqa: ARG002 - an owner
        ids = [uuid.uuid4() for _ in range(ends.MOST_AWAITED)]
        for each in ids:
            awaited(books, each)
        awaited(books, ids[0])

        with pytest.raises(TooManyPayments):
            awaited(books, uuid.uuid4())

    def test_ordinary_payment_asks_nothing_of_notices_and_writes_none(self, books, payer):
        order, yes = pay(books)
        with CaptureQueriesContext(connection) as asked:
            authorise(order=order, authority=yes, now=books.now)
        books.mine_all({})

        assert payment_named(the_wallet(books), order.client_id).status == "settled"
        assert not [each for each in asked if "notice" in each["sql"] or "awaited" in each["sql"]]
        assert told(payer) == []

    def test_payment_that_the_chain_refused_is_told_with_where_the_won_are(self, books, payer):
        books.pay([(0, 0, 100, 1)], "mine", {0: EXPIRED})

        assert told(payer) == [(Kind.PAYMENT_VOIDED, {"shop": ["가게", "Shop"], "won": 100})]


class TestRefunds:
    def test_refund_is_told_when_its_won_are_back_and_not_before(self, books, payer):
        payment = Payment.objects.filter(payer=the_wallet(books)).first()
        books.promise_back(payment, 50)
        books.send_what_was_promised()
        assert told(payer) == []

        books.mine_all({})

        assert told(payer) == [(Kind.REFUND_RECEIVED, {"shop": ["가게", "Shop"], "won": 50})]

    @pytest.mark.usefixtures("payer")
    def test_settling_of_many_refunds_asks_and_writes_no_more_than_of_one(self, books):
        books.pay([(0, 0, 10, 1), (0, 1, 20, 1), (0, 0, 30, 1)], "mine", {})
        rows = list(Payment.objects.filter(payer=the_wallet(books)).order_by("-pk")[:3])
        for each in rows:
            books.promise_back(each, 5)
        books.send_what_was_promised()
        back = list(Payment.objects.filter(refund_of__in=rows))

        def statements(part: list[Payment]) -> int:
            with CaptureQueriesContext(connection) as asked, transaction.atomic():
                ends.tell_refunded(part, now=books.now)
                transaction.set_rollback(True)
            return len(asked)

        assert len(back) == 3
        assert statements(back) == statements(back[:1])

    def test_refund_that_the_chain_refused_is_told_to_who_may_give_back_at_the_shop(self, books, payer):
        people = {role: a_person() for role in Staff.Role}
        for role, person in people.items():
            Staff.objects.create(shop=the_shop(books), person=person, role=role, since=books.now)
        gone = Staff.objects.create(
            shop=the_shop(books), person=a_person(), role="owner", since=books.now, until=books.now
        )
        payment = Payment.objects.filter(payer=the_wallet(books)).first()
        books.promise_back(payment, 50)
        books.send_what_was_promised()
        refund = Payment.objects.get(refund_of=payment)

        with transaction.atomic():
            settling.void(refund, now=books.now)

        failed = [(Kind.REFUND_FAILED, {"shop": ["가게", "Shop"], "won": 50})]
        assert {role: told(person) for role, person in people.items()} == {
            Staff.Role.OWNER: failed,
            Staff.Role.MANAGER: failed,
            Staff.Role.CASHIER: [],
        }
        assert told(gone.person) == told(payer) == []


@pytest.fixture
def bought():
    """Three paid top-ups of people, in a city of their own."""
    city = City.objects.create(slug=f"bought-{number()}", name_ko="시", name_en="Town")
    chain = Chain.objects.create(chain_id=number(), first_block_hash=hash_of("first", number()), seen_at=NOON)
    a_sender(city, Sender.Role.ISSUER, chain)
    contract = a_token(city, chain)
    paid_top_ups(city, 3)
    for each in TopUp.objects.filter(city=city):
        Wallet.objects.filter(pk=each.wallet_id).update(owner=a_person())
    Programme.objects.filter(city=city).update(reserved=3_003)
    return contract


class TestTopUps:
    def test_top_ups_are_told_when_their_won_can_be_spent_all_in_one_statement(self, bought):
        issue_paid(contract=bought, means=Means(VaultSigner(), FEES, NOON))
        assert not Notice.objects.filter(city=bought.city).exists()
        Lot.objects.filter(wallet__city=bought.city).update(final_at=NOON)
        issue = Issue.objects.get(programme__city=bought.city)
        args = {"issueId": issue.issue_id, "index": 0}
        log = ChainLog(contract=bought, name="Issued", args=args, block_at=NOON)

        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            post_issues(ChainTransaction(bought, [log]), now=NOON)

        rows = TopUp.objects.filter(city=bought.city).select_related("wallet__owner")
        assert [told(each.wallet.owner) for each in rows] == [[(Kind.TOP_UP_IN, {"won": each.amount})] for each in rows]
        assert len([each for each in asked if 'INTO "notices_notice"' in each["sql"]]) == 1

    def test_top_up_that_nobody_paid_and_a_transfer_that_came_too_late_are_told(self, bought, monkeypatch):
        row = TopUp.objects.filter(city=bought.city).select_related("wallet__owner", "account__account").first()
        TopUp.objects.filter(pk=row.pk).update(status="reserved", paid_at=None)
        late = NOON + timedelta(hours=1)
        monkeypatch.setattr("citycoin.money.issuance.queries.waiting.clock.now", lambda: late)

        top_ups.lapse_reservations(now=late)
        content = notice(
            row.account.account, [credit(row.account.account, row.account.number, row.price, at=late)], at=late
        )
        for _ in range(2):
            taken(content, now=late)
            sort_deposits(now=late)

        assert told(row.wallet.owner) == [
            (Kind.TOP_UP_OVER, {"won": row.amount}),
            (Kind.TOP_UP_RETURNED, {"won": row.price, "why": "late"}),
        ]


class TestSecurity:
    def test_pin_that_was_locked_is_told_once_it_is(self, books, payer):
        for _ in range(settings.PIN_TRIES):
            assert told(payer) == []
            order, no = pay(books, pin="000000")
            with pytest.raises(PinWrong):
                authorise(order=order, authority=no, now=books.now)

        assert told(payer) == [(Kind.PIN_LOCKED, {"minutes": settings.PIN_LOCK_SECONDS // 60})]

    def test_manager_pin_that_was_locked_is_told_to_its_manager(self, books):
        manager, shop = a_person(), the_shop(books)
        part = Staff.objects.create(shop=shop, person=manager, role=Staff.Role.MANAGER, since=books.now)
        set_pin(part=part, pin="864209")

        with transaction.atomic():
            for _ in range(settings.PIN_TRIES):
                judged(shop, manager, "000000", books.now)

        facts = {"shop": ["가게", "Shop"], "minutes": settings.PIN_LOCK_SECONDS // 60}
        assert told(manager) == [(Kind.REFUND_PIN_LOCKED, facts)]

    def test_wallet_that_is_frozen_and_freed_is_told_each_time_and_once(self, books, payer):
        official = Official.objects.create(city=books.city, person=a_person(), since=books.now)
        acts = {"city_id": books.city.pk, "wallet_id": the_wallet(books).pk, "official": official, "reason": "시험"}
        for _ in range(2):
            freezing.freeze(**acts, now=books.now)
        for _ in range(2):
            freezing.unfreeze(**acts, now=books.now)
        freezing.freeze(**acts, now=books.now + timedelta(hours=1))

        assert [kind for kind, _ in told(payer)] == [Kind.WALLET_FROZEN, Kind.WALLET_UNFROZEN, Kind.WALLET_FROZEN]
        assert Freeze.objects.filter(wallet=the_wallet(books)).count() == 2

    def test_new_passkey_is_told_to_its_person_and_one_that_was_refused_is_not(self):
        person, site = a_person(), Site("localhost", "http://localhost:8000")
        passkey = SoftPasskey(site.origin)
        options = challenge_to_add(person=person, site=site, now=BEGIN)
        sent = passkey.made(json.loads(json.dumps(options)))
        attestation = Attestation(
            bytes_of(sent["id"]), bytes_of(sent["client_data"]), bytes_of(sent["attestation"]), sent["transports"]
        )

        add(person=person, site=site, sent=attestation, now=BEGIN)
        with pytest.raises(PasskeyNotAdded):
            add(person=person, site=site, sent=attestation, now=BEGIN)

        assert told(person) == [(Kind.PASSKEY_ADDED, {})]
