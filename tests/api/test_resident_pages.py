"""The residents' pages by plain HTTP: opening a wallet, the ids of payments, codes, history, and whose is whose."""

from __future__ import annotations

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.periods import Period
from citycoin.money.issuance.models import TopUp
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.incidents.models import Incident
from citycoin.platform.queues.models import FailedRow
from merchants.domain.codes import PaymentCode
from merchants.models import PaymentRequest, Shop
from tests.api.world import World, entries_of
from tests.outside import P256Key, code_of
from tests.visitor import Visitor, said, texted_code
from wallets.models import Lot, Wallet

pytestmark = pytest.mark.one_database

PIN = "135790"  # of the world's people
FORM = {"key": "city", "pin": PIN, "pin_again": PIN, "terms": "yes", "privacy": "yes"}


def new_visitor(world: World) -> Visitor:
    """Somebody who has just signed in for the first time."""
    visitor = Visitor(world.system.web_url)
    visitor.sign_in(f"010-{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}")
    return visitor


@pytest.fixture(scope="module")
def phone(world):
    """The phone of somebody whose wallet in Gimpo is the world's resident with a PIN."""
    number = f"010-{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"
    person = person_of_phone(phone=digits_of(number), now=clock.now(), name="김포포")
    Wallet.objects.filter(keys__address=world.kept.address).update(owner=person)
    return number


@pytest.fixture(scope="module")
def resident(world, phone):
    """They, signed in."""
    visitor = Visitor(world.system.web_url)
    visitor.sign_in(phone)
    return visitor


def shop_code(address: str) -> str:
    """The text of a shop's fixed code."""
    return str(PaymentCode(Shop.objects.get(wallet__keys__address=address).code))


def request_code(request_id: str) -> str:
    """The text of a request's code."""
    return str(PaymentCode(PaymentRequest.objects.get(pk=request_id).code))


def other_citys_code() -> str:
    """The text of a code of a shop in Sejong."""
    return str(PaymentCode(Shop.objects.filter(city__slug="sejong").first().code))


def data(page: httpx.Response, name: str) -> str:
    """What the page gives its script under this name."""
    found = re.search(rf'data-{name}="([^"]*)"', page.text)
    assert found, f"{page.url} has no data-{name}"
    return found[1]


def hidden(page: httpx.Response, name: str) -> str:
    """What the form of the page's main part sends along by itself under this name."""
    found = re.search(rf'<main.*?<input[^>]*name="{name}" value="([^"]*)"', page.text, re.DOTALL)
    assert found, f"{page.url} has no hidden {name}"
    return unescape(found[1])


def path_of(page: httpx.Response) -> str:
    """Where a page lies, with what its address asks."""
    return page.url.raw_path.decode()


def confirm(resident: Visitor, page: httpx.Response, won: int, *, pin: str = PIN) -> httpx.Response:
    """What the page's script sends when they confirm."""
    body = {"id": data(page, "id"), "payee": data(page, "payee"), "amount": won, "pin": pin}
    if request := data(page, "request"):
        body["request"] = request
    headers = {"X-CSRFToken": data(page, "csrf"), "Referer": str(page.url)}
    return resident.http.post(f"{resident.web_url}/api/v1/gimpo/payments", json=body, headers=headers)


def wallets_of_everybody() -> int:

    return Wallet.objects.count()


def consents_said(visitor):
    """What the key's page says of each consent."""
    found = re.findall(
        r"<h3>\s*(\S+ \S+?)(?:에|을) .*?<span class=\"badge( good)?\"", visitor.get("/gimpo/wallet/key").text, re.S
    )
    return {name: bool(good) for name, good in found}


