"""A shop gives back, on its pages: once, never more than was paid, and to where the won came from."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest
from django.conf import settings

from citycoin.foundation.kernel import clock
from citycoin.foundation.tls import tls
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.operations.people import person_of_phone
from merchants.models import Refund, Shop, Staff
from merchants.operations.counters import add_counter, pair
from tests.api.stops import stopped
from tests.api.test_resident_pages import PIN
from tests.api.test_shop_pages import new_phone
from tests.outside import Resident, eventually
from tests.visitor import Visitor, said
from wallets.models import Lot, Payment, Wallet

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
    """As the page's form sends it."""
    form = {"id": str(uuid4()), "amount": str(won), "reason": "wrong_amount"} | changed
    return by.send(page_of(shop, payment_id), form)


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
        page, form = page_of(shop, paid["id"]), {"amount": "500", "reason": "asked"}
        with ThreadPoolExecutor(10) as at_once:
            codes = list(
                at_once.map(lambda _: staff["owner"].send(page, form | {"id": str(uuid4())}).status_code, range(10))
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
        with httpx.Client(verify=tls(), cookies=cookies | {settings.CSRF_COOKIE_NAME: "0" * 32}) as browser:
            token = {"csrfmiddlewaretoken": "0" * 32}
            sent = browser.post(str(page.url), data=form | token, headers={"Referer": str(page.url)})

        assert page.status_code == 200
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
        assert re.findall(r'value="(\w+)" selected', answer.text) == ["sold_out"] * 2  # all of it, or a part

    def test_empty_refund_form_is_refused_and_stays_empty(self, world, shop, payer, staff):
        paid = payer.pay(world.shop, 10)

        answer = staff["manager"].send(page_of(shop, paid["id"]))

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
        assert all(each in history for each in ("취소 · 시험 가게", "+1,000원", "일부 취소"))
        line = next(each for each in board["payments"] if each["amount"] == 1_234)
        assert (line["refunded_text"], "취소 1,000원" in board["rows"]) == ("1,000원", True)
        assert board["today"]["refunded_text"].startswith("취소 ")
        sent = Refund.objects.get(payment__client_id=paid["id"]).sent
        assert "−1,000원" in said(settlement)
        assert sent.batch.submission.tx_hash in settlement.text
