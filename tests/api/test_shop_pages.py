"""The shops' pages through HTTP: applying, roles, the counter and its devices, the poster."""

from __future__ import annotations

import itertools
import re
import secrets
import time
import unicodedata
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx
import pypdfium2
import pytest
import zxingcpp
from django.conf import settings

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.money import Amount
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.models import Official, Person
from citycoin.platform.accounts.operations.people import call_person, open_official, person_of_phone
from citycoin.platform.audit.models import AuditEvent
from citycoin.platform.cities.models import District
from citycoin.platform.cities.queries import city_named, printed_face
from contracts.doors import wiring
from merchants.domain.businesses import Business, Category
from merchants.domain.codes import PaymentCode, read
from merchants.models import Counter, PaymentRequest, Refund, Shop, ShopApplication, Staff
from merchants.operations import applications, refunds
from merchants.operations.requests import ask
from merchants.operations.shops import open_shop
from merchants.queries.applications import ApplicationUnknown
from merchants.queries.fixed_codes import version_of
from merchants.queries.sales import payer_shown
from tests import patient
from tests.api.world import World, business_number
from tests.outside import code_of, eventually
from tests.visitor import Visitor, said
from wallets.models import Payment, Wallet

pytestmark = pytest.mark.one_database

_numbers = itertools.count(int(time.time()) % 10_000 * 1_000)


def new_phone() -> str:
    number = f"{next(_numbers) % 10**8:08}"
    return f"010-{number[:4]}-{number[4:]}"


def person(phone: str) -> Person:
    return person_of_phone(phone=digits_of(phone), now=clock.now())


@pytest.fixture(scope="module")
def signed_in(world: World) -> Any:
    """A browser in which somebody has signed in by phone."""

    def made(phone: str) -> Visitor:
        visitor = Visitor(world.system.web_url)
        assert visitor.sign_in(phone).status_code == httpx.codes.FOUND
        return visitor

    return made


@pytest.fixture(scope="module")
def shop(world: World) -> Shop:
    """The world's shop, whose address its residents pay."""
    return Shop.objects.get(city__slug="gimpo", wallet__keys__address=world.shop)


@pytest.fixture(scope="module")
def staff(shop: Shop, signed_in: Any) -> dict[str, Visitor]:
    """One signed-in person of each role, and one of none."""
    people = {}
    for role in (*Staff.Role, None):
        phone = new_phone()
        if role:
            Staff.objects.create(shop=shop, person=person(phone), role=role, since=clock.now())
        people[role.value if role else "nobody"] = signed_in(phone)
    return people


@pytest.fixture(scope="module")
def official(world: World) -> Official:  # noqa: ARG001 - its cities
    name = f"clerk-{secrets.token_hex(4)}"
    return open_official(
        city=city_named("gimpo"), username=name, password="a", totp_secret="JBSWY3DPEHPK3PXP", now=clock.now()
    )


def business_form(number: str, **changed: str) -> dict[str, str]:
    districts = District.objects.filter(city__slug="gimpo").order_by("pk")
    district = districts.first()
    form = {
        "business_number": f"{number[:3]}-{number[3:5]}-{number[5:]}",
        "name_ko": "새로 연 가게",
        "name_en": "New shop",
        "district": district.name_ko if district else "사우동",
        "category": Category.CAFE.value,
    }
    return form | changed


