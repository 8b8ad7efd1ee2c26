"""Passkeys by plain HTTP: added, signed in by, paid by; and every yes that isn't one to what was asked."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from django.contrib.sessions.backends.db import SessionStore

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.doors.permissions import FRESH_SECONDS, SIGNED_IN_AT
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.cities.queries import city_named
from citycoin.platform.incidents.models import Incident
from citycoin.platform.passkeys.models import Passkey, PasskeyChallenge
from contracts.doors import wiring
from merchants.domain.codes import PaymentCode
from merchants.models import Shop
from tests.api.world import World
from tests.outside import Json, code_of
from tests.passkeys import PRESENT, SoftPasskey, text_of
from tests.visitor import Visitor, said, texted_code
from wallets.models import PayingPasskey, Payment, Wallet
from wallets.operations.wallets import open_wallet

pytestmark = pytest.mark.one_database

PIN = "135790"  # of the world's people


@dataclass(slots=True)
class Keeper:
    """Somebody at pages, with a wallet in Gimpo, and the passkey that their phone keeps."""

    phone: str
    person: Person
    browser: Visitor
    passkey: SoftPasskey

    def asks(self, path: str, body: Json | None = None, *, page: str = "/gimpo/wallet/me") -> httpx.Response:
        return self.browser.ask_json(path, body, page=page)

    def adds(self, passkey: SoftPasskey | None = None) -> httpx.Response:
        options = self.asks("/passkeys/challenge").json()
        return self.asks("/passkeys", {"passkey": (passkey or self.passkey).made(options)})

    def allows(self, pin: str = PIN, *, city: str = "gimpo") -> httpx.Response:
        page = f"/{city}/wallet/me"
        return self.browser.send(f"{page}/passkeys/{self.row().pk}/pays", {"pin": pin}, page=page)

    def challenge(self, order: Json, *, city: str = "gimpo") -> Json:
        wanted = {name: order[name] for name in ("payee", "amount", "request") if name in order}
        answer = self.asks(f"/api/v1/{city}/payments/{order['id']}/passkey", wanted)
        assert answer.status_code == 201, answer.text
        said: Json = answer.json()
        return said

    def pays(self, order: Json, yes: Json, *, city: str = "gimpo") -> httpx.Response:
        return self.asks(f"/api/v1/{city}/payments", {**order, "passkey": yes})

    def row(self) -> Passkey:
        return Passkey.objects.get(credential_id=self.passkey.credential_id)


def keeper(world: World, resident_address: str) -> Keeper:
    """A person for this resident of the world, signed in, their passkey not yet added."""
    phone = f"010-{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"
    person = person_of_phone(phone=digits_of(phone), name="김열쇠", now=clock.now())
    Wallet.objects.filter(keys__address=resident_address).update(owner=person, pin_failures=0, pin_locked_until=None)
    browser = Visitor(world.localhost)
    browser.sign_in(phone)
    return Keeper(phone, person, browser, SoftPasskey(world.localhost))


@pytest.fixture(scope="module")
def rich(world) -> Keeper:
    """With won, and a passkey that may pay."""
    made = keeper(world, world.kept.address)
    assert made.adds().status_code == 201
    assert made.allows().status_code == 302
    return made


@pytest.fixture
def stranger(world) -> Iterator[Keeper]:
    """With a wallet, and no passkey yet."""
    made = keeper(world, world.poor.address)
    yield made
    Passkey.objects.filter(person=made.person).delete()


def session_of(visitor: Visitor) -> str:
    """The key of its browser's session."""
    return next(value for name, value in visitor.http.cookies.items() if name.startswith("city_session"))


def signs_in(visitor: Visitor, passkey: SoftPasskey, *, onwards: str = "") -> httpx.Response:
    options = visitor.ask_json("/sign-in/passkey/challenge", page="/sign-in").json()
    path = f"/sign-in/passkey?next={onwards}" if onwards else "/sign-in/passkey"
    return visitor.ask_json(path, {"passkey": passkey.yes(options)}, page="/sign-in")


