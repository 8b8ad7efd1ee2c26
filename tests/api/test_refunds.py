"""A shop gives back, on its pages: once, never more than was paid, and to where the won came from."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from uuid import uuid4

import httpx
import pytest
from django.conf import settings

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.doors.permissions import SIGNED_IN_AT
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.rules.models import Rule
from merchants.domain.rules import SHOP_REFUND, ShopRefundTerms
from merchants.models import Refund, Shop, Staff
from merchants.operations.counters import add_counter, pair
from merchants.queries import sales
from tests import patient
from tests.api.stops import stopped
from tests.api.test_resident_pages import PIN
from tests.api.test_shop_pages import new_phone
from tests.outside import Resident, eventually
from tests.visitor import Visitor, said
from wallets.models import Lot, Payment, Wallet

GOOD_PIN = "135790"

pytestmark = pytest.mark.both_databases


@pytest.fixture(scope="module")
def shop(world) -> Shop:
    return Shop.objects.get(city__slug="gimpo", wallet__keys__address=world.shop)


@pytest.fixture(scope="module")
def payer(world) -> Resident:
    """Somebody of our own, so that their won are what these tests say."""
    made = world.gimpo.join_city_kept(PIN)
    made.top_up(50_000)
    return made


@pytest.fixture(scope="module")
def staff(world, shop) -> dict[str, Visitor]:
    """One of each role, signed in; and a paired device."""
    people = {}
    for role in Staff.Role:
        phone = new_phone()
        person = person_of_phone(phone=digits_of(phone), now=clock.now())
        Staff.objects.create(shop=shop, person=person, role=role, since=clock.now())
        people[role.value] = Visitor(world.system.web_url)
        people[role.value].sign_in(phone)
    now = clock.now()
    paired = pair(city_id=shop.city_id, code=add_counter(shop=shop, name="계산대", now=now).text, now=now)
    people["device"] = Visitor(world.system.web_url)
    people["device"].http.cookies.set(settings.COUNTER_COOKIE_NAME, paired.text)
    return people


def page_of(shop: Shop, payment_id: str) -> str:
    return f"/{shop.city.slug}/shops/{shop.pk}/payments/{payment_id}"


def refund(by: Visitor, shop: Shop, payment_id: str, won: int | str, **changed: str) -> httpx.Response:
    """As the page's last step sends it."""
    form = {"id": str(uuid4()), "amount": str(won), "reason": "wrong_amount"} | changed
    return by.send(f"{page_of(shop, payment_id)}/refund", form, page=page_of(shop, payment_id))


def returned(payment_id: str) -> bool:
    """Whether all that was promised of this payment is back."""
    states = {each.state for each in Refund.objects.filter(payment__client_id=payment_id)}
    return states == {Refund.State.RETURNED}


def reach(world) -> int:
    """What the shop could spend."""
    won: int = world.gimpo.ok("GET", "wallets/me", token=world.shop_token)["balance"]["available"]
    return won