class TestApplying:
    def test_a_rejected_business_mends_its_application_and_is_approved(self, signed_in, official):
        phone, number = new_phone(), business_number()
        owner = signed_in(phone)

        sent = owner.send("/gimpo/shops/apply", business_form(number, name_ko="오타 가게"))
        first = ShopApplication.objects.get(business_number=number)
        applications.reject_application(application=first, official=official, reason="상호가 달라요", now=clock.now())
        rejected = owner.get(sent.headers["location"])
        to_mend = owner.get(f"/gimpo/shops/apply?again={first.pk}")
        again = owner.send("/gimpo/shops/apply", business_form(number), page=f"/gimpo/shops/apply?again={first.pk}")
        second = ShopApplication.objects.get(business_number=number, status="waiting")
        applications.approve_application(application=second, official=official, signer=wiring.signer(), now=clock.now())
        approved = owner.get(again.headers["location"])

        assert "상호가 달라요" in said(rejected)
        assert "고쳐서 다시 내기" in said(rejected)
        assert ("상호가 달라요" in said(to_mend), "오타 가게" in to_mend.text) == (True, True)
        assert "승인됐어요" in said(approved)
        opened = Shop.objects.get(business_number=number)
        assert owner.get(f"/gimpo/shops/{opened.pk}/devices").status_code == 200
        acts = AuditEvent.objects.filter(official=official).order_by("number").values_list("act", flat=True)
        assert list(acts) == ["shop_application.rejected", "shop_application.approved"]

    def test_shop_application_that_was_rejected_cannot_be_approved(self, signed_in, official):
        number = business_number()
        signed_in(phone := new_phone()).send("/gimpo/shops/apply", business_form(number))
        made = ShopApplication.objects.get(business_number=number, applicant=person(phone))
        applications.reject_application(application=made, official=official, reason="왜냐하면", now=clock.now())

        with pytest.raises(applications.ApplicationDecided):
            applications.approve_application(
                application=made, official=official, signer=wiring.signer(), now=clock.now()
            )

    def test_rejection_of_a_shop_application_without_a_reason_is_refused(self, signed_in, official):
        number = business_number()
        signed_in(new_phone()).send("/gimpo/shops/apply", business_form(number))
        made = ShopApplication.objects.get(business_number=number)

        with pytest.raises(applications.ReasonMissing):
            applications.reject_application(application=made, official=official, reason=" ", now=clock.now())

    def test_shop_application_approved_by_an_official_of_another_city_is_refused(self, signed_in):
        number = business_number()
        signed_in(new_phone()).send("/gimpo/shops/apply", business_form(number))
        made = ShopApplication.objects.get(business_number=number)
        stranger = open_official(
            city=city_named("sejong"),
            username=f"clerk-{secrets.token_hex(4)}",
            password="a",
            totp_secret="JBSWY3DPEHPK3PXP",
            now=clock.now(),
        )

        with pytest.raises(ApplicationUnknown):
            applications.approve_application(
                application=made, official=stranger, signer=wiring.signer(), now=clock.now()
            )

    @pytest.mark.parametrize(
        ("wrong", "status", "code"),
        [
            ({"business_number": "123-45-67890"}, 422, "business_number_wrong"),
            ({"name_en": ""}, 400, "name_wrong"),
            ({"category": "weapons"}, 400, "fields_wrong"),
            ({"name_ko": "새로 연 가게\0"}, 400, "name_wrong"),  # PostgreSQL stores no NUL
            ({"name_en": "a" * 61}, 400, "name_wrong"),
            ({"name_en": "\u202eShop"}, 400, "name_wrong"),
            ({"name_en": "\u3164"}, 400, "name_wrong"),
            ({"name_ko": "새로 연 가게\u200b"}, 400, "name_wrong"),
            ({"business_number": "000-00-00000"}, 422, "business_number_wrong"),
            ({"district": "없는 동네"}, 400, "fields_wrong"),
            ({"business_number": "123-45-67890\0"}, 422, "business_number_wrong"),
        ],
    )
    def test_shop_application_with_a_wrong_field_is_refused_and_keeps_the_typed_text(
        self, signed_in, wrong, status, code
    ):
        answer = signed_in(new_phone()).send("/gimpo/shops/apply", business_form(business_number()) | wrong)

        assert (answer.status_code, code in answer.text) == (status, True)
        assert "새로 연 가게" in answer.text

    @pytest.mark.parametrize("name", ["가족👨‍👩‍👧", "새벽\u00a0국밥", unicodedata.normalize("NFD", "새벽 국밥")])
    def test_shop_application_with_a_name_that_people_have_is_taken_and_kept_composed(self, signed_in, name):
        number = business_number()
        pasted = f"\u202a{number[:3]}–{number[3:5]}\u2011{number[5:]}\u202c"

        answer = signed_in(new_phone()).send(
            "/gimpo/shops/apply", business_form(number, name_ko=name, business_number=pasted)
        )

        assert answer.status_code == 302
        kept = ShopApplication.objects.get(business_number=number).name_ko
        assert kept == unicodedata.normalize("NFC", name).replace("\u00a0", " ")

    def test_a_field_that_is_left_out_is_wrong_and_the_others_are_kept(self, signed_in):
        form = business_form(business_number())
        del form["name_en"], form["category"]

        answer = signed_in(new_phone()).send("/gimpo/shops/apply", form)

        assert (answer.status_code, "fields_wrong" in answer.text) == (400, True)
        shown = re.findall(r'name="(?:business_number|name_ko|name_en)".*?value="([^"]*)"', answer.text, re.DOTALL)
        assert shown == [form["business_number"], form["name_ko"], ""]
        assert re.findall(r'value="([^"]+)"\s+selected', answer.text) == [form["district"]]

    @pytest.mark.parametrize("again", ["9" * 5_000, "x"], ids=lambda text: text[:5])
    def test_an_application_that_is_none_leaves_an_empty_form(self, signed_in, again):
        page = signed_in(new_phone()).get(f"/gimpo/shops/apply?again={again}")

        assert (page.status_code, 'id="name_ko"' in page.text) == (200, True)

    def test_second_application_of_a_waiting_business_is_refused(self, signed_in):
        form = business_form(business_number())
        first = signed_in(new_phone()).send("/gimpo/shops/apply", form)
        second = signed_in(new_phone()).send("/gimpo/shops/apply", form)

        assert (first.status_code, second.status_code) == (302, 409)

    def test_shop_application_of_another_person_is_not_found(self, signed_in):
        sent = signed_in(new_phone()).send("/gimpo/shops/apply", business_form(business_number()))

        assert signed_in(new_phone()).get(sent.headers["location"]).status_code == 404


