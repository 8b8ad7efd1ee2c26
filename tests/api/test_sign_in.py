"""Signing in, through the pages that people use: by phone and code, and by password and second factor."""

import re
import secrets
import threading
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pyotp
import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.money import Amount
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.doors.permissions import SEEN_AT
from citycoin.platform.accounts.models import Person, SignInCode, TextMessage
from citycoin.platform.accounts.operations.people import open_official
from citycoin.platform.accounts.operations.sign_in import TOTP_STEP_SECONDS
from citycoin.platform.accounts.queries import phone_fingerprint, totp_secret_of
from citycoin.platform.cities.models import City
from merchants.domain.codes import PaymentCode
from merchants.models import Shop
from merchants.operations.requests import ask
from tests.officials import official_at_work
from tests.visitor import Visitor, said, texted_code

pytestmark = pytest.mark.both_databases

PASSWORD = "a long password of an official"


@pytest.fixture
def visitor(world):
    return Visitor(world.system.web_url)


@pytest.fixture
def phone():
    return f"010-{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"


@pytest.fixture
def official():
    made = open_official(
        city=City.objects.first(),
        username=f"official-{secrets.token_hex(4)}",
        password=PASSWORD,
        totp_secret=pyotp.random_base32(),
        now=clock.now(),
    )
    made.totp = pyotp.TOTP(totp_secret_of(made.person))
    return made


def factors(official, **changed):
    step = int(clock.now().timestamp()) // TOTP_STEP_SECONDS
    code = official.totp.at(step * TOTP_STEP_SECONDS)
    return {"username": official.person.username, "password": PASSWORD, "code": code} | changed