class TestARefund:
    def test_refund_of_a_whole_payment_returns_its_won_in_the_books_and_on_chain(self, world, shop, payer, staff):
        before = payer.wallet()["balance"], world.node.balance(world.contract().address, payer.address)
        paid = payer.pay(world.shop, 3_000)
        payer.wait_settled(paid["id"])
        lots = list(Lot.objects.filter(wallet__keys__address=payer.address).values_list("taken", flat=True))

        answer = refund(staff["manager"], shop, paid["id"], 3_000)
        eventually(lambda: returned(paid["id"]), what="the refund")

        assert answer.status_code == httpx.codes.FOUND
        assert (payer.wallet()["balance"], world.node.balance(world.contract().address, payer.address)) == before
        after = list(Lot.objects.filter(wallet__keys__address=payer.address).values_list("taken", flat=True))
        assert sum(lots) - sum(after) == 3_000
        said_of_it = payer.api.ok("GET", f"payments/{paid['id']}", token=payer.token)
        assert (said_of_it["status"], said_of_it["refunded"]) == ("settled", 3_000)
        seen = payer.api.ok("GET", "wallets/me/payments", token=payer.token)["payments"]
        assert [(each["id"] == paid["id"], each["refund_of"]) for each in seen[:2]] == [
            (False, paid["id"]),
            (True, None),
        ]

    def test_refund_of_an_unsettled_payment_is_promised_out_of_the_shops_reach_and_sent_later(
        self, world, shop, payer, staff
    ):
        had, could = payer.available(), reach(world)
        world.system.stop("worker")
        try:
            paid = payer.pay(world.shop, 900)
            refund(staff["owner"], shop, paid["id"], 400)
            page = said(staff["owner"].get(page_of(shop, paid["id"])))
            balance, out_of_reach = payer.wallet()["balance"], reach(world) == could
        finally:
            world.system.start("worker")
        eventually(lambda: returned(paid["id"]), what="the refund")

        assert "돌려주기로 했어요" in page
        assert (balance["available"], balance["on_its_way"], out_of_reach) == (had - 900, 400, True)
        assert (payer.available(), reach(world)) == (had - 500, could + 500)

    def test_refund_in_parts_never_passes_what_was_paid(self, world, shop, payer, staff):
        paid = payer.pay(world.shop, 1_000)

        answers = [refund(staff["manager"], shop, paid["id"], won) for won in (300, 800, 700, 1)]
        eventually(lambda: returned(paid["id"]), what="the refunds")

        assert [each.status_code for each in answers] == [302, 422, 302, 422]
        assert "refund_above_payment" in answers[1].text
        assert Payment.objects.get(client_id=paid["id"]).refunded == 1_000

    def test_refund_asked_for_twice_is_one_and_a_refusal_stays_one(self, world, shop, payer, staff):
        paid, once, never = payer.pay(world.shop, 600), str(uuid4()), str(uuid4())

        answers = [refund(staff["manager"], shop, paid["id"], 200, id=once) for _ in range(3)]
        answers += [refund(staff["manager"], shop, paid["id"], 5_000, id=never) for _ in range(2)]
        other = [refund(staff["manager"], shop, paid["id"], 100, id=used) for used in (once, never)]

        assert [each.status_code for each in answers] == [302, 302, 302, 422, 422]
        assert [(each.status_code, "refund_id_reused" in each.text) for each in other] == [(409, True)] * 2
        assert Payment.objects.get(client_id=paid["id"]).refunded == 200

    def test_refund_asked_for_ten_times_at_once_is_given_once(self, world, shop, payer, staff):
        paid = payer.pay(world.shop, 500)
        page, form = f"{page_of(shop, paid['id'])}/refund", {"amount": "500", "reason": "asked"}
        with ThreadPoolExecutor(10) as at_once:
            codes = list(
                at_once.map(
                    lambda _: (
                        staff["owner"]
                        .send(page, form | {"id": str(uuid4())}, page=page_of(shop, paid["id"]))
                        .status_code
                    ),
                    range(10),
                )
            )

        assert sorted(codes) == [302] + [422] * 9
        eventually(lambda: returned(paid["id"]), what="the refund")
        assert Refund.objects.filter(payment__client_id=paid["id"]).count() == 1

    def test_refund_in_a_stopped_city_waits_out_of_the_shops_reach_until_the_city_goes_on(
        self, world, shop, payer, staff
    ):
        paid = payer.pay(world.shop, 250)
        payer.wait_settled(paid["id"])
        could = reach(world)
        with stopped("gimpo"):
            refund(staff["manager"], shop, paid["id"], 250)
            elsewhere = world.neighbour.pay(world.sejong.shops()[0], 1)  # settled, so the worker has made its rounds
            world.neighbour.wait_settled(elsewhere["id"])
            states = [each.state for each in Refund.objects.filter(payment__client_id=paid["id"])]
            meanwhile = reach(world)
        eventually(lambda: returned(paid["id"]), what="the refund")

        assert states == [Refund.State.PROMISED]
        assert (meanwhile, reach(world)) == (could - 250, could - 250)


