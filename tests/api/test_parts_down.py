"""With a part down what can be done is done, and what can't says so (I13, C6): payments are accepted all the while."""

from contextlib import contextmanager

import pytest

from tests.outside import code_of, eventually
from tests.signing import amendment, decided

pytestmark = pytest.mark.both_databases


@contextmanager
def without(system, *names):
    """These parts stopped, as long as this lasts."""
    try:
        for name in names:
            system.stop(name)
        yield
    finally:
        for name in reversed(names):
            system.start(name)


class TestWithoutTheChain:
    def test_payment_without_the_chain_is_accepted_and_settles_when_it_is_back(self, world):
        payers = [world.device, world.browser, world.kept]
        with without(world.system, "chain"):
            orders = [payer.order(world.shop, 10) for payer in payers]
            answers = [payer.send(order) for payer, order in zip(payers, orders, strict=True)]

            assert [answer.status_code for answer in answers] == [201] * 3
            assert {answer.json()["status"] for answer in answers} == {"authorised"}
            overspent = world.kept.order(world.shop, world.kept.available() + 1)
            assert code_of(world.kept.send(overspent)) == (422, "not_enough_won")

        for payer, order in zip(payers, orders, strict=True):
            payer.wait_settled(order["id"])

    def test_decision_without_the_chain_is_refused_and_may_be_sent_again(self, world):
        facts = amendment(world.node, world.contract().address, world.year)
        body = decided(world.gimpo.domain(), "Budget", facts, *world.founders())
        with without(world.system, "chain"):
            assert code_of(world.gimpo.call("POST", "budgets", body)) == (503, "chain_unavailable")

        again = world.gimpo.call("POST", "budgets", body)

        assert again.status_code == 202, again.text
        contract = world.contract().address
        eventually(lambda: world.node.budget(contract, world.year)["version"] == facts["version"], what="the amendment")

    def test_wallet_opened_without_the_chain_is_registered_when_it_is_back(self, world):
        with without(world.system, "chain"):
            opened = world.gimpo.ok("POST", "wallets", {"code": world.gimpo.new_code(), "pin": "135790"})
            assert not opened["registered"]

        eventually(
            lambda: world.gimpo.ok("GET", "wallets/me", token=opened["token"])["registered"], what="the registration"
        )


class TestWithoutTheBroker:
    @pytest.mark.parametrize("further", [(), ("beat",)], ids=["alone", "and without beat"])
    def test_payment_without_the_broker_is_accepted_and_settles(self, world, further):
        with without(world.system, "broker", *further):
            payments = [payer.pay(world.shop, 10)["id"] for payer in (world.device, world.kept)]

            world.device.wait_settled(payments[0])
            world.kept.wait_settled(payments[1])


class TestWithoutTheWorker:
    def test_payment_without_the_worker_waits_and_settles_when_it_is_back(self, world):
        with without(world.system, "worker", "beat"):
            payment = world.kept.pay(world.shop, 10)

            assert world.kept.status(payment["id"]) == "authorised"

        world.kept.wait_settled(payment["id"])
