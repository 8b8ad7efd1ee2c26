"""The emergency stop, through the doors: one official ends all movement of a city's won, another lets it go on."""

import threading
import uuid

import pytest
from django.db import IntegrityError, transaction

from citycoin.money.issuance.models import TopUp
from citycoin.platform.audit.models import AuditEvent
from citycoin.platform.audit.queries import first_broken
from citycoin.platform.cities.models import City
from tests.api.stops import go_on
from tests.officials import official_at_work
from tests.outside import code_of, eventually
from tests.visitor import Visitor, said
from wallets.models import Payment, Refusal, Stop
from wallets.queries.stops import stop_of

pytestmark = pytest.mark.both_databases

REASON = "정산 금액이 서로 다름"
FINDING = "은행 자료와 대조해 차이가 없음을 확인"


@pytest.fixture(scope="module")
def sejong():
    return City.objects.get(slug="sejong")


@pytest.fixture(scope="module")
def officials(world, sejong):
    return [official_at_work(world.system.web_url, sejong) for _ in range(2)]


@pytest.fixture(autouse=True)
def _goes_on_afterwards(world, sejong):
    yield
    world.system.start("worker")
    if stop_of(sejong.pk):
        go_on(sejong)


@pytest.fixture
def shop(world):
    return world.sejong.shops()[0]


@pytest.fixture
def paused(world):
    """Whether the contract says so, by the node alone."""
    contract = world.contract("sejong").address
    return lambda: world.node.number(contract, "paused()") == 1


def stop(official, **changed):
    return official.send("stop", {"reason": REASON} | changed)


def pressing(official):
    """A stop that is yet to be sent; its thread asks no database of the test's."""
    form = {"reason": REASON, "code": official.code()}
    return threading.Thread(target=official.visitor.send, args=(f"{official.console}stop", form))


def review(official, **changed):
    return official.send("stop/review", {"review": FINDING} | changed, page="audit")


def state(official):
    return official.get("stop/state").json()["state"]


def refused(answer, code):
    return (answer.status_code, code in answer.text) == (422, True) or answer.text


class TestStopping:
    def test_payment_in_a_stopped_city_is_refused_and_stays_refused_under_its_id(self, world, officials, shop):
        neighbour = world.neighbour
        order = neighbour.order(shop, 100)

        stop(officials[0])
        answer = neighbour.send(order)
        review(officials[1])
        eventually(lambda: state(officials[0]) == "free", what="the city's going on")
        again = neighbour.send(order)
        another = neighbour.send(neighbour.order(shop, 100))

        assert code_of(answer) == code_of(again) == (422, "city_stopped")
        assert Refusal.objects.get(client_id=order["id"]).code == "city_stopped"
        assert another.status_code == 201
        neighbour.wait_settled(another.json()["id"])

    def test_payment_authorised_before_a_stop_settles_when_the_city_goes_on(self, world, officials, shop, paused):
        world.system.stop("worker")
        paid = world.neighbour.pay(shop, 200)["id"]

        stop(officials[0])
        world.system.start("worker")
        eventually(paused, what="the contract's pause")
        eventually(lambda: state(officials[1]) == "stopped", what="the pause in the books")
        payment = Payment.objects.get(client_id=paid)
        review(officials[1])
        world.neighbour.wait_settled(paid)

        # Not even signed for: a batch in a pause would revert.
        assert (payment.status, payment.batch) == ("authorised", None)
        assert not paused()

    def test_top_up_in_a_stopped_city_is_refused_and_a_paid_one_is_issued_later(self, world, officials):
        neighbour = world.neighbour
        before = neighbour.api.ok("POST", "top-ups", {"id": str(uuid.uuid4()), "amount": 1_000}, token=neighbour.token)

        stop(officials[0])
        refused_id = str(uuid.uuid4())
        answer = neighbour.api.call("POST", "top-ups", {"id": refused_id, "amount": 1_000}, token=neighbour.token)
        neighbour.api.send(before)
        eventually(lambda: state(officials[1]) == "stopped", what="the pause in the books")
        eventually(lambda: TopUp.objects.get(client_id=before["id"]).paid_at, what="the bank's word")
        meanwhile = TopUp.objects.get(client_id=before["id"]).status
        review(officials[1])
        eventually(lambda: TopUp.objects.get(client_id=before["id"]).status == "issued", what="the issue")

        assert code_of(answer) == (422, "city_stopped")
        assert not TopUp.objects.filter(client_id=refused_id).exists()
        assert meanwhile == "paid"

    def test_stop_of_a_city_leaves_the_other_city_paying(self, world, officials):
        stop(officials[0])

        paid = world.device.pay(world.shop, 100)["id"]

        world.device.wait_settled(paid)
        assert "잠시 멈췄어요" not in Visitor(world.system.web_url).get("/gimpo/").text

    @pytest.mark.parametrize(
        ("wrong", "code"), [({"reason": "  "}, "reason_missing"), ({"code": "000000"}, "sign_in_refused")]
    )
    def test_stop_without_a_reason_or_second_factor_is_refused(self, officials, sejong, wrong, code):
        answer = stop(officials[0], **wrong)

        assert refused(answer, code) is True
        assert stop_of(sejong.pk) is None

    def test_stop_by_two_officials_at_once_is_one_stop(self, officials, sejong):
        before = Stop.objects.filter(city=sejong).count()
        threads = [pressing(each) for each in officials]

        for each in threads:
            each.start()
        for each in threads:
            each.join()

        assert Stop.objects.filter(city=sejong).count() == before + 1
        assert AuditEvent.objects.filter(city=sejong, act="city.stopped").count() == before + 1

    def test_stop_is_shown_at_once_on_pages_of_officials_and_the_public(self, world, officials):
        stop(officials[0])
        public = Visitor(world.system.web_url).get("/sejong/")
        apart = Visitor(world.system.web_url, "en").get("/sejong/shops/")

        assert REASON in said(officials[1].get("budget"))
        assert "내 검토를 기다리는 긴급 정지" in officials[1].get().text
        assert "내 검토를 기다리는 긴급 정지" not in officials[0].get().text
        assert "결제가 잠시 멈췄어요" in public.text
        assert REASON not in public.text
        assert "Payments have stopped for now" in apart.text