@pytest.fixture(scope="module")
def found(shop, world):
    """Whether somebody who seeks a text finds the shop of this name, which was registered in decomposed form."""
    before = (shop.name_ko, shop.name_en)
    shop.name_ko, shop.name_en = unicodedata.normalize("NFD", "바다 횟집"), "Ｂａｄａ Sashimi"
    shop.save()
    yield (
        lambda text: "바다 횟집" in said(Visitor(world.system.web_url).get(f"/gimpo/shops/?{urlencode({'q': text})}"))
    )
    shop.name_ko, shop.name_en = before
    shop.save()


class TestSeeking:
    @pytest.mark.parametrize(
        "text",
        [
            "횟집",
            unicodedata.normalize("NFD", "횟집"),
            "횟\u200b집",
            "\ufeff바다",
            "바다\u3000횟집",
            "bada",
            "ＢＡＤＡ",
            "SASHIMI",
            " 횟집 ",
        ],
        ids=ascii,
    )
    def test_shop_is_found_by_what_people_read_as_its_name(self, found, text):
        assert found(text)

    @pytest.mark.parametrize("text", ["횟칩", "%", "_", "bada횟집", "횟집" * 40])
    def test_shop_is_not_found_by_what_is_not_in_its_name(self, found, text):
        assert not found(text)


CASHIER = ("", "counter", "board")
FILES = ("settlements/2026-11-22/payments", "settlements/2026-11/payments", "settlements/2026-11/days")
MANAGER = (*CASHIER, "settlements", "settlements/2026-11-22", *FILES, "poster", "poster.pdf")
OWNER = (*MANAGER, "staff", "devices")


@pytest.fixture
def worker(signed_in, world):  # noqa: ARG001 - its cities
    """Somebody who works in a new shop of each of these cities: signed in, with their phone and their shops."""

    def made(*cities: str) -> tuple[Visitor, str, list[Shop]]:
        phone, shops = new_phone(), []
        for slug in cities:
            business = Business("일터", "Workplace", business_number())
            shop, _ = open_shop(city=city_named(slug), business=business, signer=wiring.signer(), now=clock.now())
            Staff.objects.create(shop=shop, person=person(phone), role=Staff.Role.CASHIER, since=clock.now())
            shops.append(shop)
        return signed_in(phone), phone, shops

    return made