class TestOpeningAWallet:
    def test_wallet_page_without_a_session_redirects_to_sign_in_and_back_afterwards(self, world, phone):
        visitor = Visitor(world.system.web_url)

        asked = visitor.get("/gimpo/wallet/")
        texted = visitor.send(path_of(asked), {"phone": phone, "next": hidden(asked, "next")})
        wanted = visitor.get(texted.headers["location"])
        signed_in = visitor.send(path_of(wanted), {"code": texted_code(phone), "next": hidden(wanted, "next")})

        assert path_of(asked) == "/sign-in?next=%2Fgimpo%2Fwallet%2F"
        assert (signed_in.status_code, signed_in.headers["location"]) == (302, "/gimpo/wallet/")
        assert visitor.get("/gimpo/wallet/").url.path == "/gimpo/wallet/"

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"pin": "000000", "pin_again": "000000"}, "pin_too_simple"),
            ({"pin": "345678", "pin_again": "345678"}, "pin_too_simple"),
            ({"pin": "987654", "pin_again": "987654"}, "pin_too_simple"),
            ({"pin": "13579", "pin_again": "13579"}, "pin_too_simple"),
            ({"pin": "１３５７９０", "pin_again": "１３５７９０"}, "pin_too_simple"),
            ({"pin_again": "135791"}, "pins_differ"),
            ({"key": "browser"}, "proof_missing"),
            ({"key": "browser", "public_key": "0x" + "11" * 64, "proof": "0x" + "11" * 64}, "proof_invalid"),
        ],
    )
    def test_wallet_form_with_a_wrong_field_is_refused_and_opens_nothing(self, world, wrong, code):
        visitor, before = new_visitor(world), wallets_of_everybody()

        page = visitor.send("/gimpo/wallet/start", {**FORM, **wrong})

        assert page.status_code == 422
        assert code in page.text
        assert wallets_of_everybody() == before

    def test_wallet_form_with_a_simple_pin_keeps_what_was_ticked_and_marks_the_pin(self, world):
        page = new_visitor(world).send("/gimpo/wallet/start", {**FORM, "pin": "000000", "pin_again": "000000"})

        field = {name: re.search(rf'<input[^>]*id="{name}"[^>]*>', page.text)[0] for name in ("pin", "terms")}
        assert "checked" in field["terms"]
        assert 'aria-invalid="true"' in field["pin"]
        assert 'aria-describedby="problem pin-hint"' in field["pin"]

    @pytest.mark.parametrize("missing", ["terms", "privacy"])
    def test_wallet_form_without_a_required_consent_names_that_one_and_keeps_the_others(self, world, missing):
        without = {name: value for name, value in FORM.items() if name != missing}

        page = new_visitor(world).send("/gimpo/wallet/start", {**without, "news": "yes"})

        boxes = {
            each: re.search(rf'<input[^>]*id="{each}"[^>]*>', page.text)[0] for each in ("terms", "privacy", "news")
        }
        assert "consent_missing" in page.text
        assert [each for each, box in boxes.items() if "aria-invalid" in box] == [missing]
        assert [each for each, box in boxes.items() if "checked" not in box] == [missing]

    def test_wallet_form_needs_no_optional_consent(self, world):
        visitor = new_visitor(world)

        assert visitor.send("/gimpo/wallet/start", FORM).headers["location"] == "/gimpo/wallet/"
        assert consents_said(visitor) == {"이용 약관": True, "개인정보 처리": True, "혜택과 소식": False}

    def test_optional_consent_is_given_and_taken_back_with_the_version_that_was_agreed_to(self, world):
        visitor = new_visitor(world)
        visitor.send("/gimpo/wallet/start", {**FORM, "news": "yes"})

        assert consents_said(visitor)["혜택과 소식"]
        assert said(visitor.get("/gimpo/wallet/key")).count("1판에 동의했어요") == 3

        visitor.send("/gimpo/wallet/news", {"news": "no"}, page="/gimpo/wallet/key")

        assert not consents_said(visitor)["혜택과 소식"]

    def test_wallet_form_with_a_device_key_and_its_proof_opens_a_wallet(self, world):
        visitor, key = new_visitor(world), P256Key()
        given = visitor.ask(visitor.get("/gimpo/wallet/start"), "/gimpo/wallet/start/code").json()

        form = {**FORM, "key": "browser", "code": given["code"], **key.introduced(given["text"])}
        assert visitor.send("/gimpo/wallet/start", form).status_code == 302

        assert "브라우저의 열쇠" in said(visitor.get("/gimpo/wallet/key"))

    def test_wallet_form_sent_four_times_at_once_opens_one_wallet(self, world):
        visitor, before = new_visitor(world), wallets_of_everybody()
        page = visitor.get("/gimpo/wallet/start")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]

        def send(_turn):
            form = {"csrfmiddlewaretoken": token, **FORM}
            return visitor.http.post(str(page.url), data=form, headers={"Referer": str(page.url)}).status_code

        with ThreadPoolExecutor(4) as at_once:
            answers = list(at_once.map(send, range(4)))

        assert answers == [302] * 4
        assert wallets_of_everybody() == before + 1

    def test_wallet_form_with_a_foreign_next_page_leads_to_the_wallet(self, world):
        visitor = new_visitor(world)

        answer = visitor.send("/gimpo/wallet/start", {**FORM, "next": "//evil.example/"})

        assert answer.headers["location"] == "/gimpo/wallet/"


