"""Many at once against the running web process: exactly what there is money for goes through, and nothing is lost."""

import random
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import pytest
from django.db import connection, transaction

from citycoin.foundation.locks import locked
from contracts.models import Contract
from tests.faults import scenes
from tests.outside import CityApi, Json, Resident, eventually
from tests.running import RunningSystem
from wallets.models import Batch, Key, Lot, Wallet

pytestmark = pytest.mark.both_databases

REPETITIONS = 5
WON = 10
COVERED, ASKED = 100, 200
MARKET_WON = 3_000
DEVICE_COVERED, DEVICE_ASKED = 32, 64
PAID, REFUSED = (201, ""), (422, "not_enough_won")
# Far beyond a loaded machine's. That no payment waits for a posting is shown by a lock that is held.
ACCEPTED_WITHIN_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody that this module needs, made at once, since each waits for final blocks."""

    payers: list[Resident]
    devices: list[Resident]
    thrifty: list[Resident]
    sharing: list[Resident]
    market: list[Resident]


@pytest.fixture(scope="module")
def crowd(gimpo: CityApi) -> Crowd:
    made = [
        partial(scenes.residents, gimpo, [COVERED * WON] * REPETITIONS),
        partial(scenes.residents, gimpo, [DEVICE_COVERED * WON] * REPETITIONS, own_keys=True),
        partial(scenes.residents, gimpo, [100] * REPETITIONS),
        partial(scenes.residents, gimpo, [100] * 2),
        partial(scenes.residents, gimpo, [MARKET_WON] * 10),
    ]
    return Crowd(*scenes.at_once(made))


@pytest.fixture(scope="module")
def shops(gimpo: CityApi) -> list[str]:
    return [opened.key.address for opened in scenes.new_shops(gimpo, 20)]


def answers(said: list[tuple[int, Json]]) -> Counter[tuple[int, str]]:
    """How often each status came with each code."""
    return Counter((status, str(answer.get("code", ""))) for status, answer in said)


def assert_spent(system: RunningSystem, payer: Resident, ids: list[str]) -> None:
    """All of these are settled, and nothing is left: in the books, and on chain by a plain question."""
    scenes.all_settled(ids)
    wallet = Wallet.objects.get(keys__address=payer.address)
    assert (wallet.posted, wallet.held) == (0, 0)
    contract = Contract.objects.get(city__slug=payer.api.city)
    assert scenes.balance_on_chain(system, contract.address, payer.address) == 0


class TestOneWallet:
    @pytest.mark.parametrize("repetition", range(REPETITIONS))
    def test_wallet_asked_for_200_payments_at_once_pays_exactly_what_it_has(
        self, system, gimpo, shops, crowd, repetition
    ):
        """B1, I2, I3, I4: money for 100, 200 ids, 20 shops, 200 connections."""
        payer = crowd.payers[repetition]
        bodies = [payer.order(shops[place % len(shops)], WON) for place in range(ASKED)]

        said = scenes.storm(gimpo, [(payer.token, body) for body in bodies])

        assert answers(said) == {PAID: COVERED, REFUSED: ASKED - COVERED}
        assert_spent(system, payer, [answer["id"] for status, answer in said if status == 201])

    @pytest.mark.parametrize("repetition", range(REPETITIONS))
    def test_wallet_of_a_device_with_shuffled_nonces_pays_exactly_what_it_has(
        self, system, gimpo, shops, crowd, repetition
    ):
        """B1, E8, I2, I3, I9: nonces 1 to 64 shuffled, money for 32."""
        payer = crowd.devices[repetition]
        quote = gimpo.ok("POST", "quotes", {"payee": shops[0], "amount": WON}, token=payer.token)
        messages = [
            quote["message"] | {"payee": shops[nonce % len(shops)], "nonce": nonce}
            for nonce in range(1, DEVICE_ASKED + 1)
        ]
        random.shuffle(messages)
        bodies = [
            {"id": str(uuid.uuid4()), **message, **payer.key.signed(quote["domain"], message)} for message in messages
        ]

        said = scenes.storm(gimpo, [("", body) for body in bodies])

        assert answers(said) == {PAID: DEVICE_COVERED, REFUSED: DEVICE_ASKED - DEVICE_COVERED}
        assert_spent(system, payer, [answer["id"] for status, answer in said if status == 201])


class TestSamePayment:
    def test_payment_that_comes_50_times_at_once_is_one_payment(self, gimpo, shops, crowd):
        """A1, A3, I3: the same id with the same facts is the same answer."""
        body = crowd.sharing[0].order(shops[0], 1)

        said = scenes.storm(gimpo, [(crowd.sharing[0].token, body)] * 50)

        assert answers(said) == {PAID: 50}
        # Meanwhile it may have got into a batch, which the later answers say.
        lasting = [{name: answer[name] for name in ("id", "nonce", "expires", "authorised_at")} for _, answer in said]
        assert lasting == lasting[:1] * 50
        scenes.all_settled([body["id"]])


class TestOneLot:
    def test_lot_asked_for_by_two_payments_at_once_is_not_taken_beyond_its_amount(self, gimpo, shops, crowd):
        """B14, I2: two accepts of 60 at once on a lot of 100, for five wallets."""
        bodies = [(payer.token, payer.order(shops[0], 60)) for payer in crowd.thrifty for _ in range(2)]

        said = scenes.storm(gimpo, bodies)

        assert answers(said) == {PAID: len(crowd.thrifty), REFUSED: len(crowd.thrifty)}
        taken = Lot.objects.filter(wallet__keys__address__in=[payer.address for payer in crowd.thrifty])
        assert set(taken.values_list("amount", "taken")) == {(100, 60)}
        scenes.all_settled([answer["id"] for status, answer in said if status == 201])


class TestOneRequest:
    def test_request_answered_by_two_payers_at_once_is_paid_once(self, gimpo, crowd):
        """A14: one code on the counter, two phones; five times."""
        shop = scenes.new_shops(gimpo, 1)[0]
        requests = [gimpo.ok("POST", "requests", {"amount": 2}, token=shop.token)["id"] for _ in range(REPETITIONS)]
        bodies = [
            (payer.token, payer.order(shop.key.address, 2, request=request))
            for request in requests
            for payer in crowd.sharing
        ]

        said = scenes.storm(gimpo, bodies)

        pairs = [answers(said[place : place + 2]) for place in range(0, len(said), 2)]
        assert pairs == [{PAID: 1, (422, "request_paid_already"): 1}] * REPETITIONS
        scenes.all_settled([answer["id"] for status, answer in said if status == 201])


class TestBusyShop:
    def test_payment_is_accepted_while_another_transaction_holds_the_shops_row(self, gimpo, shops):
        """B15: posting holds the row of a shop for as long as it takes, and no payment waits for it, however long."""
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time, and no lock of a row")
        (payer,) = scenes.residents(gimpo, [10])
        with transaction.atomic():
            locked(Wallet.objects.filter(keys__address=shops[0])).get()

            answer = payer.send(payer.order(shops[0], 1))

        assert answer.status_code == 201, answer.text
        scenes.all_settled([answer.json()["id"]])

    def test_shop_is_paid_while_its_earlier_payments_are_posted(self, shops, crowd):
        """B15, B2, I2: posting a block range and authorising touch the same wallets; neither waits long, neither loses.

        Also the race of books kept by read-modify-write: each payer goes on paying while their own payments post.
        """
        enough = threading.Event()
        paid: list[str] = []
        slowest_seconds: list[float] = []

        def go_on_paying(payer: Resident) -> int:
            count = 0
            while not enough.is_set():
                body = payer.order(shops[0], 1)
                began = time.monotonic()
                answer = payer.send(body)
                slowest_seconds.append(time.monotonic() - began)
                assert answer.status_code == 201, answer.text
                paid.append(body["id"])
                count += 1
            return count

        with ThreadPoolExecutor(len(crowd.market)) as pool:
            counts = [pool.submit(go_on_paying, payer) for payer in crowd.market]
            try:
                eventually(lambda: posted_batches(crowd.market) >= 2, what="two batches posted while payments come in")
            finally:
                enough.set()

        for payer, count in zip(crowd.market, counts, strict=True):
            wallet = Wallet.objects.get(keys__address=payer.address)
            assert wallet.posted - wallet.held == MARKET_WON - count.result()
        assert max(slowest_seconds) < ACCEPTED_WITHIN_SECONDS
        scenes.all_settled(paid)
        assert_no_deadlock()


def posted_batches(payers: list[Resident]) -> int:
    """How many batches with payments of theirs are posted."""
    keys = Key.objects.filter(address__in=[payer.address for payer in payers])
    return Batch.objects.filter(payments__key__in=keys).exclude(posted_at=None).distinct().count()


def assert_no_deadlock() -> None:
    """PostgreSQL has had to break none; SQLite has none to break."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            assert cursor.fetchone() == (0,)