class TestAdding:
    def test_passkey_that_was_added_is_listed_and_its_removal_ends_it(self, world, stranger):
        assert stranger.adds().status_code == 201
        listed = said(stranger.browser.get("/gimpo/wallet/me"))

        stranger.browser.send(
            f"/passkeys/{stranger.row().pk}/remove", {"next": "/gimpo/wallet/me"}, page="/gimpo/wallet/me"
        )

        assert "기기의 패스키" in listed
        assert "아직 쓰지 않음" in listed
        assert "기기의 패스키" not in said(stranger.browser.get("/gimpo/wallet/me"))
        assert code_of(signs_in(Visitor(world.localhost), stranger.passkey)) == (422, "passkey_refused")

    def test_options_for_a_new_passkey_name_no_phone_and_ask_for_no_statement_of_who_made_it(self, stranger):
        options = stranger.asks("/passkeys/challenge").json()

        assert digits_of(stranger.phone)[3:7] not in str(options["user"])
        assert options["user"]["id"] == text_of(stranger.person.uid.bytes)
        assert (options["rp"]["id"], options["attestation"]) == ("localhost", "none")
        assert options["authenticatorSelection"]["userVerification"] == "required"
        assert options["authenticatorSelection"]["residentKey"] == "required"

    @pytest.mark.parametrize(
        "wrong", ["another site", "not verified", "another challenge", "a statement", "a lie", "used"]
    )
    def test_passkey_that_was_not_made_for_its_challenge_is_not_added(self, stranger, wrong):
        options = stranger.asks("/passkeys/challenge").json()
        passkey = stranger.passkey
        if wrong == "another site":
            passkey.origin = "https://evil.example"
        if wrong == "not verified":
            passkey.flags = PRESENT
        if wrong == "another challenge":
            options["challenge"] = text_of(secrets.token_bytes(32))
        made = passkey.made(options, fmt="tpm" if wrong == "a statement" else "none")
        if wrong == "a lie":
            made["attestation"] = text_of(b"\xa1\x63fmt\xf6")
        if wrong == "used":
            assert stranger.asks("/passkeys", {"passkey": made}).status_code == 201
            stranger.row().delete()

        assert code_of(stranger.asks("/passkeys", {"passkey": made})) == (422, "passkey_not_added")

    def test_passkey_made_for_the_challenge_of_somebody_else_is_not_added(self, rich, stranger):
        made = stranger.passkey.made(rich.asks("/passkeys/challenge").json())

        assert code_of(stranger.asks("/passkeys", {"passkey": made})) == (422, "passkey_not_added")

    def test_passkey_that_somebody_has_is_added_to_nobody_else(self, rich, stranger):
        assert code_of(stranger.adds(rich.passkey)) == (422, "passkey_not_added")
        assert rich.row().person == rich.person
        rich.passkey.user_handle = rich.person.uid.bytes

    def test_passkey_of_somebody_else_cannot_be_removed_nor_allowed_to_pay(self, rich, stranger):
        number = rich.row().pk

        removed = stranger.browser.send(f"/passkeys/{number}/remove", page="/gimpo/wallet/me")
        allowed = stranger.browser.send(
            f"/gimpo/wallet/me/passkeys/{number}/pays", {"pin": PIN}, page="/gimpo/wallet/me"
        )

        assert (removed.status_code, allowed.status_code) == (404, 404)
        assert Passkey.objects.filter(pk=number).exists()

    def test_session_begun_long_ago_adds_no_passkey(self, stranger):
        key = session_of(stranger.browser)
        kept = SessionStore(key)
        kept[SIGNED_IN_AT] -= FRESH_SECONDS + 1
        kept.save()

        assert code_of(stranger.asks("/passkeys/challenge")) == (404, "signed_out")
        assert "다시 로그인하고 패스키 만들기" in said(stranger.browser.get("/gimpo/wallet/me"))