class TestOwnName:
    ME = "/gimpo/wallet/me"

    def named(self, visitor: Visitor, name: str) -> httpx.Response:
        return visitor.send(f"{self.ME}/name", {"name": name}, page=self.ME)

    def test_new_wallet_has_no_name_and_its_owner_gives_one_and_takes_it_away(self, world):
        visitor = new_visitor(world)
        visitor.send("/gimpo/wallet/start", FORM)
        assert "아직 적지 않았어요" in said(visitor.get(self.ME))

        assert self.named(visitor, "  김하나 ").headers["location"] == f"{self.ME}#name"
        assert "김하나 님" in said(visitor.get(self.ME))
        assert "김하나 님" in said(visitor.get("/gimpo/wallet/"))

        self.named(visitor, "")
        assert "아직 적지 않았어요" in said(visitor.get(self.ME))
        assert "김하나" not in visitor.get("/gimpo/wallet/").text

    @pytest.mark.parametrize("name", ["가" * 31, "\u202e김포", "\u3164", "김\n포", "김\0포", "1004"])
    def test_name_that_nobody_can_read_is_refused_and_the_one_before_stays(self, world, name):
        visitor = new_visitor(world)
        visitor.send("/gimpo/wallet/start", FORM)
        self.named(visitor, "김하나")

        page = self.named(visitor, name)

        field = re.search(r'<input[^>]*id="own-name"[^>]*>', page.text)[0]
        assert page.status_code == 400
        assert "name_wrong" in page.text
        assert 'aria-invalid="true"' in field
        assert 'aria-describedby="problem own-name-hint"' in field
        assert "김하나 님" in said(visitor.get(self.ME))