class TestLanding:
    def test_who_works_in_one_shop_lands_at_its_counter(self, worker):
        visitor, phone, [shop] = worker("gimpo")

        signing_in = visitor.sign_in(phone)
        from_the_list = visitor.get("/gimpo/shops/")

        counter = f"/gimpo/shops/{shop.pk}/counter"
        assert signing_in.headers["location"] == counter
        assert from_the_list.url.path == counter

    @pytest.mark.parametrize("query", ["?all", "?q=", "?category=food"])
    def test_who_looks_for_something_in_the_list_stays_there(self, worker, query):
        visitor, _, _ = worker("gimpo")

        assert "모든 가맹점" in said(visitor.get(f"/gimpo/shops/{query}"))
        assert visitor.get(f"/gimpo/shops/{query}").url.path == "/gimpo/shops/"

    def test_who_pays_here_too_sees_the_list_with_their_shop_first(self, worker, world):
        visitor, phone, [shop] = worker("gimpo")
        opened = world.gimpo.join_city_kept("240613")
        Wallet.objects.filter(city__slug="gimpo", keys__address=opened.address).update(owner=person(phone))

        page = visitor.get("/gimpo/shops/")

        assert page.url.path == "/gimpo/shops/"
        assert f'href="/gimpo/shops/{shop.pk}/counter"' in page.text
        assert 'class="tabbar"' in page.text

    def test_who_works_in_two_shops_chooses_in_the_list_of_their_city(self, worker):
        one_city, phone, _ = worker("gimpo", "gimpo")
        two_cities, other_phone, _ = worker("gimpo", "sejong")

        assert one_city.sign_in(phone).headers["location"] == "/gimpo/shops/"
        assert two_cities.sign_in(other_phone).headers["location"] == "/"
        assert one_city.get("/gimpo/shops/").url.path == "/gimpo/shops/"


class TestRoles:
    @pytest.mark.parametrize(
        ("role", "sees"), [("owner", OWNER), ("manager", MANAGER), ("cashier", CASHIER), ("nobody", ())]
    )
    def test_role_in_a_shop_opens_its_own_pages_and_no_others(self, staff, shop, role, sees):
        found = {path: staff[role].get(f"/gimpo/shops/{shop.pk}/{path}").status_code for path in OWNER}

        assert found == {path: 200 if path in sees else 404 for path in OWNER}

    @pytest.mark.parametrize("path", OWNER)
    def test_shop_page_under_another_city_is_not_found(self, staff, shop, path):
        assert staff["owner"].get(f"/sejong/shops/{shop.pk}/{path}").status_code == 404

    @pytest.mark.parametrize("path", OWNER)
    def test_shop_page_without_sign_in_redirects_and_the_board_is_not_found(self, world, shop, path):
        answer = patient.get(f"{world.system.web_url}/gimpo/shops/{shop.pk}/{path}")

        assert answer.status_code == (404 if path == "board" else 302)  # a script is told, a person is led

    def test_staff_member_whose_membership_ended_loses_access_at_once(self, staff, shop, signed_in):
        phone = new_phone()
        added = staff["owner"].send(f"/gimpo/shops/{shop.pk}/staff", {"phone": phone, "role": "cashier"})
        part = Staff.objects.get(shop=shop, person=person(phone))
        leaver = signed_in(phone)
        before = leaver.get(f"/gimpo/shops/{shop.pk}/board").status_code

        ended = staff["owner"].send(
            f"/gimpo/shops/{shop.pk}/staff/{part.pk}", {"end": "1"}, page=f"/gimpo/shops/{shop.pk}/staff"
        )

        assert (added.status_code, before, ended.status_code) == (302, 200, 302)
        assert leaver.get(f"/gimpo/shops/{shop.pk}/board").status_code == 404

    def test_last_owner_of_a_shop_cannot_end_or_change_their_role(self, signed_in):
        phone, now = new_phone(), clock.now()
        business = Business("한 사람 가게", "One owner", business_number())
        shop, _ = open_shop(city=city_named("gimpo"), business=business, signer=wiring.signer(), now=now)
        part = Staff.objects.create(shop=shop, person=person(phone), role=Staff.Role.OWNER, since=now)
        owner, page = signed_in(phone), f"/gimpo/shops/{shop.pk}/staff"

        for form in ({"end": "1"}, {"role": "cashier"}):
            answer = owner.send(f"{page}/{part.pk}", form, page=page)
            assert (answer.status_code, "last_owner" in answer.text) == (422, True)

    def test_staff_member_added_by_phone_is_shown_with_a_masked_name(self, staff, shop):
        phone = new_phone()
        call_person(person=person(phone), name="홍길동")

        staff["owner"].send(f"/gimpo/shops/{shop.pk}/staff", {"phone": phone, "role": "cashier"})

        page = said(staff["owner"].get(f"/gimpo/shops/{shop.pk}/staff"))
        assert ("홍*동" in page, "홍길동" in page) == (True, False)


