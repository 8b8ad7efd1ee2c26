"""One id, one payment, one answer – however often, however many at once, and whatever has changed since."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from eth_utils.address import to_checksum_address

from tests.outside import code_of
from wallets.models import Payment, Refusal

pytestmark = pytest.mark.both_databases


@pytest.fixture(params=["device", "browser", "kept"])
def payer(world, request):
    return getattr(world, request.param)


def said_of(answer):
    """What is said of a payment, but for how far it has come in the meantime."""
    return json.dumps(
        {name: said for name, said in answer.json().items() if name not in {"status", "ended_at", "batch"}}
    )


class TestTheSameIdAndFacts:
    def test_payment_sent_50_times_at_once_is_made_once_with_one_answer(self, world, payer):
        """A1."""
        order, before = payer.order(world.shop, 100), payer.available()

        with ThreadPoolExecutor(50) as at_once:
            answers = list(at_once.map(lambda _: payer.send(order), range(50)))

        assert {answer.status_code for answer in answers} == {201}
        assert len({said_of(answer) for answer in answers}) == 1
        assert Payment.objects.filter(client_id=order["id"]).count() == 1
        assert payer.available() == before - 100

    def test_payment_sent_again_after_a_lost_answer_is_the_same_payment(self, world, payer):
        """A3."""
        order = payer.order(world.shop, 10)

        first = payer.send(order)
        payer.wait_settled(order["id"])
        again = payer.send(order)

        assert (again.status_code, again.json()["status"]) == (201, "settled")
        assert again.json()["nonce"] == first.json()["nonce"]

    def test_refused_payment_sent_again_after_the_reason_has_gone_stays_refused(self, world):
        """A4."""
        poor = world.poor
        refused = poor.send(order := poor.order(world.shop, 1_000))
        assert code_of(refused) == (422, "not_enough_won")

        poor.top_up(1_000)
        again = poor.send(order)

        assert (again.status_code, again.json()) == (refused.status_code, refused.json())
        assert poor.available() == 1_000
        assert poor.send(order | {"id": str(uuid4())}).status_code == 201


class TestTheSameIdWithOtherFacts:
    @pytest.mark.parametrize("changed", ["amount", "payee", "request"])
    def test_payment_id_with_other_facts_is_a_conflict_and_leaves_the_first_payment(self, world, changed):
        """A2."""
        kept = world.kept
        first = kept.send(order := kept.order(world.shop, 10)).json()
        before = kept.available()

        other = {"amount": 11, "payee": world.other_shop, "request": world.request(10)}[changed]
        answer = kept.send(order | {changed: other})

        assert code_of(answer) == (409, "payment_id_reused")
        assert kept.available() == before
        there = world.gimpo.ok("GET", f"payments/{order['id']}", token=kept.token)
        assert (there["amount"], there["payee"]) == (first["amount"], first["payee"])

    def test_payment_id_signed_by_a_device_with_another_nonce_is_a_conflict(self, world):
        order = world.device.order(world.shop, 10)
        assert world.device.send(order).status_code == 201
        before = world.device.available()

        answer = world.device.send(world.device.order(world.shop, 10, id=order["id"]))

        assert code_of(answer) == (409, "payment_id_reused")
        assert world.device.available() == before

    def test_refused_payment_id_with_other_facts_is_a_conflict(self, world):
        order = world.kept.order(world.shop, world.kept.available() + 1)
        assert code_of(world.kept.send(order)) == (422, "not_enough_won")

        answer = world.kept.send(order | {"amount": 1})

        assert code_of(answer) == (409, "payment_id_reused")


class TestAnIdClosedBeforeItArrives:
    def test_payment_id_closed_before_it_is_sent_is_refused_ever_after(self, world, payer):
        """A13."""
        order, before = payer.order(world.shop, 10), payer.available()
        path = f"payments/{order['id']}"

        closed = world.gimpo.call("POST", f"{path}/close", {}, token=payer.token)
        sent = payer.send(order)
        closed_again = world.gimpo.call("POST", f"{path}/close", {}, token=payer.token)
        asked = world.gimpo.call("GET", path, token=payer.token)

        assert code_of(closed) == code_of(sent) == code_of(asked) == (422, "payment_id_closed")
        assert (closed_again.status_code, closed_again.json()) == (closed.status_code, closed.json())
        assert payer.available() == before

    def test_unknown_payment_id_asked_for_writes_nothing_and_stays_payable(self, world, payer):
        order, before = payer.order(world.shop, 10), Refusal.objects.count()
        path = f"payments/{order['id']}"

        asked = [world.gimpo.call("GET", path, token=payer.token) for _ in range(3)]

        assert {code_of(each) for each in asked} == {(404, "payment_unknown")}
        assert Refusal.objects.count() == before
        assert payer.send(order).status_code == 201

    def test_close_of_a_made_payment_answers_the_payment_and_leaves_it(self, world, payer):
        made = payer.pay(world.shop, 10)

        closed = world.gimpo.call("POST", f"payments/{made['id']}/close", {}, token=payer.token)

        assert (closed.status_code, closed.json()["amount"]) == (200, 10)
        payer.wait_settled(made["id"])

    def test_payment_id_paid_and_closed_at_once_is_either_paid_or_closed(self, world):
        kept = world.kept
        orders = [kept.order(world.shop, 1) for _ in range(10)]

        with ThreadPoolExecutor(20) as at_once:
            sent = [at_once.submit(kept.send, order) for order in orders]
            asked = [
                at_once.submit(world.gimpo.call, "POST", f"payments/{order['id']}/close", {}, token=kept.token)
                for order in orders
            ]

        for question, answer in zip(asked, sent, strict=True):
            outcome = (question.result().status_code, answer.result().status_code)
            assert outcome in {(200, 201), (422, 422)}

    def test_payment_id_closed_by_somebody_else_stays_payable_and_unseen(self, world):
        """A10."""
        order = world.kept.order(world.shop, 1)
        path = f"payments/{order['id']}"
        assert code_of(world.gimpo.call("GET", path, token=world.device.token)) == (404, "payment_unknown")
        closed = world.gimpo.call("POST", f"{path}/close", {}, token=world.device.token)
        assert code_of(closed) == (422, "payment_id_closed")

        assert world.kept.send(order).status_code == 201
        assert code_of(world.gimpo.call("GET", path, token=world.device.token)) == (422, "payment_id_closed")


class TestARequest:
    def test_request_answered_by_three_payers_at_once_is_paid_once(self, world):
        """A14."""
        before = world.balances()
        for _ in range(5):
            request = world.request(7)
            payers = [world.device, world.kept, world.browser]
            orders = [payer.order(world.shop, 7, request=request) for payer in payers]

            with ThreadPoolExecutor(3) as at_once:
                answers = list(at_once.map(lambda payer, order: payer.send(order), payers, orders))

            assert sorted(answer.status_code for answer in answers) == [201, 422, 422]
            refused = [answer for answer in answers if answer.status_code == 422]
            assert {answer.json()["code"] for answer in refused} == {"request_paid_already"}
        assert sum(before.values()) - sum(world.balances().values()) == 5 * 7

    def test_request_answered_under_two_ids_of_one_payer_is_paid_once(self, world):
        request = world.request(7)
        orders = [world.kept.order(world.shop, 7, request=request) for _ in range(2)]

        with ThreadPoolExecutor(2) as at_once:
            answers = list(at_once.map(world.kept.send, orders))

        assert sorted(answer.status_code for answer in answers) == [201, 422]

    def test_payment_of_a_request_to_another_shop_is_refused(self, world):
        answer = world.kept.send(world.kept.order(world.other_shop, 7, request=world.request(7)))

        assert code_of(answer) == (422, "request_differs")


class TestAPayee:
    @pytest.mark.parametrize("whose", ["resident", "payer", "treasury", "contract", "zero"])
    def test_payment_to_a_payee_that_is_no_shop_is_refused(self, world, whose):
        """A7: a resident, oneself, and the city's own accounts; also the treasury, which the contract would let them pay."""
        contract = world.contract()
        assert ["resident", "treasury"] in world.gimpo.ok("GET", "kinds")["allowed"]
        payee = {
            "resident": world.device.address,
            "payer": world.kept.address,
            "treasury": contract.treasury,
            "contract": contract.address,
            "zero": "0x" + "00" * 20,
        }[whose]
        before = world.balances()

        answer = world.kept.send(world.kept.order(payee, 1))

        assert code_of(answer) == (422, "shop_not_registered")
        assert world.balances() == before

    @pytest.mark.parametrize("turned", [str.lower, str.upper, str.swapcase], ids=["lower", "upper", "mixed"])
    def test_payment_to_a_payee_written_in_any_case_is_accepted(self, world, turned):
        """Mixed as no checksum mixes them: each letter in the case that EIP-55 doesn't give it."""
        address = "0x" + turned(to_checksum_address(world.shop)[2:])

        assert world.kept.send(world.kept.order(address, 1)).status_code == 201
        assert world.device.send(world.device.order(address, 1)).status_code == 201