class TestByPhone:
    def test_person_who_signs_in_twice_by_phone_is_made_once(self, world, visitor, phone):
        first = visitor.sign_in(phone)
        again = Visitor(world.system.web_url).sign_in(phone)

        assert (first.status_code, again.status_code) == (302, 302)
        assert Person.objects.filter(phone_fingerprint=phone_fingerprint(digits_of(phone))).count() == 1
        assert "로그아웃" in said(visitor.get("/"))

    def test_stranger_with_a_shops_code_sees_whom_they_would_pay_and_how_much_before_a_number_is_asked_for(
        self, visitor
    ):
        shop = Shop.objects.filter(city__slug="gimpo").first()
        asked = ask(shop=shop, amount=Amount(7_300), now=clock.now())

        page = visitor.get(f"/gimpo/pay/{PaymentCode(asked.code)}")

        assert page.url.path == "/sign-in"
        for each in (shop.name_ko, "7,300원", "김포나루", "아직 돈은 움직이지 않아요."):
            assert each in said(page)
        assert said(page).index("7,300원") < said(page).index("휴대전화 번호")

    @pytest.mark.parametrize(
        "wanted",
        ["/gimpo/pay/00000-00001", "/nowhere/pay/0", "//evil.example/pay/x", "/gimpo/pay/%00", "/" + "9" * 5_000],
    )
    def test_sign_in_on_the_way_to_what_is_no_payment_shows_none(self, visitor, wanted):
        page = visitor.get(f"/sign-in?{urlencode({'next': wanted})}")

        assert page.status_code == 200
        assert "결제할 가게" not in page.text

    def test_sign_in_code_that_was_used_is_refused(self, world, visitor, phone):
        visitor.sign_in(phone)
        used = texted_code(phone)
        thief = Visitor(world.system.web_url)
        thief.send("/sign-in", {"phone": phone})

        answer = thief.send("/sign-in/code", {"code": used})

        assert answer.status_code == 422

    def test_right_sign_in_code_after_five_wrong_ones_is_refused(self, visitor, phone):
        visitor.send("/sign-in", {"phone": phone})
        code = texted_code(phone)
        wrong = f"{(int(code) + 1) % 10**6:06}"

        answers = [visitor.send("/sign-in/code", {"code": each}) for each in [wrong] * 5 + [code]]

        assert [answer.status_code for answer in answers] == [422] * 6
        assert "sign_in_code_wrong" in answers[-1].text
        tries_left = [re.findall(r"([0-9])번 더 해 볼 수 있어요", said(answer)) for answer in answers]
        assert tries_left == [["4"], ["3"], ["2"], ["1"], [], []]

    def test_another_code_is_sent_on_the_page_once_its_time_has_come_and_the_former_one_is_over(self, visitor, phone):
        visitor.send("/sign-in", {"phone": phone})
        former = texted_code(phone)

        early = visitor.send("/sign-in/code", {"again": "1"})
        first = SignInCode.objects.filter(phone_fingerprint=phone_fingerprint(digits_of(phone)))
        first.update(sent_at=clock.now() - timedelta(seconds=31))
        again = visitor.send("/sign-in/code", {"again": "1", "next": "/gimpo/"})

        assert (early.status_code, "too_many_codes" in early.text) == (422, True)
        assert re.search(r'data-seconds="(29|30)"', early.text)
        assert (again.status_code, again.headers["location"]) == (302, "/sign-in/code?next=%2Fgimpo%2F")
        assert texted_code(phone) != former
        assert visitor.send("/sign-in/code", {"code": former}).status_code == 422
        assert visitor.send("/sign-in/code", {"code": texted_code(phone)}).status_code == 302

    @pytest.mark.parametrize("spelling", ["{} {}", "{}-{}", "\u202a{}{}\u202c", "{}\u00a0{}"], ids=ascii)
    def test_sign_in_code_as_it_is_pasted_is_taken(self, visitor, phone, spelling):
        visitor.send("/sign-in", {"phone": f"\u2068{phone}\u2069"})
        code = texted_code(phone)

        answer = visitor.send("/sign-in/code", {"code": spelling.format(code[:3], code[3:])})

        assert answer.status_code == 302

    def test_text_that_can_be_no_sign_in_code_costs_no_try(self, visitor, phone):
        visitor.send("/sign-in", {"phone": phone})

        answers = [
            visitor.send("/sign-in/code", {"code": each}) for each in ["", "12345", "1234567", "code", "１２"] * 2
        ]

        assert {(answer.status_code, "sign_in_code_unreadable" in answer.text) for answer in answers} == {(422, True)}
        assert visitor.send("/sign-in/code", {"code": texted_code(phone)}).status_code == 302

    def test_wrong_sign_in_codes_sent_at_once_are_counted_up_to_five(self, world, visitor, phone):
        visitor.send("/sign-in", {"phone": phone})
        wrong = f"{(int(texted_code(phone)) + 1) % 10**6:06}"
        racers = [Visitor(world.system.web_url) for _ in range(8)]
        for racer in racers:
            racer.http.cookies = httpx.Cookies(visitor.http.cookies)

        threads = [threading.Thread(target=racer.send, args=("/sign-in/code", {"code": wrong})) for racer in racers]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

        assert SignInCode.objects.get(phone_fingerprint=phone_fingerprint(digits_of(phone))).failures == 5

    def test_sign_in_answers_the_same_for_a_known_and_an_unknown_phone(self, world, visitor, phone):
        visitor.sign_in(phone)
        stranger = f"010-{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"

        known, unknown = (Visitor(world.system.web_url).send("/sign-in", {"phone": each}) for each in (phone, stranger))

        assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])

    def test_sign_in_with_a_foreign_next_page_leads_to_our_own(self, visitor, phone):
        visitor.send("/sign-in", {"phone": phone, "next": "https://evil.example/"})

        answer = visitor.send("/sign-in/code", {"code": texted_code(phone), "next": "//evil.example/"})

        assert answer.headers["Location"] == "/"

    @pytest.mark.parametrize("typed", ["", "02-123-4567", "010-1234-567a", "+1 202 555 0100"])
    def test_sign_in_by_what_is_no_mobile_number_is_refused(self, visitor, typed):
        answer = visitor.send("/sign-in", {"phone": typed})

        assert answer.status_code == 422
        assert "phone_wrong" in answer.text

    def test_phone_and_sign_in_code_are_stored_sealed_and_not_logged(self, world, visitor, phone):
        visitor.sign_in(phone)
        row = TextMessage.objects.latest("pk")
        person = Person.objects.get(phone_fingerprint=phone_fingerprint(digits_of(phone)))

        stored = b"".join(map(bytes, (row.text_sealed, row.phone_sealed, person.phone_sealed)))
        log = (world.system.var / "logs" / "web.log").read_text()

        for secret in (phone, digits_of(phone), texted_code(phone)):
            assert secret.encode() not in stored
            assert secret not in log