class TestCounter:
    def test_request_asked_for_at_the_counter_is_shown_as_paid_after_its_payment(self, staff, shop, world):
        page, cashier = f"/gimpo/shops/{shop.pk}/counter", staff["cashier"]
        asked = cashier.send(f"/gimpo/shops/{shop.pk}/requests", {"amount": "700"}, page=page).json()

        number = read(asked["link"], base_url=settings.PUBLIC_URL).code.number
        waiting = cashier.get(f"/gimpo/shops/{shop.pk}/board?request={asked['code']}").json()["request"]
        paid = world.kept.pay(world.shop, 700, request=str(PaymentRequest.objects.get(code=number).pk))
        board = cashier.get(f"/gimpo/shops/{shop.pk}/board?request={asked['code']}").json()

        assert (asked["state"], waiting["state"], board["request"]["state"]) == ("waiting", "waiting", "paid")
        newest = board["payments"][0]
        assert (newest["amount"], newest["request"], newest["id"]) == (700, asked["code"], board["request"]["payment"])
        assert newest["payer"] == payer_shown(Payment.objects.get(client_id=paid["id"]))  # another test may name them
        assert "700원" in board["rows"]

    @pytest.mark.parametrize("amount", ["", "0", "-5", "1.5", "１０", "5,00", "99999999999999999"])
    def test_request_for_what_is_no_whole_number_of_won_is_refused(self, staff, shop, amount):
        answer = staff["cashier"].send(
            f"/gimpo/shops/{shop.pk}/requests", {"amount": amount}, page=f"/gimpo/shops/{shop.pk}/counter"
        )

        assert (answer.status_code, answer.json()["code"]) == (400, "amount_wrong")

    def test_request_without_the_pages_form_token_is_refused(self, staff, shop, world):
        url, before = f"{world.system.web_url}/gimpo/shops/{shop.pk}/requests", PaymentRequest.objects.count()

        answer = staff["cashier"].http.post(url, data={"amount": "700"})

        assert not answer.is_success
        assert PaymentRequest.objects.count() == before

    def test_request_of_another_shop_is_not_found(self, staff, shop):
        other = Shop.objects.filter(city__slug="gimpo").exclude(pk=shop.pk).first()

        made = ask(shop=other, amount=Amount(5), now=clock.now())

        code = str(PaymentCode(made.code))
        assert staff["cashier"].get(f"/gimpo/shops/{shop.pk}/requests/{code}").status_code == 404
        assert staff["cashier"].get(f"/gimpo/shops/{shop.pk}/board?request={code}").status_code == 404

    def test_settlement_page_shows_its_payments_and_their_transaction(self, staff, shop, world):
        paid = world.kept.pay(world.shop, 813)
        world.kept.wait_settled(paid["id"])

        payment = Payment.objects.select_related("batch").get(client_id=paid["id"])
        day = payment.authorised_at.astimezone(clock.KST).date().isoformat()
        page = said(staff["manager"].get(f"/gimpo/shops/{shop.pk}/settlements/{day}"))

        assert payment.batch.submission.tx_hash in page
        assert "813원" in page
        assert "아래 합계와의 차이 0원" in page


def pairing_code(owner: Visitor, shop: Shop, name: str) -> str:
    """The owner names a device and reads its code."""
    shown = owner.send(f"/gimpo/shops/{shop.pk}/devices", {"name": name})
    found = re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", said(owner.get(shown.headers["location"])))
    assert found
    return found[0]


@pytest.fixture
def paired(staff: dict[str, Visitor], shop: Shop, world: World) -> tuple[Visitor, Counter, str]:
    """A device that has just been paired, its row, and the code that it used."""
    owner, name = staff["owner"], f"계산대 {secrets.token_hex(2)}"
    code = pairing_code(owner, shop, name)
    counter = Counter.objects.get(shop=shop, name=name)
    device = Visitor(world.system.web_url)
    answer = device.send(f"/gimpo/shops/pair/{code}")
    assert answer.headers["location"] == f"/gimpo/shops/{shop.pk}/counter", answer.text
    return device, counter, code