class TestWhoMay:
    @pytest.mark.parametrize(
        ("role", "may"), [("owner", True), ("manager", True), ("cashier", False), ("device", False)]
    )
    def test_refund_by_owner_or_manager_is_given_and_by_others_is_refused(self, world, shop, payer, staff, role, may):
        paid = payer.pay(world.shop, 10)
        page = staff[role].get(page_of(shop, paid["id"]))
        form = {"id": str(uuid4()), "amount": "10", "reason": "asked"}

        cookies = {name: value for name, value in staff[role].http.cookies.items() if name != settings.CSRF_COOKIE_NAME}
        with patient.client(cookies=cookies | {settings.CSRF_COOKIE_NAME: "0" * 32}) as browser:
            token = {"csrfmiddlewaretoken": "0" * 32}
            sent = browser.post(f"{page.url}/refund", data=form | token, headers={"Referer": str(page.url)})

        assert page.status_code == 200
        assert staff[role].get(f"{page_of(shop, paid['id'])}/refund").status_code == (200 if may else 404)
        assert ("매니저나 사장님이 할 수 있어요" in said(page)) is not may
        assert sent.status_code == (302 if may else 404)
        assert Refund.objects.filter(payment__client_id=paid["id"]).exists() is may

    def test_refund_page_of_another_shops_payment_is_not_found(self, world, shop, payer, staff):
        elsewhere = payer.pay(world.other_shop, 10)

        assert staff["owner"].get(page_of(shop, elsewhere["id"])).status_code == 404


class TestWhatIsSaid:
    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            *(({"amount": amount}, "amount_wrong") for amount in ("", "0", "-5", "1.5", "１０", "5,00")),
            ({"reason": "x"}, "fields_wrong"),
            ({"id": "1"}, "fields_wrong"),
        ],
    )
    def test_refund_with_an_unreadable_field_is_refused(self, world, shop, payer, staff, wrong, code):
        paid = payer.pay(world.shop, 10)

        answer = refund(staff["manager"], shop, paid["id"], 10, **wrong)

        assert (answer.status_code, code in answer.text) == (400, True)
        assert not Refund.objects.filter(payment__client_id=paid["id"]).exists()

    @pytest.mark.parametrize(("typed", "status"), [("5,000,000", 422), ("1 0", 400)])
    def test_refused_refund_is_shown_beside_what_was_typed(self, world, shop, payer, staff, typed, status):
        paid = payer.pay(world.shop, 10)

        answer = refund(staff["manager"], shop, paid["id"], typed, reason="sold_out")

        assert answer.status_code == status
        assert re.search(rf'id="amount"[^>]*value="{typed}"', answer.text)
        assert re.findall(r'value="(\w+)"\s+checked', answer.text) == ["sold_out"]

    def test_empty_refund_form_is_refused_and_stays_empty(self, world, shop, payer, staff):
        paid = payer.pay(world.shop, 10)

        page = page_of(shop, paid["id"])

        answer = staff["manager"].send(f"{page}/refund", page=page)

        assert (answer.status_code, "fields_wrong" in answer.text) == (400, True)
        assert re.search(r'id="amount"[^>]*value=""', answer.text)

    def test_refund_with_commas_in_the_amount_is_given(self, world, shop, payer, staff):
        paid = payer.pay(world.shop, 1_500)

        answer = refund(staff["manager"], shop, paid["id"], "1,200")

        assert answer.status_code == httpx.codes.FOUND
        assert Payment.objects.get(client_id=paid["id"]).refunded == 1_200

    def test_refund_is_shown_on_the_receipt_history_board_and_settlement_page(self, world, shop, payer, staff):
        phone = new_phone()
        owner = person_of_phone(phone=digits_of(phone), now=clock.now(), name="김포포")
        Wallet.objects.filter(keys__address=payer.address).update(owner=owner)
        resident = Visitor(world.system.web_url)
        resident.sign_in(phone)
        paid = payer.pay(world.shop, 1_234)
        refund(staff["manager"], shop, paid["id"], 1_000, reason="sold_out")
        eventually(lambda: returned(paid["id"]), what="the refund")

        receipt = said(resident.get(f"/gimpo/wallet/payments/{paid['id']}"))
        history = said(resident.get("/gimpo/wallet/history"))
        board = staff["cashier"].get(f"/gimpo/shops/{shop.pk}/board").json()
        day = f"{clock.now().astimezone(clock.KST):%Y-%m-%d}"
        settlement = staff["manager"].get(f"/gimpo/shops/{shop.pk}/settlements/{day}")

        assert all(each in receipt for each in ("물건이 없어요", "돌려받았어요", "+1,000원", "234원"))
        assert re.search(r"쓴 돈 일반 판매 \d+년 [^()]*\(.\)까지 1,234원 ", receipt)
        assert re.search(r"이 돈으로 돌아왔어요 일반 판매 \d+년 [^()]*\(.\)까지 1,000원 체인", receipt)
        assert all(each in history for each in ("취소 · 시험 가게", "+1,000원", "일부 취소"))
        line = next(each for each in board["payments"] if each["amount"] == 1_234)
        assert (line["refunded_text"], "취소 1,000원" in board["rows"]) == ("1,000원", True)
        assert "234원 남음" in board["rows"]
        sent = Refund.objects.get(payment__client_id=paid["id"]).sent
        assert "−1,000원" in said(settlement)
        assert sent.batch.submission.tx_hash in settlement.text