class TestThePageOfAPayment:
    def test_payment_page_on_two_phones_has_one_id_until_it_is_answered(self, world, resident, phone):
        other_phone = Visitor(world.system.web_url)
        other_phone.sign_in(phone)
        path = f"/gimpo/pay/{shop_code(world.shop)}"
        here, there = resident.get(path), other_phone.get(path)
        before = world.kept.available()

        answers = [confirm(resident, here, 700), confirm(other_phone, there, 700)]

        assert data(here, "id") == data(there, "id")
        assert [each.status_code for each in answers] == [201, 201]
        assert world.kept.available() == before - 700
        assert data(resident.get(path), "id") != data(here, "id")

    def test_payment_page_opened_again_after_the_payment_is_its_receipt(self, world, resident):
        page = resident.get(f"/gimpo/pay/{shop_code(world.shop)}")
        confirm(resident, page, 300)

        again = resident.get(str(page.url))

        assert again.url.path == f"/gimpo/wallet/payments/{data(page, 'id')}"
        assert "300원" in said(again)

    def test_payment_page_opened_with_a_foreign_id_keeps_its_own(self, world, resident):
        path = f"/gimpo/pay/{shop_code(world.shop)}"

        for strange in (str(uuid4()), "nonsense", ""):
            page = resident.get(f"{path}?{urlencode({'id': strange})}")
            assert data(page, "id") == data(resident.get(path), "id")

    def test_payment_page_after_a_refusal_repeats_it_and_offers_another_id(self, world, resident):
        page = resident.get(f"/gimpo/pay/{shop_code(world.shop)}")
        assert code_of(confirm(resident, page, 400, pin="246802")) == (422, "pin_wrong")

        again = resident.get(str(page.url))

        assert "pin_wrong" in again.text
        assert "결제되지 않았어요" in said(again)
        offered = resident.get(f"{page.url.path}/next").json()["id"]
        assert offered != data(page, "id")
        assert offered in again.text

    def test_payment_without_the_pages_form_token_is_refused(self, world, resident):
        page = resident.get(f"/gimpo/pay/{shop_code(world.shop)}")
        body = {"id": data(page, "id"), "payee": data(page, "payee"), "amount": 500, "pin": PIN}

        answer = resident.http.post(f"{world.system.web_url}/api/v1/gimpo/payments", json=body)

        assert code_of(answer) == (400, "form_token_missing")

    def test_payment_page_of_a_request_shows_its_amount_and_once_paid_its_receipt(self, world, resident):
        path = f"/gimpo/pay/{request_code(world.request(4_321))}"
        page = resident.get(path)

        assert "4,321원" in said(page)
        assert confirm(resident, page, 4_321).status_code == 201
        assert resident.get(path).url.path == f"/gimpo/wallet/payments/{data(page, 'id')}"

    def test_payment_page_of_a_request_that_somebody_else_paid_says_so(self, world, resident):
        request = world.request(1_234)
        world.device.pay(world.shop, 1_234, request=request)

        page = resident.get(f"/gimpo/pay/{request_code(request)}")

        assert "request_paid_already" in page.text
        assert "data-form" not in page.text

    def test_payment_page_of_an_expired_request_says_so(self, world, resident):

        request = world.request(1_235)
        PaymentRequest.objects.filter(pk=request).update(expires_at=clock.now())

        page = resident.get(f"/gimpo/pay/{request_code(request)}")

        assert "request_expired" in page.text
        assert "data-form" not in page.text

    def test_expired_request_asked_for_anew_twice_becomes_one_payable_request(self, world, resident):
        request = world.request(1_236)
        PaymentRequest.objects.filter(pk=request).update(expires_at=clock.now())
        path = f"/gimpo/pay/{request_code(request)}"

        anew = resident.send(f"{path}/anew", page=path)
        again = resident.send(f"{path}/anew", page=path)

        page = resident.get(anew.headers["location"])
        made = PaymentRequest.objects.get(pk=data(page, "request"))
        assert (str(made.shop_id), made.amount) == (str(PaymentRequest.objects.get(pk=request).shop_id), 1_236)
        assert str(made.pk) != request
        assert again.headers["location"] == anew.headers["location"]  # two presses are one request
        assert confirm(resident, page, 1_236).status_code == 201

    @pytest.mark.parametrize("over", [timedelta(minutes=-1), timedelta(minutes=11)], ids=["not yet", "long ago"])
    def test_request_that_is_open_or_long_expired_is_not_asked_for_anew(self, world, resident, over):
        request = world.request(1_237)
        PaymentRequest.objects.filter(pk=request).update(expires_at=clock.now() - over)
        path, before = f"/gimpo/pay/{request_code(request)}", PaymentRequest.objects.count()

        answer = resident.send(f"{path}/anew", page="/gimpo/scan")

        assert answer.headers["location"] == path
        assert PaymentRequest.objects.count() == before

    def test_request_that_somebody_has_paid_is_not_asked_for_anew(self, world, resident):
        request = world.request(1_238)
        world.device.pay(world.shop, 1_238, request=request)
        PaymentRequest.objects.filter(pk=request).update(expires_at=clock.now())
        path, before = f"/gimpo/pay/{request_code(request)}", PaymentRequest.objects.count()

        answer = resident.send(f"{path}/anew", page="/gimpo/scan")

        assert answer.headers["location"] == path
        assert PaymentRequest.objects.count() == before

    @pytest.mark.parametrize("code", ["7K2M9", "nonsense!", "00000-00001"])
    def test_payment_page_of_a_code_that_is_none_is_not_found(self, resident, code):
        page = resident.get(f"/gimpo/pay/{code}")

        assert page.status_code == 404
        assert "돈은 움직이지 않았어요" in said(page)

    @pytest.mark.parametrize(
        "spelled",
        ["/gimpo/pay/{code}/", "/GIMPO/PAY/{code}", "/gimpo/pay/{lower}", "/Gimpo/pay/{lower}/", "/gimpo/pay/{bare}"],
    )
    def test_payment_page_at_another_spelling_of_its_address_leads_to_the_printed_one(self, world, resident, spelled):
        code = shop_code(world.shop)
        other = spelled.format(code=code, lower=code.lower(), bare=code.replace("-", ""))

        page = resident.get(f"{other}?amount=5000&fbclid=x")

        assert (page.status_code, page.url.path) == (200, f"/gimpo/pay/{code}")
        assert re.search(r'id="amount"[^>]*value="5000"', page.text)

    @pytest.mark.parametrize("path", ["/gimpo/pay/7K2M9/", "/GIMPO/PAY/NONSENSE!", "/gimpo/pay/%FF%25/"])
    def test_payment_page_of_a_torn_link_says_that_the_link_is_torn(self, resident, path):
        page = resident.get(path)

        assert page.status_code == 404
        assert "link_torn" in page.text

    def test_payment_page_of_another_citys_code_names_that_city(self, resident):
        page = resident.get(f"/gimpo/pay/{other_citys_code()}")

        assert page.status_code == 404
        assert "code_of_another_city" in page.text
        assert "세종" in said(page)

    def test_payment_page_without_scripts_says_that_it_needs_them(self, world, resident):
        page = resident.get(f"/gimpo/pay/{shop_code(world.shop)}")

        assert "JavaScript" in re.search(r"<noscript>(.*?)</noscript>", page.text, re.DOTALL)[1]