class TestOffer:
    def by_code(
        self, world: World, phone: str, *, onwards: str = "/gimpo/wallet/", keeps: str = "yes"
    ) -> httpx.Response:
        browser = Visitor(world.localhost)
        browser.send("/sign-in", {"phone": phone})
        return browser.send("/sign-in/code", {"code": texted_code(phone), "passkeys": keeps, "next": onwards})

    def test_passkey_is_offered_after_a_code_until_the_person_says_no_and_then_never_again(self, world, stranger):
        first = self.by_code(world, stranger.phone)
        page = stranger.browser.get(first.headers["Location"])
        answer = stranger.browser.send("/passkeys/decline", {"next": "/gimpo/wallet/"}, page=first.headers["Location"])
        again = self.by_code(world, stranger.phone)

        assert first.headers["Location"] == "/passkeys/offer?next=%2Fgimpo%2Fwallet%2F"
        assert "얼굴이나 지문, 화면 잠금으로 로그인해요" in said(page)
        assert (answer.headers["Location"], again.headers["Location"]) == ("/gimpo/wallet/", "/gimpo/wallet/")
        assert stranger.browser.get(first.headers["Location"]).url.path == "/gimpo/wallet/"
        assert "패스키 만들기" in said(stranger.browser.get("/gimpo/wallet/me"))

    @pytest.mark.parametrize("why", ["a payment", "a browser that keeps none", "an IP address", "one is there"])
    def test_passkey_is_not_offered_where_it_would_be_in_the_way_or_of_no_use(self, world, stranger, why):
        onwards = "/gimpo/wallet/"
        if why == "a payment":
            onwards = f"/gimpo/pay/{PaymentCode(Shop.objects.get(wallet__keys__address=world.shop).code)}"
        if why == "one is there":
            stranger.adds()
        if why == "an IP address":
            browser = Visitor(world.system.web_url)
            browser.send("/sign-in", {"phone": stranger.phone})
            form = {"code": texted_code(stranger.phone), "passkeys": "yes", "next": onwards}
            answer = browser.send("/sign-in/code", form)
        else:
            keeps = "" if why == "a browser that keeps none" else "yes"
            answer = self.by_code(world, stranger.phone, onwards=onwards, keeps=keeps)

        assert answer.headers["Location"] == onwards


class TestSigningIn:
    def test_person_signs_in_by_their_passkey_and_comes_to_where_they_wanted(self, world, rich):
        visitor = Visitor(world.localhost)

        answer = signs_in(visitor, rich.passkey, onwards="/gimpo/wallet/me")

        assert (answer.status_code, answer.json()) == (200, {"next": "/gimpo/wallet/me"})
        assert "마지막 사용" in said(visitor.get("/gimpo/wallet/me"))

    def test_sign_in_by_passkey_leads_to_no_foreign_page_and_begins_another_session(self, world, rich):
        visitor = Visitor(world.localhost)
        visitor.ask_json("/sign-in/passkey/challenge", page="/sign-in")
        before = session_of(visitor)

        answer = signs_in(visitor, rich.passkey, onwards="//evil.example/")

        assert answer.json() == {"next": "/"}
        assert session_of(visitor) != before

    @pytest.mark.parametrize(
        "wrong",
        [
            "unknown",
            "another site",
            "another host",
            "not verified",
            "another key",
            "another person",
            "unasked",
            "too old",
        ],
    )
    def test_sign_in_by_what_is_no_yes_of_a_passkey_is_refused_in_the_same_words(self, world, rich, wrong):
        visitor = Visitor(world.localhost)
        options = visitor.ask_json("/sign-in/passkey/challenge", page="/sign-in").json()
        passkey = rich.passkey.used_more()
        if wrong == "unknown":
            passkey.credential_id = secrets.token_bytes(16)
        if wrong == "another site":
            passkey.origin = "https://evil.example"
        if wrong == "not verified":
            passkey.flags = PRESENT
        if wrong == "another key":
            passkey.key = SoftPasskey("").key
        if wrong == "another person":
            passkey.user_handle = uuid4().bytes
        if wrong == "unasked":
            options["challenge"] = text_of(secrets.token_bytes(32))
        if wrong == "too old":
            PasskeyChallenge.objects.update(expires_at=clock.now() - timedelta(seconds=1))
        yes = passkey.yes(options, host="evil.example" if wrong == "another host" else "")

        answer = visitor.ask_json("/sign-in/passkey", {"passkey": yes}, page="/sign-in")

        assert code_of(answer) == (422, "passkey_refused")
        assert answer.json()["details"] == {}

    def test_yes_that_signed_in_once_signs_in_nobody_else(self, world, rich):
        visitor, thief = Visitor(world.localhost), Visitor(world.localhost)
        options = visitor.ask_json("/sign-in/passkey/challenge", page="/sign-in").json()
        yes = rich.passkey.yes(options)

        by_thief = thief.ask_json("/sign-in/passkey", {"passkey": yes}, page="/sign-in")
        by_owner = visitor.ask_json("/sign-in/passkey", {"passkey": yes}, page="/sign-in")
        replayed = visitor.ask_json("/sign-in/passkey", {"passkey": yes}, page="/sign-in")

        assert [each.status_code for each in (by_thief, by_owner, replayed)] == [422, 200, 422]

    def test_passkey_whose_count_goes_back_is_refused_and_an_incident(self, world, rich):
        signs_in(Visitor(world.localhost), rich.passkey)
        rich.passkey.count -= 1

        answer = signs_in(Visitor(world.localhost), rich.passkey)

        assert code_of(answer) == (422, "passkey_refused")
        noted = Incident.objects.filter(what="passkey_copied").latest("pk")
        assert (noted.city, noted.details) == (None, {"passkey": rich.row().pk})
        assert signs_in(Visitor(world.localhost), rich.passkey).status_code == 200

    def test_passkey_that_does_not_count_signs_in_again_and_again(self, world, stranger):
        stranger.passkey.counts = False
        stranger.adds()

        answers = [signs_in(Visitor(world.localhost), stranger.passkey) for _ in range(2)]

        assert [each.status_code for each in answers] == [200, 200]

    @pytest.mark.parametrize(
        "path", ["/sign-in/passkey/challenge", "/sign-in/passkey", "/passkeys/challenge", "/passkeys"]
    )
    def test_passkey_is_asked_for_by_no_page_of_another_site(self, world, rich, path):
        answer = rich.browser.http.post(f"{world.localhost}{path}", json={})

        assert code_of(answer) == (400, "form_token_missing")

    @pytest.mark.parametrize(
        "sent",
        [{}, {"passkey": []}, {"passkey": [[]]}, {"passkey": {"id": "가"}}, {"passkey": {"id": 1}}, {"next": "/"}],
        ids=str,
    )
    def test_what_can_be_no_passkey_is_called_so(self, world, sent):
        answer = Visitor(world.localhost).ask_json("/sign-in/passkey", sent, page="/sign-in")

        assert code_of(answer) == (400, "fields_wrong")