class TestTheSteps:
    """How much and why, then what will be: nothing moves before the last press."""

    def test_first_step_offers_all_that_is_left_and_presets_no_reason(self, world, shop, payer, staff):
        paid = payer.pay(world.shop, 700)
        refund(staff["manager"], shop, paid["id"], 100)

        page = staff["manager"].get(f"{page_of(shop, paid['id'])}/refund").text

        assert re.search(r'id="amount"[^>]*value="600"', page)
        assert "checked" not in page
        assert "primary" not in page.partition("<main")[2]

    def test_second_step_shows_before_and_after_and_moves_nothing(self, world, shop, payer, staff):
        paid, day = payer.pay(world.shop, 700), clock.now().astimezone(clock.KST).date()
        net = sales.sales_of(shop, day).net

        page = said(staff["manager"].get(f"{page_of(shop, paid['id'])}/refund?amount=300&reason=asked"))

        assert "300원 돌려줄까요?" in page
        assert "이 결제 700원 400원" in page
        assert f"오늘 받은 돈 {net:,}원 {net - 300:,}원" in page
        assert not Refund.objects.filter(payment__client_id=paid["id"]).exists()

    @pytest.mark.parametrize(
        ("asked", "status", "code"),
        [
            ("amount=701&reason=asked", 422, "refund_above_payment"),
            ("amount=1.5&reason=asked", 400, "amount_wrong"),
            ("amount=300", 400, "refund_reason_missing"),
            ("amount=300&reason=", 400, "refund_reason_missing"),
            ("amount=300&reason=x", 400, "fields_wrong"),
        ],
    )
    def test_second_step_is_not_reached_with_what_cannot_be_given_back(
        self, world, shop, payer, staff, asked, status, code
    ):
        paid = payer.pay(world.shop, 700)

        answer = staff["manager"].get(f"{page_of(shop, paid['id'])}/refund?{asked}")

        assert (answer.status_code, code in answer.text) == (status, True)
        assert re.search(r'id="amount"[^>]*value="[^"]', answer.text)