class TestAReceipt:
    def test_receipt_says_which_won_were_spent_and_its_parts_sum_to_the_amount(self, world):
        payer, phone = (
            world.gimpo.join_city_kept(PIN),
            f"010-2{secrets.randbelow(900) + 100}-{secrets.randbelow(9000) + 1000}",
        )
        owner = person_of_phone(phone=digits_of(phone), now=clock.now(), name="영수증")
        Wallet.objects.filter(keys__address=payer.address).update(owner=owner)
        for won in (1_000, 9_000):
            payer.top_up(won)
        soon = Lot.objects.filter(wallet__owner=owner).earliest("pk")
        Lot.objects.filter(pk=soon.pk).update(expires_at=clock.now() + timedelta(days=9))
        visitor = Visitor(world.system.web_url)
        visitor.sign_in(phone)

        page = said(visitor.get(f"/gimpo/wallet/payments/{payer.pay(world.shop, 3_333)['id']}"))

        spent = re.search(r"쓴 돈 (.*?) 그중 시가 보태 준 혜택 (.*?) 체인 기록 보기", page)
        parts = re.findall(r"일반 판매 (\d+년 \d+월 \d+일)\(.\)까지 ([0-9,]+)원", spent[1])
        assert [won for _, won in parts] == ["1,000", "2,333"]
        assert parts[0][0] < parts[1][0]
        # Ten of a hundred are given, three of them by the state and two by the province: of 1,000, and of 2,333.
        assert spent[2] == f"국가에서 낸 {30 + 70}원 포함 경기도에서 낸 {20 + 47}원 포함 {100 + 233}원"


class TestACodeThatWasScanned:
    def scan(self, world, text):
        return world.gimpo.call("POST", "codes", {"text": text})

    def test_scanned_code_of_a_shop_leads_to_its_payment_page(self, world):
        code = shop_code(world.shop)

        link = f"{world.system.env['CITYCOIN_PUBLIC_URL']}/gimpo/pay/{code}"
        passed_on = [link, f"{link}/", f"{link}?fbclid=x", f"{link}/?amount=5000", f"{link}#x", link.upper()]
        for text in (code, code.lower(), *passed_on):
            found = self.scan(world, text).json()
            assert (found["kind"], found["path"], found["amount"]) == ("shop", f"/gimpo/pay/{code}", None)

    def test_scanned_code_of_a_request_says_its_amount(self, world):
        found = self.scan(world, request_code(world.request(2_500))).json()

        assert (found["kind"], found["amount"]) == ("request", 2_500)

    def test_scanned_code_that_cannot_be_paid_is_refused_for_its_own_reason(self, world):
        code = shop_code(world.shop)
        ours = world.system.env["CITYCOIN_PUBLIC_URL"]
        refused = {
            "https://evil.example/gimpo/pay/" + code: (400, "code_not_ours"),
            "WIFI:T:WPA;S:shop;;": (400, "code_not_ours"),
            code[:-1]: (400, "code_torn"),
            "00000-00001": (400, "code_torn"),
            "00000-00000": (404, "code_unknown"),
            f"{ours}/gimpo/pay/{code[:-1]}": (400, "link_torn"),
            f"{ours}/gimpo/wallet/": (400, "link_torn"),
            f"{ours}/sejong/pay/{code}": (404, "code_unknown"),
            f"{ours}/sejong/pay/{other_citys_code()}": (404, "code_of_another_city"),
            other_citys_code(): (404, "code_of_another_city"),
        }

        assert {text: code_of(self.scan(world, text)) for text in refused} == refused

    def test_code_typed_without_scripts_leads_to_the_payment_page(self, world, resident):
        code = shop_code(world.shop)

        assert resident.send("/gimpo/scan", {"code": f" {code.lower()} "}).headers["location"] == f"/gimpo/pay/{code}"
        assert "evil.example" in said(resident.send("/gimpo/scan", {"code": "https://evil.example/"}))