class TestDevices:
    def test_a_paired_device_sees_its_counter_and_nothing_else(self, paired, shop):
        device, _, _ = paired

        found = {path: device.http.get(f"{device.web_url}/gimpo/shops/{shop.pk}/{path}").status_code for path in OWNER}

        assert found == {path: 200 if path in ("counter", "board") else 302 for path in OWNER}

    def test_cookie_of_a_paired_device_is_hidden_from_scripts(self, staff, shop, world):
        code = pairing_code(staff["owner"], shop, "쿠키")

        answer = Visitor(world.system.web_url).send(f"/gimpo/shops/pair/{code}")

        cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith("city_counter_"))
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie

    def test_request_made_by_a_paired_device_is_accepted(self, paired, shop):
        device, _, _ = paired

        asked = device.send(
            f"/gimpo/shops/{shop.pk}/requests", {"amount": "900"}, page=f"/gimpo/shops/{shop.pk}/counter"
        )

        assert (asked.status_code, asked.json()["amount"]) == (201, 900)

    def test_pairing_code_that_was_used_is_refused(self, paired, world):
        _, _, code = paired

        second = patient.get(f"{world.system.web_url}/gimpo/shops/pair/{code}")

        assert (second.status_code, "pairing_refused" in second.text) == (404, True)

    def test_pairing_code_of_another_city_is_not_found(self, staff, shop, world):
        code = pairing_code(staff["owner"], shop, "다른 도시")

        assert patient.get(f"{world.system.web_url}/sejong/shops/pair/{code}").status_code == 404

    def test_pairing_code_that_expired_is_not_found(self, staff, shop, world):
        code = pairing_code(staff["owner"], shop, "늦은 기기")
        Counter.objects.filter(name="늦은 기기").update(pairing_expires_at=clock.now())

        assert patient.get(f"{world.system.web_url}/gimpo/shops/pair/{code}").status_code == 404

    def test_revoked_device_loses_access_at_once_and_its_stream_ends(self, paired, staff, shop, world):
        device, counter, _ = paired
        page = f"/gimpo/shops/{shop.pk}/devices"
        url = f"{world.system.live_url}/live/gimpo/shops/{shop.pk}"

        with patient.client(cookies=device.http.cookies) as http:
            answer = http.send(http.build_request("GET", url), stream=True)
            lines = answer.iter_lines()
            first = next(lines)
            revoked = staff["owner"].send(f"{page}/{counter.pk}/revoke", page=page)
            board = device.get(f"/gimpo/shops/{shop.pk}/board")
            rest = list(lines)  # it ends by itself

        assert (answer.status_code, first) == (200, "event: look")
        assert (revoked.status_code, board.status_code, board.json()["code"]) == (302, 404, "counter_unknown")
        assert rest

    def test_device_revoked_by_the_owner_of_another_shop_stays_paired(self, paired, signed_in):
        _, counter, _ = paired
        phone = new_phone()
        other, _ = open_shop(
            city=city_named("gimpo"),
            business=Business("남의 가게", "Other shop", business_number()),
            signer=wiring.signer(),
            now=clock.now(),
        )
        Staff.objects.create(shop=other, person=person(phone), role="owner", since=clock.now())
        page = f"/gimpo/shops/{other.pk}/devices"

        answer = signed_in(phone).send(f"{page}/{counter.pk}/revoke", page=page)

        counter.refresh_from_db()
        assert (answer.status_code, counter.revoked_at) == (404, None)


class TestLive:
    def test_live_stream_of_a_shop_tells_staff_with_a_session_of_a_payment(self, staff, shop, world):
        with patient.client(cookies=staff["cashier"].http.cookies) as http:
            url = f"{world.system.live_url}/live/gimpo/shops/{shop.pk}"
            answer = http.send(http.build_request("GET", url, headers={"Origin": world.system.web_url}), stream=True)
            told = (line.removeprefix("event: ") for line in answer.iter_lines() if line.startswith("event: "))
            opening = [next(told), next(told)]
            world.kept.pay(world.shop, 100)
            eventually(lambda: next(told) == "look", what="the news")
            answer.close()

        assert opening == ["look", "beat"]
        assert answer.headers["access-control-allow-origin"] == world.system.web_url
        assert answer.headers["access-control-allow-credentials"] == "true"

    def test_live_stream_of_a_shop_is_not_found_for_anybody_else(self, staff, shop, world):
        url = f"{world.system.live_url}/live/gimpo/shops/{shop.pk}"
        elsewhere = f"{world.system.live_url}/live/sejong/shops/{shop.pk}"

        assert patient.get(url).status_code == 404
        assert patient.get(url, cookies=staff["nobody"].http.cookies).status_code == 404
        assert patient.get(elsewhere, cookies=staff["owner"].http.cookies).status_code == 404

    def test_live_stream_asked_for_from_another_site_allows_no_origin(self, shop, world):
        url = f"{world.system.live_url}/live/gimpo/shops/{shop.pk}"

        answer = patient.get(url, headers={"Origin": "https://example.com"})

        assert "access-control-allow-origin" not in answer.headers