class TestPin:
    """A refund of more than 500 won is given by its manager's PIN here."""

    @pytest.fixture(autouse=True)
    def _limit(self, shop):
        rule = Rule.objects.filter(city=shop.city, kind=SHOP_REFUND.name)
        usual = rule.get().body
        rule.update(body=ShopRefundTerms(pin_above_won=500).model_dump())
        yield
        rule.update(body=usual)
        Staff.objects.filter(shop=shop).update(pin_fingerprint=None, pin_failures=0, pin_locked_until=None)

    def page_of_pin(self, shop: Shop) -> str:
        return f"/{shop.city.slug}/shops/{shop.pk}/pin"

    def choose(self, by: Visitor, shop: Shop, pin: str = GOOD_PIN, again: str | None = None) -> httpx.Response:
        return by.send(self.page_of_pin(shop), {"pin": pin, "pin_again": pin if again is None else again})

    def test_refund_above_the_limit_without_a_pin_leads_to_choosing_one_and_moves_nothing(
        self, world, shop, payer, staff
    ):
        paid = payer.pay(world.shop, 700)

        page = staff["manager"].get(f"{page_of(shop, paid['id'])}/refund?amount=501&reason=asked").text
        answer = refund(staff["manager"], shop, paid["id"], 501)

        assert self.page_of_pin(shop) in page
        assert 'name="pin"' not in page
        assert (answer.status_code, "refund_pin_not_set" in answer.text) == (422, True)
        assert not Refund.objects.filter(payment__client_id=paid["id"]).exists()

    def test_refund_up_to_the_limit_asks_for_no_pin(self, world, shop, payer, staff):
        paid = payer.pay(world.shop, 700)

        page = staff["manager"].get(f"{page_of(shop, paid['id'])}/refund?amount=500&reason=asked").text

        assert 'name="pin"' not in page
        assert refund(staff["manager"], shop, paid["id"], 500).status_code == httpx.codes.FOUND

    def test_small_refunds_of_a_payment_ask_for_the_pin_once_they_are_a_large_one(self, world, shop, payer, staff):
        self.choose(staff["manager"], shop)
        paid, same = payer.pay(world.shop, 700), str(uuid4())
        first = [refund(staff["manager"], shop, paid["id"], 300, id=same) for _ in range(2)]

        page = staff["manager"].get(f"{page_of(shop, paid['id'])}/refund?amount=201&reason=asked").text
        second = refund(staff["manager"], shop, paid["id"], 201)

        assert [each.status_code for each in first] == [httpx.codes.FOUND] * 2
        assert 'name="pin"' in page
        assert (second.status_code, "refund_pin_wrong" in second.text) == (422, True)
        assert [each.amount for each in Refund.objects.filter(payment__client_id=paid["id"])] == [300]

    def test_more_than_is_left_is_refused_as_that_and_counts_no_wrong_pin(self, world, shop, payer, staff):
        self.choose(staff["manager"], shop)
        paid = payer.pay(world.shop, 700)

        answer = refund(staff["manager"], shop, paid["id"], 701)

        assert (answer.status_code, "refund_above_payment" in answer.text) == (422, True)
        assert not Staff.objects.filter(shop=shop, pin_failures__gt=0).exists()

    def test_wrong_pin_gives_nothing_back_and_the_same_form_with_the_right_one_gives_it_once(
        self, world, shop, payer, staff
    ):
        self.choose(staff["manager"], shop)
        paid, same = payer.pay(world.shop, 700), str(uuid4())

        wrong = refund(staff["manager"], shop, paid["id"], 700, id=same, pin="246801")
        before = Refund.objects.filter(payment__client_id=paid["id"]).count()
        right = [refund(staff["manager"], shop, paid["id"], 700, id=same, pin=GOOD_PIN) for _ in range(2)]

        assert (wrong.status_code, "refund_pin_wrong" in wrong.text, before) == (422, True, 0)
        assert f'name="id" value="{same}"' in wrong.text
        assert [each.status_code for each in right] == [httpx.codes.FOUND] * 2
        assert Refund.objects.filter(payment__client_id=paid["id"]).count() == 1

    def test_many_wrong_pins_lock_their_manager_alone_until_they_choose_another(self, world, shop, payer, staff):
        for role in ("manager", "owner"):
            self.choose(staff[role], shop)
        first, second = (payer.pay(world.shop, 700)["id"] for _ in range(2))

        for _ in range(settings.PIN_TRIES):
            refund(staff["manager"], shop, first, 700, pin="246801")
        locked = refund(staff["manager"], shop, first, 700, pin=GOOD_PIN)
        others = refund(staff["owner"], shop, second, 700, pin=GOOD_PIN)
        self.choose(staff["manager"], shop, "975318")
        again = refund(staff["manager"], shop, first, 700, pin="975318")

        assert (locked.status_code, "refund_pin_locked" in locked.text) == (422, True)
        assert (others.status_code, again.status_code) == (httpx.codes.FOUND, httpx.codes.FOUND)

    @pytest.mark.parametrize(
        ("pin", "again", "code"), [("111111", None, "pin_too_simple"), (GOOD_PIN, "135791", "pins_differ")]
    )
    def test_pin_that_is_too_simple_or_typed_in_two_ways_is_not_taken(self, shop, staff, pin, again, code):
        answer = self.choose(staff["manager"], shop, pin, again)

        assert (answer.status_code, code in answer.text) == (400, True)
        assert not Staff.objects.filter(shop=shop).exclude(pin_fingerprint=None).exists()

    def test_session_that_signed_in_long_ago_has_to_sign_in_again_before_it_chooses(self, shop, staff):
        key = staff["manager"].http.cookies[settings.SESSION_COOKIE_NAME]
        session = import_module(settings.SESSION_ENGINE).SessionStore(key)
        recently = session[SIGNED_IN_AT]
        session[SIGNED_IN_AT] = recently - 3_600
        session.save()

        page = staff["manager"].get(self.page_of_pin(shop))
        session[SIGNED_IN_AT] = recently
        session.save()

        assert page.url.path == "/sign-in"

    def test_page_of_the_pin_is_there_for_managers_alone(self, shop, staff):
        assert staff["cashier"].get(self.page_of_pin(shop)).status_code == httpx.codes.NOT_FOUND
        assert staff["device"].get(self.page_of_pin(shop)).url.path == "/sign-in"