class TestGoingOn:
    def test_stop_reviewed_by_the_official_who_stopped_is_refused(self, world, officials, shop):
        stop(officials[0])

        own = review(officials[0])

        assert refused(own, "own_stop") is True
        assert 'name="review"' not in officials[0].get("stop").text
        assert 'name="review"' in officials[1].get("stop").text
        assert code_of(world.neighbour.send(world.neighbour.order(shop, 1))) == (422, "city_stopped")

    def test_stop_reviewed_by_the_official_who_stopped_is_refused_by_the_database(self, officials, sejong):
        stop(officials[0])

        with pytest.raises(IntegrityError, match="nobody_reviews_their_own_stop"), transaction.atomic():
            Stop.objects.filter(city=sejong, ended_at=None).update(reviewed_by=officials[0].official)

    @pytest.mark.parametrize(
        ("wrong", "code"), [({"review": " "}, "reason_missing"), ({"code": "000000"}, "sign_in_refused")]
    )
    def test_review_of_a_stop_without_a_finding_or_second_factor_is_refused(self, officials, sejong, wrong, code):
        stop(officials[0])

        answer = review(officials[1], **wrong)

        assert refused(answer, code) is True
        assert stop_of(sejong.pk).reviewed_at is None

    def test_review_of_a_stop_puts_both_officials_into_the_audit_log(self, officials, sejong):
        stop(officials[0])
        review(officials[1])
        review(officials[1])

        last = AuditEvent.objects.filter(city=sejong).order_by("-number")[:2]
        assert [(each.act, each.official) for each in last] == [
            ("city.stop_reviewed", officials[1].official),
            ("city.stopped", officials[0].official),
        ]
        assert (last[0].facts["review"], last[1].facts["reason"]) == (FINDING, REASON)
        assert first_broken(sejong.pk) is None

    def test_city_stopped_again_before_the_chain_has_followed_stays_stopped(
        self, world, officials, sejong, shop, paused
    ):
        stop(officials[0])
        eventually(lambda: state(officials[0]) == "stopped", what="the pause in the books")
        review(officials[1])

        stop(officials[1])
        eventually(lambda: state(officials[0]) == "stopped" and paused(), what="the pause of the second stop")

        assert stop_of(sejong.pk).stopped_by == officials[1].official
        assert code_of(world.neighbour.send(world.neighbour.order(shop, 1))) == (422, "city_stopped")