class TestPoster:
    @pytest.mark.parametrize(
        ("size", "mm", "codes"),
        [("a4", (210, 297), 1), ("a5", (148, 210), 1), ("tent", (210, 297), 2), ("sticker", (100, 144), 1)],
    )
    def test_poster_code_read_back_is_the_payment_link_of_the_shop(self, staff, shop, size, mm, codes):
        answer = staff["manager"].get(f"/gimpo/shops/{shop.pk}/poster.pdf?size={size}")

        page = pypdfium2.PdfDocument(answer.content)[0]
        read = [each.text for each in zxingcpp.read_barcodes(page.render(scale=2).to_pil())]
        text = page.get_textpage().get_text_range()
        code = str(PaymentCode(Shop.objects.get(pk=shop.pk).code))
        assert tuple(int(side / 72 * 25.4 + 0.1) for side in page.get_size()) == mm
        assert read == [f"{settings.PUBLIC_URL}/gimpo/pay/{code}"] * codes
        assert f"코드 {code} · {version_of(shop)}판 · 인쇄일 {clock.now().astimezone(clock.KST):%Y-%m-%d}" in text
        assert shop.name_ko in text
        assert "상호가 다르면 결제하지 마세요" in text
        face = printed_face(shop.city)
        assert f"{face.money.ko} · {face.money.en}" in text
        colours = {colour for _count, colour in page.render(scale=1).to_pil().getcolors(maxcolors=2**24)}
        assert tuple(bytes.fromhex(face.colour[1:])) in colours

    def test_poster_of_a_size_that_does_not_exist_is_the_one_on_a4(self, staff, shop):
        answer = staff["manager"].get(f"/gimpo/shops/{shop.pk}/poster.pdf?size=a0")

        assert "-a4.pdf" in answer.headers["content-disposition"]

    def test_new_code_of_a_shop_ends_the_old_one_once_and_says_its_use_and_where_it_hangs(self, staff, shop, world):
        page, before = f"/gimpo/shops/{shop.pk}/poster", Shop.objects.get(pk=shop.pk).code
        old = str(PaymentCode(before))
        world.kept.pay(world.shop, 655)
        staff["manager"].send(page, {"posters_at": " 출입문,  1번 탁자 "})
        assert 'value="출입문, 1번 탁자"' in staff["manager"].get(page).text

        for _press in range(2):
            staff["owner"].send(f"/gimpo/shops/{shop.pk}/code", {"code": old}, page=page)

        now = Shop.objects.get(pk=shop.pk)
        assert now.code != before
        assert [(each.number, each.posters_at) for each in now.past_codes.all()] == [(before, "출입문, 1번 탁자")]
        shown = said(staff["owner"].get(page))
        assert "이제 결제되지 않는 코드" in shown
        assert "떼어 주세요: 출입문, 1번 탁자" in shown
        assert re.search(rf"{old} · 1판.*손님이 금액을 적은 결제 [1-9][0-9]*건, 마지막은", shown)
        assert f"{PaymentCode(now.code)} 2판" in shown
        asked = world.kept.api.call("POST", "codes", {"text": old})
        assert code_of(asked) == (404, "code_unknown")

    def test_place_of_posters_that_is_no_name_is_refused_beside_what_was_typed(self, staff, shop):
        refused = staff["manager"].send(f"/gimpo/shops/{shop.pk}/poster", {"posters_at": "\u200b!!"})

        assert refused.status_code == 422
        assert "!!" in refused.text
        assert "이름은 눈에 보이는 글자로" in said(refused)

    def test_new_code_in_the_place_of_none_is_refused(self, staff, shop):
        page, before = f"/gimpo/shops/{shop.pk}/poster", Shop.objects.get(pk=shop.pk).code

        assert staff["owner"].send(f"/gimpo/shops/{shop.pk}/code", {"code": "x"}, page=page).status_code == 400
        assert Shop.objects.get(pk=shop.pk).code == before

    def test_new_code_asked_for_by_a_manager_is_refused(self, staff, shop):
        answer = staff["manager"].send(f"/gimpo/shops/{shop.pk}/code", page=f"/gimpo/shops/{shop.pk}/counter")

        assert answer.status_code == 404