class TestSums:
    def test_refund_comes_off_every_sum_of_its_day(self, world, shop, payer, staff):
        day = clock.now().astimezone(clock.KST).date()
        before = sales.sales_of(shop, day)
        paid = payer.pay(world.shop, 8_000)
        refund(staff["manager"], shop, paid["id"], 3_000)

        after = sales.sales_of(shop, day)
        today = said(staff["cashier"].get(f"/gimpo/shops/{shop.pk}/"))
        month = said(staff["manager"].get(f"/gimpo/shops/{shop.pk}/settlements"))
        of_day = said(staff["manager"].get(f"/gimpo/shops/{shop.pk}/settlements/{day}"))
        board = staff["cashier"].get(f"/gimpo/shops/{shop.pk}/board").json()["today"]

        assert (after.taken.won - before.taken.won, after.net - before.net) == (8_000, 5_000)
        assert board["net"] == after.net
        assert f"{after.net:,}원 결제 {after.taken.count}건" in today
        for page in (month, of_day):
            assert f"취소하고 남은 돈 {after.net:,}원" in page
            assert f"−{after.refunded.won:,}원" in page
        assert "차이 0원" in of_day

    def test_month_without_a_payment_leads_to_one_that_has(self, shop, staff):
        month = staff["manager"].get(f"/gimpo/shops/{shop.pk}/settlements?month=2031-01")

        assert "이 달에는 결제가 없어요" in said(month)
        assert 'href="?month=2030-12"' in month.text
        assert staff["manager"].get(f"/gimpo/shops/{shop.pk}/settlements?month=2031-13").status_code == 404