class TestScriptsOfPages:
    """They say in Accept that they read problems; a person's browser doesn't, and is shown a page."""

    ACCEPT = {"Accept": "text/html, application/problem+json"}

    def test_script_whose_page_is_too_old_is_told_so_by_a_problem(self, world, resident):
        path = f"{world.system.web_url}/gimpo/wallet/start/code"

        assert code_of(resident.http.post(path, headers=self.ACCEPT)) == (409, "page_too_old")
        assert "페이지가 오래되었어요" in said(resident.http.post(path))

    @pytest.mark.parametrize(
        ("path", "sign_in"), [("/gimpo/wallet/", "/sign-in"), ("/gimpo/console/", "/officials/sign-in")]
    )
    def test_script_whose_session_is_over_is_told_where_to_sign_in(self, world, path, sign_in):
        stranger = Visitor(world.system.web_url)

        answer = stranger.http.get(f"{world.system.web_url}{path}", headers=self.ACCEPT)

        assert code_of(answer) == (404, "signed_out")
        assert answer.json()["details"] == {"sign_in": sign_in}
        assert stranger.get(path).url.path == sign_in

    def test_script_of_somebody_without_a_wallet_is_told_so_and_not_led_to_another_page(self, world):
        newcomer = new_visitor(world)
        page = newcomer.http.get(f"{world.system.web_url}/gimpo/wallet/", headers=self.ACCEPT)
        payment = newcomer.ask(newcomer.get("/"), f"/api/v1/gimpo/payments/{uuid4()}/close")

        assert code_of(page) == (404, "no_wallet_here")
        assert code_of(payment) == (404, "no_wallet_here")