class TestTwice:
    @pytest.mark.parametrize(("role", "leads"), [("manager", "/refund?amount=641&reason=twice"), ("cashier", "")])
    def test_payment_that_repeats_another_is_marked_until_it_is_given_back(self, staff, shop, world, role, leads):
        first, second = (world.kept.pay(world.shop, 641 if role == "manager" else 642)["id"] for _ in range(2))
        won = 641 if role == "manager" else 642

        lines = [each for each in self.lines(staff[role], shop) if each["amount"] == won]

        assert [each["twice"] for each in lines] == [True, False]
        assert lines[0]["undo_url"] == f"/gimpo/shops/{shop.pk}/payments/{second}{leads}"
        refunds.promise(
            shop=shop,
            asked=refunds.RefundRequest(uuid4(), UUID(first), Amount(won), Refund.Reason.TWICE),
            by=person(new_phone()),
            now=clock.now(),
        )
        assert [each["twice"] for each in self.lines(staff[role], shop) if each["amount"] == won] == [False, False]

    @pytest.mark.parametrize(("role", "leads"), [("manager", True), ("cashier", False)])
    def test_payment_whose_amount_the_payer_typed_leads_managers_from_the_board_to_its_refund(
        self, staff, shop, world, role, leads
    ):
        typed = world.kept.pay(world.shop, 643)["id"]
        asked = world.kept.pay(world.shop, 644, request=world.request(644))["id"]

        ways = {each["url"].rpartition("/")[2]: each["wrong_amount_url"] for each in self.lines(staff[role], shop)}

        assert ways[typed] == (f"/gimpo/shops/{shop.pk}/payments/{typed}/refund" if leads else "")
        assert ways[asked] == ""

    def lines(self, visitor: Visitor, shop: Shop) -> Any:
        return visitor.get(f"/gimpo/shops/{shop.pk}/board").json()["payments"]


class TestOneShop:
    def test_page_of_a_shop_says_where_it_is_and_only_roughly_when_it_was_paid(self, world, shop):
        page = said(Visitor(world.system.web_url).get(f"/gimpo/shops/{shop.pk}/about"))

        assert all(each in page for each in (shop.name_ko, shop.name_en, "마지막 결제 최근 일주일 안"))
        assert "/pay/" not in page

    def test_page_of_a_shop_that_is_not_registered_is_not_found(self, world):
        business = Business("아직 가게", "Not yet", business_number())
        shop, _ = open_shop(city=city_named("gimpo"), business=business, signer=wiring.signer(), now=clock.now())
        Wallet.objects.filter(pk=shop.wallet_id).update(frozen_at=clock.now())

        assert Visitor(world.system.web_url).get(f"/gimpo/shops/{shop.pk}/about").status_code == 404


class TestList:
    def test_chips_of_the_list_count_the_shops_that_they_leave(self, world):
        page = patient.get(f"{world.system.web_url}/gimpo/shops/")
        chips = re.findall(r'href="\?([^"]*)"[^>]*>\s*\S+ <span class="number">(\d+)<', page.text)

        for query, count in chips:
            found = patient.get(f"{world.system.web_url}/gimpo/shops/?{unescape(query)}").text
            assert found.count("/about") == int(count), query
        assert len(chips) > 1
        assert int(chips[0][1]) == sum(int(count) for _, count in chips[1:])

    def test_shop_list_finds_shops_by_name(self, world, shop):
        found = patient.get(f"{world.system.web_url}/gimpo/shops/", params={"q": shop.name_ko})
        nothing = patient.get(f"{world.system.web_url}/gimpo/shops/", params={"q": "없는 이름 xyz"})

        assert shop.name_ko in found.text
        assert "찾는 가게가 없어요" in said(nothing)

    def test_shop_list_shows_no_shop_of_another_city(self, world):
        names = set(Shop.objects.filter(city__slug="gimpo").values_list("name_ko", flat=True))
        here = set(Shop.objects.filter(city__slug="sejong").values_list("name_ko", flat=True))

        page = patient.get(f"{world.system.web_url}/sejong/shops/").text

        assert [name for name in here if f"<b>{name}</b>" in page]
        assert not [name for name in names - here if f"<b>{name}</b>" in page]
