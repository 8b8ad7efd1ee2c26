"""A resident asks a shop for won back: by page and by API, once, in time; the shop gives some or says why not."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.notices.models import Notice
from merchants.models import Refund, RefundClaim, Shop, Staff
from tests.api.test_resident_pages import PIN
from tests.outside import Json, Resident, eventually
from tests.visitor import Visitor, said
from wallets.models import Payment, Wallet

pytestmark = pytest.mark.both_databases

LONG_AGO = timedelta(days=31)


def new_phone() -> str:
    return f"010-{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"


@pytest.fixture(scope="module")
def shop(world) -> Shop:
    return Shop.objects.get(city__slug="gimpo", wallet__keys__address=world.shop)


class Payer:
    """Somebody with won, by pages and by the API, whose wallet is their own."""

    def __init__(self, world) -> None:
        self.api: Resident = world.gimpo.join_city_kept(PIN)
        phone = new_phone()
        self.person: Person = person_of_phone(phone=digits_of(phone), now=clock.now())
        Wallet.objects.filter(keys__address=self.api.address).update(owner=self.person)
        self.api.top_up(50_000)
        self.browser = Visitor(world.system.web_url)
        self.browser.sign_in(phone)

    def receipt(self, paid: Json) -> str:
        return f"/gimpo/wallet/payments/{paid['id']}"

    def asks(self, paid: Json, won: int | str, **changed: str) -> httpx.Response:
        """As the page sends it."""
        form = {"id": str(uuid4()), "amount": str(won), "reason": "wrong_amount", "says": ""} | changed
        return self.browser.send(f"{self.receipt(paid)}/claim", form, page=self.receipt(paid))

    def reads(self, paid: Json) -> str:
        return said(self.browser.get(self.receipt(paid)))

    def by_api(self, method: str, paid: Json, rest: str = "", body: object = None) -> httpx.Response:
        path = f"payments/{paid['id']}/claims{rest}"
        return self.api.api.call(method, path, body, token=self.api.token)


@pytest.fixture(scope="module")
def payer(world) -> Payer:
    return Payer(world)


class Worker:
    """Somebody who works in the shop."""

    def __init__(self, world, shop: Shop, role: Staff.Role) -> None:
        phone = new_phone()
        self.person = person_of_phone(phone=digits_of(phone), now=clock.now())
        Staff.objects.create(shop=shop, person=self.person, role=role, since=clock.now())
        self.browser = Visitor(world.system.web_url)
        self.browser.sign_in(phone)
        self.shop = shop

    def page(self, paid: Json) -> str:
        return f"/gimpo/shops/{self.shop.pk}/payments/{paid['id']}"

    def declines(self, paid: Json, answer: str, claim: RefundClaim | None = None) -> httpx.Response:
        claim = claim or claim_of(paid)
        return self.browser.send(
            f"{self.page(paid)}/claims/{claim.pk}/decline", {"answer": answer}, page=self.page(paid)
        )

    def gives(self, paid: Json, won: int) -> httpx.Response:
        form = {"id": str(uuid4()), "amount": str(won), "reason": "asked"}
        return self.browser.send(f"{self.page(paid)}/refund", form, page=self.page(paid))


@pytest.fixture(scope="module")
def manager(world, shop) -> Worker:
    return Worker(world, shop, Staff.Role.MANAGER)


def claim_of(paid: Json) -> RefundClaim:
    return RefundClaim.objects.filter(payment__client_id=paid["id"]).latest("pk")


def claims_of(paid: Json) -> list[str]:
    rows = RefundClaim.objects.filter(payment__client_id=paid["id"]).order_by("pk")
    return list(rows.values_list("status", flat=True))


def told(person: Person, kind: str, **facts: object) -> bool:
    return any(facts.items() <= each.facts.items() for each in Notice.objects.filter(person=person, kind=kind))


class TestAskedAndAnswered:
    def test_claim_is_answered_by_a_refund_of_a_part_and_both_see_its_steps(self, world, shop, payer, manager):
        paid = payer.api.pay(world.shop, 3_000)
        assert "취소 요청하기" in payer.reads(paid)

        assert payer.asks(paid, "2,000", says="하나가\n빠졌어요").status_code == httpx.codes.FOUND

        waiting = payer.reads(paid)
        assert "2,000원 취소를 요청했어요" in waiting
        assert "가게의 답을 기다려요" in waiting
        assert "취소 요청하기" not in waiting
        today = said(manager.browser.get(f"/gimpo/shops/{shop.pk}/"))
        assert "답을 기다리는 취소 요청" in today
        assert "하나가 빠졌어요" in said(manager.browser.get(manager.page(paid)))
        assert told(manager.person, "refund_asked", won=2_000)
        assert 'value="2000"' in manager.browser.get(f"{manager.page(paid)}/refund").text

        assert manager.gives(paid, 1_500).status_code == httpx.codes.FOUND

        assert claims_of(paid) == ["granted"]
        for seen in (payer.reads(paid), said(manager.browser.get(manager.page(paid)))):
            assert "가게가 1,500원을 돌려주기로 했어요" in seen
        eventually(lambda: Refund.objects.get(payment__client_id=paid["id"]).state == "returned", what="the refund")
        assert "돌려받았어요" in payer.reads(paid)
        assert "취소 요청하기" in payer.reads(paid)

    def test_declined_claim_says_why_on_the_receipt_and_its_payer_is_told(self, world, payer, manager):
        paid = payer.api.pay(world.shop, 700)
        payer.asks(paid, 700)

        no_word = manager.declines(paid, "  ")
        too_long = manager.declines(paid, "가" * 201)
        manager.declines(paid, "이미 드셨어요.")

        assert [each.status_code for each in (no_word, too_long)] == [400, 400]
        assert "가" * 201 in too_long.text
        assert claims_of(paid) == ["declined"]
        assert "이미 드셨어요." in payer.reads(paid)
        assert told(payer.person, "refund_declined", won=700)
        assert manager.declines(paid, "다시").status_code == 409
        assert Payment.objects.get(client_id=paid["id"]).refunded == 0

    def test_claim_is_taken_back_and_asked_anew_until_the_shop_has_been_asked_three_times(self, world, payer):
        paid = payer.api.pay(world.shop, 500)
        for _ in range(3):
            payer.asks(paid, 500)
            claim = claim_of(paid)
            page = payer.receipt(paid)
            for _ in range(2):
                taken_back = payer.browser.send(f"{page}/claims/{claim.client_id}/withdraw", page=page)
                assert taken_back.status_code == httpx.codes.FOUND

        again = payer.asks(paid, 500)

        assert (again.status_code, "claimed_too_often" in again.text) == (422, True)
        assert claims_of(paid) == ["withdrawn"] * 3
        assert "취소 요청하기" not in payer.reads(paid)

    def test_claim_that_its_shop_lets_pass_ends_by_itself_and_its_payer_is_told(self, world, payer, manager):
        paid = payer.api.pay(world.shop, 600)
        payer.asks(paid, 600)

        RefundClaim.objects.filter(payment__client_id=paid["id"]).update(answer_by=clock.now())
        eventually(lambda: claims_of(paid) == ["unanswered"], what="the claim's end")

        assert "가게가 기한까지 답하지 않았어요" in payer.reads(paid)
        assert told(payer.person, "refund_unanswered", won=600)
        manager.gives(paid, 600)
        assert claims_of(paid) == ["unanswered"]


class TestRefused:
    def test_claim_sent_twice_is_one_and_with_other_facts_it_is_refused(self, world, payer, manager):
        paid, used = payer.api.pay(world.shop, 400), str(uuid4())

        answers = [payer.asks(paid, won, id=used) for won in (300, 300, 200)]

        assert [each.status_code for each in answers] == [302, 302, 409]
        assert "claim_id_reused" in answers[-1].text
        assert claims_of(paid) == ["waiting"]
        assert Notice.objects.filter(person=manager.person, kind="refund_asked", facts__won=300).count() == 1

    @pytest.mark.parametrize(
        ("wrong", "status", "code"),
        [
            ({"amount": "1,001"}, 422, "refund_above_payment"),
            ({"amount": "0"}, 400, "amount_wrong"),
            ({"amount": "１０"}, 400, "amount_wrong"),
            ({"reason": ""}, 400, "claim_reason_missing"),
            ({"reason": "bribe"}, 400, "fields_wrong"),
            ({"id": "1"}, 400, "fields_wrong"),
            ({"says": "가" * 201}, 400, "fields_wrong"),
        ],
    )
    def test_claim_that_cannot_be_is_refused_with_what_was_typed(self, world, payer, wrong, status, code):
        paid = payer.api.pay(world.shop, 1_000)

        page = payer.asks(paid, 900, **({"says": "빠른 답 부탁해요"} | wrong))

        assert (page.status_code, code in page.text) == (status, True)
        assert wrong.get("says", "빠른 답 부탁해요") in page.text
        assert wrong.get("amount", "900") in page.text
        assert claims_of(paid) == []

    def test_claim_beside_one_that_waits_is_refused(self, world, payer):
        paid = payer.api.pay(world.shop, 800)
        payer.asks(paid, 100)

        again = payer.asks(paid, 100)

        assert (again.status_code, "claim_waits" in again.text) == (409, True)

    def test_claim_after_the_citys_time_is_refused_and_not_offered(self, world, payer):
        paid = payer.api.pay(world.shop, 450)
        row = Payment.objects.filter(client_id=paid["id"])
        row.update(authorised_at=row.get().authorised_at - LONG_AGO)

        page = payer.asks(paid, 450)

        assert (page.status_code, "claim_too_late" in page.text) == (422, True)
        assert "취소 요청하기" not in payer.reads(paid)


class TestWhoMay:
    def test_claim_is_seen_by_nobody_but_its_payer_and_the_shop(self, world, payer):
        paid = payer.api.pay(world.shop, 300)
        payer.asks(paid, 300)
        stranger, claim = Payer(world), claim_of(paid)
        elsewhere = Worker(world, Shop.objects.get(wallet__keys__address=world.other_shop), Staff.Role.OWNER)
        page = f"/gimpo/shops/{elsewhere.shop.pk}/"

        seen = [
            stranger.browser.get(f"{stranger.receipt(paid)}/claim"),
            stranger.browser.send(f"{stranger.receipt(paid)}/claims/{claim.client_id}/withdraw", page="/gimpo/wallet/"),
            stranger.by_api("GET", paid),
            stranger.by_api("POST", paid, body={"id": str(uuid4()), "amount": 1, "reason": "other"}),
            stranger.by_api("POST", paid, f"/{claim.client_id}/withdraw"),
            elsewhere.browser.send(
                f"{page}payments/{paid['id']}/claims/{claim.pk}/decline", {"answer": "아니요"}, page=page
            ),
        ]

        assert [each.status_code for each in seen] == [404] * 6
        assert claims_of(paid) == ["waiting"]

    def test_cashier_reads_the_claim_and_cannot_answer_it(self, world, shop, payer):
        cashier = Worker(world, shop, Staff.Role.CASHIER)
        paid = payer.api.pay(world.shop, 250)
        payer.asks(paid, 250)

        page = said(cashier.browser.get(cashier.page(paid)))

        assert "250원 취소를 요청했어요" in page
        assert "취소해 줄 수 없다고 답하기" not in page
        assert cashier.declines(paid, "아니요").status_code == 404
        assert "답을 기다리는 취소 요청" not in said(cashier.browser.get(f"/gimpo/shops/{shop.pk}/"))

    def test_payment_to_nobodys_shop_has_no_claim(self, payer):
        assert payer.browser.get(f"/gimpo/wallet/payments/{uuid4()}/claim").status_code == 404


class TestAtOnce:
    def test_refund_and_withdrawal_and_answer_at_once_end_a_claim_in_one_way(self, world, payer, manager):
        paid = payer.api.pay(world.shop, 200)
        payer.asks(paid, 200)
        claim, page = claim_of(paid), payer.receipt(paid)
        acts = [
            lambda: payer.by_api("POST", paid, f"/{claim.client_id}/withdraw"),
            lambda: manager.declines(paid, "아니요", claim),
            lambda: payer.browser.send(f"{page}/claims/{claim.client_id}/withdraw", page=page),
            lambda: payer.by_api("POST", paid, f"/{claim.client_id}/withdraw"),
        ]

        with ThreadPoolExecutor(len(acts)) as at_once:
            answers = [each.result().status_code for each in [at_once.submit(act) for act in acts]]

        claim.refresh_from_db()
        assert claim.status in {"withdrawn", "declined"}
        assert (claim.answer != "") == (claim.status == "declined")
        assert not [status for status in answers if status not in {200, 302, 409}]


class TestByApi:
    def test_claim_by_the_api_is_asked_read_and_taken_back(self, world, payer):
        paid, claim_id = payer.api.pay(world.shop, 900), str(uuid4())
        body = {"id": claim_id, "amount": 900, "reason": "twice", "says": " 두 번 냈어요 "}

        asked = [payer.by_api("POST", paid, body=body) for _ in range(2)]
        read = payer.by_api("GET", paid).json()["claims"]
        back = payer.by_api("POST", paid, f"/{claim_id}/withdraw")

        assert [each.status_code for each in asked] == [201, 201]
        assert asked[0].json() == asked[1].json() == read[0]
        assert (read[0]["status"], read[0]["says"], read[0]["refunded"]) == ("waiting", "두 번 냈어요", 0)
        assert (back.status_code, back.json()["status"]) == (200, "withdrawn")

    @pytest.mark.parametrize("wrong", [{"amount": 0}, {"amount": "900"}, {"reason": "x"}, {"says": ""}, {"more": 1}])
    def test_claim_by_the_api_with_a_wrong_field_is_refused(self, world, payer, wrong):
        paid = payer.api.pay(world.shop, 900)

        answer = payer.by_api("POST", paid, body={"id": str(uuid4()), "amount": 900, "reason": "other"} | wrong)

        assert (answer.status_code, answer.json()["code"]) == (400, "fields_wrong")
        assert claims_of(paid) == []