class TestReading:
    def test_total_of_a_month_in_the_history_is_the_sum_of_its_lines(self, resident):
        text = said(resident.get("/gimpo/wallet/history"))
        # What was voided is a line, too, and not won that went out: another test may have voided one of theirs.
        found = re.findall(r"−([0-9,]+)원 (취소됨)?", text)
        lines = [int(won.replace(",", "")) for won, voided in found if not voided]
        total = int(re.search(r"나간 돈 ([0-9,]+)원", text)[1].replace(",", ""))

        assert lines
        assert sum(lines) == total

    @pytest.mark.parametrize("month", ["0001-01", "9999-12", "2026-13", "nonsense"])
    def test_history_of_a_month_that_is_none_is_not_found(self, resident, month):
        assert resident.get(f"/gimpo/wallet/history?{urlencode({'month': month})}").status_code == 404

    def test_history_of_a_month_without_payments_says_that_there_are_none(self, resident):
        assert "내역이 없어요" in said(resident.get("/gimpo/wallet/history?month=2020-02"))

    def test_history_is_narrowed_to_a_kind_and_to_a_shop_while_its_sums_stay_the_months(self, world, resident):
        confirm(resident, resident.get(f"/gimpo/pay/{shop_code(world.shop)}"), 400)
        name = Shop.objects.get(wallet__keys__address=world.shop).name_ko
        whole = said(resident.get("/gimpo/wallet/history"))

        of_shop = said(resident.get(f"/gimpo/wallet/history?{urlencode({'q': name})}"))
        of_nobody = said(resident.get(f"/gimpo/wallet/history?{urlencode({'q': 'ㅎㅎ 없는 가게'})}"))
        top_ups = said(resident.get("/gimpo/wallet/history?kind=top-ups"))

        total = re.search(r"나간 돈 [0-9,]+원", whole)[0]
        assert all(total in page for page in (of_shop, of_nobody, top_ups))
        assert "−400원" in of_shop
        assert "찾는 내역이 없어요" in of_nobody
        assert "−400원" not in top_ups
        assert said(resident.get("/gimpo/wallet/history?kind=nonsense")) == whole

    def test_home_says_what_lapses_first_and_its_parts_are_the_balance(self, world, resident):
        text = said(resident.get("/gimpo/wallet/"))

        parts = re.findall(r"([0-9,]+)원 \d{4}년 \d+월 \d+일\(.\)까지", text)

        assert sum(int(each.replace(",", "")) for each in parts) == world.kept.available()

    def test_page_of_a_person_says_their_theme_and_its_choice_is_kept_by_the_browser(self, resident):
        resident.send("/display", {"theme": "contrast", "next": "/gimpo/wallet/me"}, page="/gimpo/wallet/me")
        chosen = resident.get("/gimpo/wallet/me").text
        resident.send("/display", {"theme": "", "next": "/gimpo/wallet/me"}, page="/gimpo/wallet/me")

        assert 'data-theme="contrast"' in chosen
        assert "data-theme" not in resident.get("/gimpo/wallet/me").text

    def test_payment_of_another_resident_is_not_found(self, world, resident):
        theirs = world.device.pay(world.shop, 100)["id"]

        assert resident.get(f"/gimpo/wallet/payments/{theirs}").status_code == 404

    def test_recent_history_has_the_last_fifty_entries_of_whatever_month_newest_first(self, world, resident):
        wallet = Wallet.objects.get(keys__address=world.kept.address)
        world.kept.pay(world.shop, 300)
        entries_of(wallet, 60, at=clock.now() - timedelta(days=70))

        page = resident.get("/gimpo/wallet/history/recent").text

        assert page.count('class="entry"') == 50
        assert "-300원" in page.split('class="entry"')[1].replace("−", "-")
        assert page.count('class="day"') >= 2

    def test_top_up_of_another_resident_is_not_found(self, world, resident):
        top_up = str(uuid4())
        world.device.api.ok("POST", "top-ups", {"id": top_up, "amount": 1_000}, token=world.device.token)

        assert resident.get(f"/gimpo/top-up/{top_up}").status_code == 404

    def test_pages_with_money_are_kept_in_no_cache(self, resident):
        for path in ("/gimpo/wallet/", "/gimpo/wallet/history", "/gimpo/top-up"):
            assert resident.get(path).headers["cache-control"] == "no-store"