class TestOfficials:
    def test_official_signs_in_with_password_and_second_factor(self, visitor, official):
        answer = visitor.send("/officials/sign-in", factors(official))

        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/{official.city.slug}/console/"

    def test_second_factor_that_was_used_is_refused(self, world, visitor, official):
        same = factors(official)
        visitor.send("/officials/sign-in", same)

        again = Visitor(world.system.web_url).send("/officials/sign-in", same)

        assert again.status_code == 422

    @pytest.mark.parametrize(
        "wrong", [{"password": "another"}, {"code": "000000"}, {"code": ""}, {"username": "nobody"}]
    )
    def test_official_sign_in_with_any_wrong_part_gets_the_same_refusal(self, visitor, official, wrong):
        answer = visitor.send("/officials/sign-in", factors(official, **wrong))

        assert answer.status_code == 422
        assert "sign_in_refused" in answer.text

    def test_official_who_types_what_can_be_no_code_is_not_locked_out(self, visitor, official):
        for _ in range(6):
            visitor.send("/officials/sign-in", factors(official, code="12345"))
        right = factors(official)
        pasted = {"code": f"{right['code'][:3]} {right['code'][3:]}", "username": right["username"].upper()}

        assert visitor.send("/officials/sign-in", right | pasted).status_code == 302

    def test_official_after_five_wrong_tries_is_locked_out_with_the_right_factors(self, visitor, official):
        for _ in range(5):
            visitor.send("/officials/sign-in", factors(official, password="wrong"))

        answer = visitor.send("/officials/sign-in", factors(official))

        assert answer.status_code == 422
        assert "sign_in_locked" in answer.text

    @pytest.mark.parametrize("whose", ["a resident's", "the official's"])
    def test_person_signed_in_by_phone_is_led_from_the_console_to_its_sign_in(self, visitor, phone, official, whose):
        if whose == "the official's":  # no page writes a phone down for them
            their_phone = phone_fingerprint(digits_of(phone))
            Person.objects.filter(pk=official.person_id).update(phone_fingerprint=their_phone)

        signed_in = visitor.sign_in(phone)
        shown = visitor.get(f"/{official.city.slug}/console/")

        assert (signed_in.status_code, shown.url.path) == (302, "/officials/sign-in")


WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/604.1"


@pytest.fixture
def browsers(world, official):
    """Signs the official in, in a browser that says this of itself; the same visitor is the same browser."""

    def signed_in(agent, visitor=None):
        visitor = visitor or Visitor(world.system.web_url)
        visitor.http.headers["User-Agent"] = agent
        Person.objects.filter(pk=official.person_id).update(totp_used_step=0)
        assert visitor.send("/officials/sign-in", factors(official)).status_code == 302
        return visitor

    return signed_in


def rests_too_long(row):
    """As if nothing had been asked for in that session for longer than one may rest."""
    long_ago = clock.now() - timedelta(seconds=settings.OFFICIAL_IDLE_SECONDS + 1)
    session = SessionStore(row.session_key)
    session[SEEN_AT] = long_ago.timestamp()
    session.save()
    row.seen_at = long_ago
    row.save(update_fields=["seen_at"])


class TestSessions:
    def test_official_sessions_are_listed_in_words_with_this_one_marked(self, official, browsers):
        desk, _phone = browsers(WINDOWS), browsers(IPHONE)

        page = said(desk.get(f"/{official.city.slug}/console/sessions"))

        assert "Chrome · Windows 이 브라우저" in page
        assert "Safari · iPhone 처음 쓰는 브라우저" in page
        assert page.count("로그인 20") == 2
        assert page.count("마지막 사용 20") == 2

    def test_official_session_ended_from_another_browser_is_over(self, official, browsers):
        desk, phone = browsers(WINDOWS), browsers(IPHONE)
        page, number = f"/{official.city.slug}/console/sessions", official.person.official_sessions.latest("pk").pk

        desk.send(page, {"end": str(number)})

        assert phone.get(page).url.path == "/officials/sign-in"
        assert "iPhone" not in desk.get(page).text

    def test_official_who_ends_all_other_sessions_keeps_this_one(self, official, browsers):
        desk, phone, third = browsers(WINDOWS), browsers(IPHONE), browsers(IPHONE)
        page = f"/{official.city.slug}/console/sessions"

        desk.send(page, {"end": "others"})

        assert [each.get(page).url.path for each in (desk, phone, third)] == [page] + ["/officials/sign-in"] * 2

    @pytest.mark.parametrize("named", ["theirs", "", "x", "0"])
    def test_official_session_of_somebody_else_cannot_be_ended(self, world, official, browsers, named):
        mine, theirs = browsers(WINDOWS), official_at_work(world.system.web_url, official.city)
        number = theirs.official.person.official_sessions.get().pk if named == "theirs" else named

        answer = mine.send(f"/{official.city.slug}/console/sessions", {"end": str(number)})

        assert answer.status_code == 404
        assert theirs.get("sessions").url.path == f"/{official.city.slug}/console/sessions"

    def test_official_session_of_a_new_browser_is_told_on_the_first_page(self, official, browsers):
        home = f"/{official.city.slug}/console/"
        desk = browsers(WINDOWS)
        before = desk.get(home).text
        browsers(WINDOWS, desk)
        same = desk.get(home).text
        browsers(IPHONE)

        assert "새 브라우저에서 로그인했습니다" not in before + same
        told = desk.get(home).text
        assert "새 브라우저에서 로그인했습니다" in told
        assert "Safari · iPhone" in told

    def test_official_session_that_rests_too_long_is_over_and_not_listed(self, official, browsers):
        desk, phone = browsers(WINDOWS), browsers(IPHONE)
        page = f"/{official.city.slug}/console/sessions"
        rests_too_long(official.person.official_sessions.get(agent=IPHONE))

        assert "iPhone" not in desk.get(page).text
        assert phone.get(page).url.path == "/officials/sign-in"