class TestPaying:
    def order(self, world: World, won: int = 1_000, **changed: str) -> Json:
        return {"id": str(uuid4()), "payee": world.shop, "amount": won, **changed}

    def test_payment_is_confirmed_by_a_passkey_in_the_place_of_the_pin(self, world, rich):
        order = self.order(world)

        answer = rich.pays(order, rich.passkey.yes(rich.challenge(order)))

        assert (answer.status_code, answer.json()["amount"]) == (201, 1_000)

    def test_passkey_that_its_owner_has_not_allowed_by_their_pin_pays_nothing(self, world, stranger):
        stranger.adds()
        order = self.order(world)
        path = f"/api/v1/gimpo/payments/{order['id']}/passkey"

        challenge = stranger.asks(path, {"payee": order["payee"], "amount": 1})
        wrong_pin = stranger.allows("000000")
        bold = stranger.pays(order, stranger.passkey.yes({"rpId": "localhost", "challenge": text_of(bytes(32))}))

        assert code_of(challenge) == (422, "no_paying_passkey")
        assert (wrong_pin.status_code, "pin_wrong" in wrong_pin.text) == (422, True)
        assert code_of(bold) == (422, "passkey_wrong")
        assert not PayingPasskey.objects.filter(wallet__owner=stranger.person).exists()

    def test_wrong_pins_for_a_passkey_are_counted_like_those_for_payments(self, stranger):
        stranger.adds()
        answers = [stranger.allows(f"00000{each}") for each in range(6)]

        assert ["pin_locked" in each.text for each in answers] == [False] * 5 + [True]

    @pytest.mark.parametrize("other", ["amount", "payee", "id", "signing in"])
    def test_yes_to_one_payment_confirms_nothing_else(self, world, rich, other):
        order = self.order(world, 5_000)
        options = (
            rich.browser.ask_json("/sign-in/passkey/challenge", page="/sign-in").json()
            if other == "signing in"
            else rich.challenge(order)
        )
        changed = {
            "amount": {"amount": 50_000},
            "payee": {"payee": world.other_shop},
            "id": {"id": str(uuid4())},
        }.get(other, {})
        answer = rich.pays({**order, **changed}, rich.passkey.yes(options))

        assert code_of(answer) == (422, "passkey_wrong")
        assert not Payment.objects.filter(client_id__in=[order["id"], {**order, **changed}["id"]]).exists()

    def test_yes_to_a_payment_in_one_city_confirms_none_in_another(self, world, rich):
        sejong = city_named("sejong")
        open_wallet(
            city=sejong, kind=Wallet.Kind.RESIDENT, owner=rich.person, signer=wiring.signer(), pin=PIN, now=clock.now()
        )
        assert rich.allows(city="sejong").status_code == 302
        order = {"id": str(uuid4()), "payee": world.sejong.shops()[0], "amount": 1}

        answer = rich.pays(order, rich.passkey.yes(rich.challenge(order)), city="sejong")

        assert code_of(answer) == (422, "passkey_wrong")

    @pytest.mark.parametrize("wrong", ["another site", "not verified", "another key", "too old", "another person's"])
    def test_payment_by_what_is_no_yes_of_an_allowed_passkey_is_refused(self, world, rich, stranger, wrong):
        order = self.order(world)
        options = rich.challenge(order)
        passkey = rich.passkey.used_more()
        if wrong == "another site":
            passkey.origin = "https://evil.example"
        if wrong == "not verified":
            passkey.flags = PRESENT
        if wrong == "another key":
            passkey.key = SoftPasskey("").key
        if wrong == "too old":
            PasskeyChallenge.objects.update(expires_at=clock.now() - timedelta(seconds=1))
        if wrong == "another person's":
            stranger.adds()
            stranger.allows()
            passkey = stranger.passkey

        assert code_of(rich.pays(order, passkey.yes(options))) == (422, "passkey_wrong")

    def test_yes_that_was_refused_once_pays_under_no_new_id(self, world, rich):
        order = self.order(world)
        yes = rich.passkey.yes(rich.challenge(order))
        rich.pays({**order, "amount": 2}, yes)

        assert code_of(rich.pays(order, yes)) == (409, "payment_id_reused")
        assert not Payment.objects.filter(client_id=order["id"]).exists()

    def test_yes_sent_ten_times_at_once_is_one_payment(self, world, rich):
        order = self.order(world)
        yes = rich.passkey.yes(rich.challenge(order))

        with ThreadPoolExecutor(10) as at_once:
            answers = list(at_once.map(lambda _: rich.pays(order, yes), range(10)))

        assert {each.status_code for each in answers} == {201}
        assert Payment.objects.filter(client_id=order["id"]).count() == 1

    def test_paying_passkey_whose_count_goes_back_is_refused_and_an_incident_of_the_city(self, world, rich):
        rich.pays(first := self.order(world, 1), rich.passkey.yes(rich.challenge(first)))
        rich.passkey.count -= 1
        second = self.order(world, 1)

        answer = rich.pays(second, rich.passkey.yes(rich.challenge(second)))

        assert code_of(answer) == (422, "passkey_wrong")
        assert Incident.objects.filter(what="passkey_copied").latest("pk").city.slug == "gimpo"

    def test_payment_with_both_pin_and_passkey_is_refused(self, world, rich):
        order = self.order(world)
        yes = rich.passkey.yes(rich.challenge(order))

        assert code_of(rich.pays({**order, "pin": PIN}, yes)) == (400, "fields_wrong")

    def test_passkey_is_asked_for_at_no_ip_address(self, world, rich):
        visitor = Visitor(world.system.web_url)
        visitor.sign_in(rich.phone)
        order = self.order(world)

        answer = visitor.ask_json(
            f"/api/v1/gimpo/payments/{order['id']}/passkey",
            {"payee": order["payee"], "amount": 1},
            page="/gimpo/wallet/me",
        )

        assert code_of(answer) == (404, "passkeys_not_here")
        assert "패스키" not in said(visitor.get("/gimpo/wallet/me"))