class TestToppingUp:
    def test_top_up_form_says_the_last_day_of_what_is_bought_now(self, resident):
        days = [Period(5, "years").last_day(clock.now())]
        page = said(resident.get("/gimpo/top-up"))
        days.append(Period(5, "years").last_day(clock.now()))  # the other one at midnight

        assert any(f"{day.year}년 {day.month}월 {day.day}일" in page for day in days)

    def test_top_up_form_sent_twice_makes_one_top_up(self, resident):
        form = {"id": str(uuid4()), "amount": "30000"}

        first, second = (resident.send("/gimpo/top-up", form).headers["location"] for _ in range(2))

        assert first == second == f"/gimpo/top-up/{form['id']}"
        assert "27,000원" in said(resident.get(first))

    @pytest.mark.parametrize(
        "amount", ["", "0", "000", "0,000", "-1", "1.5", "5,00", "１０００", "1e3", "0x10", "오천 원", "9" * 30]
    )
    def test_top_up_of_what_is_no_amount_is_refused_beside_what_was_typed_and_reserves_nothing(self, resident, amount):
        form = {"id": str(uuid4()), "other": amount}

        page = resident.send("/gimpo/top-up", form)

        assert page.status_code == 422
        assert "금액은 5,000처럼 1원 이상의 숫자로 적어 주세요" in said(page)
        assert f'value="{amount}"' in re.search(r'<input id="other"[^>]*>', page.text)[0]
        assert resident.get(f"/gimpo/top-up/{form['id']}").status_code == 404

    @pytest.mark.parametrize("amount", ["5000", "5,000", "5000원", "5,000 원", " 5,000\u00a0"])
    def test_top_up_in_each_spelling_of_its_amount_is_reserved(self, resident, amount):
        form = {"id": str(uuid4()), "other": amount}

        answer = resident.send("/gimpo/top-up", form)

        assert answer.headers["location"] == f"/gimpo/top-up/{form['id']}"
        assert "5,000원" in said(resident.get(answer.headers["location"]))

    def test_top_up_whose_time_ends_offers_more_at_one_press_which_twice_is_one_extension(self, resident):
        form = {"id": str(uuid4()), "amount": "30000"}
        page = resident.send("/gimpo/top-up", form).headers["location"]
        assert "2분 안에 시간이 끝나요" not in said(resident.get(page))
        self.ends_soon(form["id"])
        assert re.findall(r'form="extend"\s+name="number"\s+value="([0-9])"', resident.get(page).text) == ["1"]

        lasts = []
        for _press in range(2):
            assert resident.send(f"{page}/extend", {"number": "1"}, page=page).headers["location"] == page
            made = TopUp.objects.get(client_id=form["id"])
            lasts.append(made.reserved_until - made.reserved_at)

        assert lasts == [timedelta(minutes=20)] * 2
        assert "2분 안에 시간이 끝나요" not in said(resident.get(page))

    def test_top_up_that_was_extended_twice_says_so_and_refuses_a_third_time(self, resident):
        form = {"id": str(uuid4()), "amount": "30000"}
        page = resident.send("/gimpo/top-up", form).headers["location"]
        TopUp.objects.filter(client_id=form["id"]).update(reserved_at=clock.now() - timedelta(minutes=29))
        self.ends_soon(form["id"])

        assert "더 늘릴 수는 없어요" in said(resident.get(page))
        refused = resident.send(f"{page}/extend", {"number": "3"}, page=page)
        assert refused.status_code == 422
        assert "두 번까지만 늘릴 수 있어서" in said(refused)

    def ends_soon(self, client_id):
        """A minute before the end of its time."""
        TopUp.objects.filter(client_id=client_id).update(reserved_until=clock.now() + timedelta(minutes=1))

    def test_top_up_extended_too_late_says_what_to_do_and_that_no_money_moved(self, resident):
        form = {"id": str(uuid4()), "amount": "30000"}
        page = resident.send("/gimpo/top-up", form).headers["location"]
        TopUp.objects.filter(client_id=form["id"]).update(reserved_until=clock.now() - timedelta(seconds=1))

        refused = resident.send(f"{page}/extend", {"number": "1"}, page=page)

        assert refused.status_code == 422
        assert "시간이 지나 늘리지 못했어요. 돈은 나가지 않았어요. 다시 충전해 주세요." in said(refused)

    def test_top_up_that_waits_for_an_official_says_where_the_money_is_and_counts_no_seconds(self, resident):
        form = {"id": str(uuid4()), "amount": "30000"}
        page = resident.send("/gimpo/top-up", form).headers["location"]
        mine = TopUp.objects.get(client_id=form["id"])
        incident = Incident.objects.create(city=mine.city, what="row_set_aside", details={}, noticed_at=clock.now())
        aside = FailedRow.objects.create(queue="issuing", row=mine.pk, tries=3, reason="reverted", incident=incident)
        TopUp.objects.filter(pk=mine.pk).update(status="paid", paid_at=clock.now())

        shown = said(resident.get(page))

        TopUp.objects.filter(pk=mine.pk).update(status="reserved", paid_at=None)
        aside.delete(), incident.delete()
        assert "30,000원 충전이 멈춰 있어요" in shown
        assert "보내신 27,000원은 시의 계좌에 그대로 있어요" in shown
        assert "보통" not in shown

    def test_top_up_form_with_a_foreign_next_page_stays_on_our_own_pages(self, resident):
        form = {"id": str(uuid4()), "amount": "1000", "next": "https://evil.example/"}

        assert "evil" not in resident.send("/gimpo/top-up", form).headers["location"]
