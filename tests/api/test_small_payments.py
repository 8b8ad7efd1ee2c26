"""Small payments without the PIN, by plain HTTP: who may send one, each bound, and every way round that somebody may try."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, transaction

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.cities.queries import city_named
from citycoin.platform.rules.models import Rule
from contracts.doors import wiring
from merchants.domain.codes import PaymentCode
from merchants.models import PaymentRequest
from tests import patient
from tests.api.world import World
from tests.outside import Json, code_of
from tests.passkeys import SoftPasskey
from tests.visitor import Visitor, forget_codes, said
from wallets.domain.rules import LARGEST_SMALL, SMALL_PAYMENT
from wallets.doors.shown import SHOWN
from wallets.models import Payment, Wallet
from wallets.operations.wallets import open_wallet

pytestmark = pytest.mark.both_databases

PIN = "135790"  # of the world's people
ME = "/gimpo/wallet/me"
CEILING = 10_000
OFF = {"small_most": 0, "small_since": None, "small_in_a_row": 0, "small_won": 0, "small_day": None}


@dataclass(slots=True)
class Owner:
    """Somebody at pages, with won, whose key the city keeps. Each payment is of a few won, unless a test needs more."""

    world: World
    phone: str
    wallet: Wallet
    browser: Visitor
    tokens: dict[int, str] = field(default_factory=dict)  # of each browser's pages, as long as it is signed in
    opened: list[Visitor] = field(default_factory=list)  # kept, so that no other gets its id

    def order(self, won: int = 1, **more: object) -> Json:
        return {"id": str(uuid4()), "payee": self.world.shop, "amount": won, **more}

    def sends(self, order: Json, *, browser: Visitor | None = None, city: str = "gimpo") -> httpx.Response:
        asks = browser or self.browser
        headers = {"X-CSRFToken": self.tokens[id(asks)]}
        return asks.http.post(f"{asks.web_url}/api/v1/{city}/payments", json=order, headers=headers)

    def pays(self, won: int = 1, *, browser: Visitor | None = None, **more: object) -> httpx.Response:
        return self.sends(self.order(won, unconfirmed=True, **more), browser=browser)

    def confirms(self, won: int = 1, *, browser: Visitor | None = None) -> httpx.Response:
        return self.sends(self.order(won, pin=PIN), browser=browser)

    def chooses(self, most: object, pin: str = "", *, browser: Visitor | None = None) -> httpx.Response:
        return (browser or self.browser).send(f"{ME}/small-payments", {"most": str(most), "pin": pin}, page=ME)

    def elsewhere(self) -> Visitor:
        """Another device, signed in by a text message alone."""
        return self.signed_in(Visitor(self.world.localhost))

    def signed_in(self, browser: Visitor) -> Visitor:
        forget_codes()
        browser.sign_in(self.phone)
        self.tokens[id(browser)] = token_on(browser)
        self.opened.append(browser)
        return browser

    def row(self, **changed: object) -> Wallet:
        Wallet.objects.filter(pk=self.wallet.pk).update(**changed) if changed else None
        return Wallet.objects.get(pk=self.wallet.pk)

    def session(self) -> SessionStore:
        return SessionStore(
            next(value for name, value in self.browser.http.cookies.items() if name.startswith("city_session"))
        )


def token_on(browser: Visitor) -> str:
    """What the browser's pages send along with each request."""
    return browser.get(ME).text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]


@pytest.fixture(scope="module")
def _signed_in(world) -> Owner:
    phone = f"010-{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"
    person = person_of_phone(phone=digits_of(phone), name="김소액", now=clock.now())
    Wallet.objects.filter(keys__address=world.kept.address).update(owner=person)
    made = Owner(world, phone, Wallet.objects.get(owner=person, city__slug="gimpo"), Visitor(world.localhost))
    made.signed_in(made.browser)
    return made


@pytest.fixture
def careful(_signed_in: Owner) -> Iterator[Owner]:
    """Who has chosen nothing, and whose session has shown nothing."""
    clean = {**OFF, "pin_failures": 0, "pin_locked_until": None, "paced_until_ms": 0}
    _signed_in.row(**clean)
    kept = _signed_in.session()
    kept.pop(SHOWN, None)
    kept.save()
    yield _signed_in
    _signed_in.row(**clean)


@pytest.fixture
def owner(careful: Owner) -> Owner:
    """Who has chosen a ceiling by their PIN."""
    assert careful.chooses(CEILING, PIN).status_code == 302
    return careful


class TestChoosing:
    def test_payment_is_confirmed_until_its_owner_chose_otherwise(self, careful):
        assert careful.confirms().status_code == 201
        assert code_of(careful.pays()) == (422, "confirmation_needed")
        assert "지금은 항상 비밀번호를 물어요" in said(careful.browser.get(ME))

    @pytest.mark.parametrize("pin", ["", "000000", "13579"])
    def test_ceiling_rises_by_no_wrong_pin_and_what_was_chosen_stays_ticked(self, careful, pin):
        answer = careful.chooses(20_000, pin)

        assert (answer.status_code, "pin_wrong" in answer.text) == (422, True)
        assert '<input type="radio" id="small-20000" name="most" value="20000" checked' in " ".join(answer.text.split())
        assert careful.row().small_most == 0
        assert code_of(careful.pays()) == (422, "confirmation_needed")

    def test_wrong_pins_for_a_ceiling_lock_the_wallet_like_those_for_payments(self, careful):
        answers = [careful.chooses(CEILING, f"00000{each}") for each in range(6)]

        assert ["pin_locked" in each.text for each in answers] == [False] * 5 + [True]
        assert code_of(careful.confirms()) == (422, "pin_locked")

    def test_ceiling_falls_and_goes_without_a_pin_and_rises_by_it_alone(self, owner):
        lower = owner.chooses(5_000)
        higher = owner.chooses(20_000)
        after = owner.row().small_most
        off = owner.chooses(0)

        assert (lower.status_code, higher.status_code, after, off.status_code) == (302, 422, 5_000, 302)
        assert (owner.row().small_most, owner.row().small_since) == (0, None)
        assert code_of(owner.pays()) == (422, "confirmation_needed")

    @pytest.mark.parametrize("most", ["", "-1", "1", "10001", "50000", "50001", "9" * 40, "만", "1e4", "10,000.5"])
    def test_sum_that_is_not_offered_is_refused_in_words(self, owner, most):
        answer = owner.chooses(most, PIN)

        assert (answer.status_code, "ceiling_not_offered" in answer.text) == (422, True)
        assert owner.row().small_most == CEILING

    def test_wallet_whose_key_is_on_its_device_has_nothing_to_choose(self, world):
        phone = f"010-{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"
        person = person_of_phone(phone=digits_of(phone), name="김기기", now=clock.now())
        Wallet.objects.filter(keys__address=world.browser.address).update(owner=person)
        browser = Visitor(world.localhost)
        browser.sign_in(phone)

        answer = browser.send(f"{ME}/small-payments", {"most": "5000", "pin": PIN}, page=ME)
        paid = browser.ask_json(
            "/api/v1/gimpo/payments",
            {"id": str(uuid4()), "payee": world.shop, "amount": 1, "unconfirmed": True},
            page=ME,
        )

        assert (answer.status_code, "signature_needed" in answer.text) == (422, True)
        assert code_of(paid) == (422, "signature_needed")
        assert "비밀번호 없이 소액 결제" not in said(browser.get(ME))


class TestPaying:
    def test_small_payment_goes_without_the_pin_and_its_receipt_says_so(self, owner):
        answer = owner.pays(7)
        receipt = said(owner.browser.get(f"/gimpo/wallet/payments/{answer.json()['id']}"))

        assert (answer.status_code, answer.json()["amount"]) == (201, 7)
        assert "비밀번호 없이 결제한 소액" in receipt
        assert Payment.objects.get(client_id=answer.json()["id"]).confirmed_by == "nothing"

    def test_payment_keeps_what_confirmed_it(self, world, owner):
        pin = owner.confirms().json()["id"]
        signed = world.device.pay(world.shop, 1)["id"]

        kept = dict(Payment.objects.filter(client_id__in=[pin, signed]).values_list("client_id", "confirmed_by"))
        assert {str(each): how for each, how in kept.items()} == {pin: "pin", signed: "signature"}

    def test_payment_above_the_ceiling_asks_and_the_same_sum_is_paid_by_the_pin(self, owner):
        above = owner.order(CEILING + 1, unconfirmed=True)

        refused = owner.sends(above)
        retried = owner.sends({**{k: v for k, v in above.items() if k != "unconfirmed"}, "pin": PIN})
        paid = owner.confirms(CEILING + 1)

        assert code_of(refused) == (422, "confirmation_needed")
        # Like a wrong PIN it is remembered under its id, and a page takes another one.
        assert code_of(retried) == (422, "confirmation_needed")
        assert paid.status_code == 201

    def test_answer_under_an_id_is_the_same_however_it_is_confirmed_afterwards(self, owner):
        order = owner.order(3)

        first = owner.sends({**order, "unconfirmed": True})
        again = owner.sends({**order, "unconfirmed": True})
        by_pin = owner.sends({**order, "pin": PIN})
        larger = owner.sends({**order, "amount": 4, "unconfirmed": True})

        assert [each.status_code for each in (first, again, by_pin)] == [201, 201, 201]
        assert first.json()["nonce"] == again.json()["nonce"] == by_pin.json()["nonce"]
        assert code_of(larger) == (409, "payment_id_reused")
        assert (owner.row().small_in_a_row, owner.row().small_won) == (1, 3)

    def test_sixth_in_a_row_asks_and_a_confirmed_one_begins_another_row(self, owner):
        five = [owner.pays().status_code for _ in range(5)]
        sixth = owner.pays()
        confirmed = owner.confirms().status_code
        seventh = owner.pays().status_code

        assert (five, code_of(sixth)) == ([201] * 5, (422, "confirmation_needed"))
        assert (confirmed, seventh) == (201, 201)

    def test_sum_of_a_day_is_three_ceilings_and_begins_anew_at_midnight_in_seoul_alone(self, owner):
        owner.row(small_won=3 * CEILING - 2, small_day=clock.now().astimezone(clock.KST).date())

        above, last = owner.pays(3), owner.pays(2)
        over = owner.pays(1)
        owner.confirms()
        still_over = owner.pays(1)
        off_and_on = [owner.chooses(0).status_code, owner.chooses(CEILING, PIN).status_code]
        not_renewed = owner.pays(1)
        owner.row(small_day=clock.now().astimezone(clock.KST).date() - timedelta(days=1))

        assert (code_of(above), last.status_code) == ((422, "confirmation_needed"), 201)
        assert {code_of(over), code_of(still_over), code_of(not_renewed)} == {(422, "confirmation_needed")}
        assert off_and_on == [302, 302]
        assert owner.pays(1).status_code == 201
        assert owner.row().small_won == 1

    def test_payment_that_is_refused_counts_for_nothing(self, owner):
        Wallet.objects.filter(pk=owner.wallet.pk).update(small_won=0, small_in_a_row=0)
        answer = owner.sends({**owner.order(1, unconfirmed=True), "payee": "0x" + "ab" * 20})

        assert code_of(answer) == (422, "shop_not_registered")
        assert (owner.row().small_in_a_row, owner.row().small_won) == (0, 0)

    def test_two_phones_at_once_do_not_pass_the_bounds(self, owner):
        owner.row(small_in_a_row=4)
        orders = [owner.order(1, unconfirmed=True) for _ in range(6)]

        with ThreadPoolExecutor(len(orders)) as at_once:
            answers = [each.status_code for each in at_once.map(owner.sends, orders)]

        assert sorted(answers) == [201] + [422] * 5
        assert owner.row().small_in_a_row == 5

    def test_request_of_a_shop_is_paid_so_at_its_own_amount_alone(self, world, owner):
        request = world.request(500)

        changed = owner.pays(1, request=request)
        exact = owner.pays(500, request=request)

        assert code_of(changed) == (422, "request_differs")
        assert exact.status_code == 201

    def test_city_that_lowers_its_bound_lowers_every_owners_ceiling(self, owner):
        rule = Rule.objects.filter(city=owner.wallet.city, kind=SMALL_PAYMENT.name)
        kept = rule.get().body
        try:
            rule.update(body={**kept, "most_won": 5_000})
            above, within = owner.pays(5_001), owner.pays(1)
            rule.update(body={**kept, "most_won": 0})
            none, page = owner.pays(), said(owner.browser.get(ME))
        finally:
            rule.update(body=kept)

        assert (code_of(above), within.status_code) == ((422, "confirmation_needed"), 201)
        assert code_of(none) == (422, "confirmation_needed")
        assert "모든 결제에 비밀번호를 물어요" in page

    def test_frozen_wallet_pays_nothing(self, owner):
        owner.row(frozen_at=clock.now())
        answer = owner.pays()
        owner.row(frozen_at=None)

        assert code_of(answer) == (422, "payer_frozen")

    def test_pay_page_says_what_goes_without_the_pin_and_what_is_left(self, owner):
        page = f"/gimpo/pay/{PaymentCode(PaymentRequest.objects.get(pk=owner.world.request(700)).code)}"
        before = owner.browser.get(page)
        for _ in range(5):
            owner.pays(100)
        after = owner.browser.get(page)

        assert "10,000원까지는 비밀번호를 묻지 않아요 · 오늘 30,000원 남음" in said(before)
        assert 'data-unasked="10000"' in before.text
        assert "이번 결제에는 비밀번호를 물어요" in said(after)
        assert 'data-unasked="0"' in after.text


class TestWaysRound:
    """What somebody tries who has the phone number, a device, a token or an old page, and not the PIN."""

    def test_new_sign_in_by_a_text_message_pays_nothing_until_the_pin_was_shown_there(self, owner):
        thief = owner.elsewhere()

        before = owner.pays(browser=thief)
        raised = owner.chooses(30_000, "", browser=thief)
        lowered = owner.chooses(5_000, "", browser=thief)
        still = owner.pays(browser=thief)
        owner.confirms(browser=thief)

        assert {code_of(before), code_of(still)} == {(422, "confirmation_needed")}
        assert (raised.status_code, lowered.status_code) == (422, 302)
        assert owner.pays(browser=thief).status_code == 201

    def test_new_sign_in_in_the_same_browser_has_shown_nothing(self, owner):
        assert owner.pays().status_code == 201
        owner.signed_in(owner.browser)

        assert code_of(owner.pays()) == (422, "confirmation_needed")

    def test_payment_answered_once_more_under_its_id_shows_no_pin(self, owner):
        """Its PIN isn't read again, so a wrong one gets the answer of before; that must not count as shown."""
        paid = owner.order(1)
        owner.sends({**paid, "pin": PIN})
        thief = owner.elsewhere()

        replayed = owner.sends({**paid, "pin": "000000"}, browser=thief)

        assert replayed.status_code == 201
        assert code_of(owner.pays(browser=thief)) == (422, "confirmation_needed")

    def test_wrong_pin_in_a_session_shows_nothing_there(self, owner):
        thief = owner.elsewhere()
        assert code_of(owner.sends(owner.order(1, pin="000000"), browser=thief)) == (422, "pin_wrong")

        assert code_of(owner.pays(browser=thief)) == (422, "confirmation_needed")

    def test_device_that_had_shown_the_pin_pays_no_more_after_its_owner_switched_off_and_on_elsewhere(self, owner):
        lost, mine = owner.browser, owner.elsewhere()
        assert owner.pays(browser=lost).status_code == 201

        owner.chooses(0, browser=mine)
        owner.chooses(CEILING, PIN, browser=mine)

        assert code_of(owner.pays(browser=lost)) == (422, "confirmation_needed")
        assert owner.pays(browser=mine).status_code == 201

    def test_token_pays_nothing_unconfirmed_nor_with_a_session_beside_it(self, world, owner):
        order = owner.order(1, unconfirmed=True)
        headers = {"Authorization": f"Bearer {world.kept.token}"}
        path = f"{world.localhost}/api/v1/gimpo/payments"

        alone = patient.post(path, json=order, headers=headers)
        beside = owner.browser.http.post(path, json=owner.order(1, unconfirmed=True), headers=headers)

        assert code_of(alone) == code_of(beside) == (422, "confirmation_needed")

    def test_pin_by_a_token_begins_no_session_in_which_nothing_is_asked(self, world, owner):
        thief = owner.elsewhere()
        headers = {"Authorization": f"Bearer {world.kept.token}"}
        path = f"{world.localhost}/api/v1/gimpo/payments"

        paid = thief.http.post(path, json=owner.order(1, pin=PIN), headers=headers)

        assert paid.status_code == 201
        assert code_of(owner.pays(browser=thief)) == (422, "confirmation_needed")

    def test_locked_pin_switches_them_off_until_the_right_one_was_shown_after_it(self, owner):
        thief = owner.elsewhere()
        for each in range(5):
            owner.sends(owner.order(1, pin=f"00000{each}"), browser=thief)
        while_locked = owner.pays()
        owner.row(pin_locked_until=clock.now())  # its time is over

        afterwards = owner.pays()
        owner.confirms()

        assert code_of(while_locked) == (422, "pin_locked")
        assert code_of(afterwards) == (422, "confirmation_needed")
        assert owner.pays().status_code == 201

    def test_pin_shown_longer_ago_than_the_city_allows_counts_no_more(self, owner):
        kept = owner.session()
        ((wallet, (signed_in, at)),) = kept[SHOWN].items()
        days = SMALL_PAYMENT.usual.pin_within.count + 1
        shown = datetime.fromtimestamp(at, UTC) - timedelta(days=days)
        kept[SHOWN] = {wallet: [signed_in, shown.timestamp()]}
        kept.save()
        owner.row(small_since=shown)

        assert code_of(owner.pays()) == (422, "confirmation_needed")

    def test_pin_of_one_citys_wallet_opens_nothing_of_anothers(self, world, owner):
        sejong = city_named("sejong")
        if not Wallet.objects.filter(city=sejong, owner=owner.wallet.owner).exists():
            open_wallet(
                city=sejong,
                kind=Wallet.Kind.RESIDENT,
                owner=owner.wallet.owner,
                signer=wiring.signer(),
                pin=PIN,
                now=clock.now(),
            )
        Wallet.objects.filter(city=sejong, owner=owner.wallet.owner).update(
            small_most=CEILING, small_since=owner.row().small_since
        )
        order = {"id": str(uuid4()), "payee": world.sejong.shops()[0], "amount": 1, "unconfirmed": True}

        assert code_of(owner.sends(order, city="sejong")) == (422, "confirmation_needed")

    def test_page_of_another_site_sends_none(self, owner):
        answer = owner.browser.http.post(
            f"{owner.world.localhost}/api/v1/gimpo/payments", json=owner.order(1, unconfirmed=True)
        )
        chosen = owner.browser.http.post(f"{owner.world.localhost}{ME}/small-payments", data={"most": "0"})

        assert code_of(answer) == (400, "form_token_missing")
        assert chosen.status_code == 409
        assert owner.row().small_most == CEILING

    @pytest.mark.parametrize(
        "sent",
        [
            {"unconfirmed": False},
            {"unconfirmed": "true"},
            {"unconfirmed": 1},
            {"unconfirmed": None},
            {"unconfirmed": True, "pin": "000000"},
            {"unconfirmed": True, "nonce": 1, "expires": 1, "signature": "0x" + "00" * 64},
            {},
        ],
        ids=str,
    )
    def test_what_only_looks_like_an_unconfirmed_payment_is_unreadable(self, owner, sent):
        assert code_of(owner.sends(owner.order(1, **sent))) == (400, "fields_wrong")

    def test_passkey_that_pays_shows_as_much_as_the_pin(self, owner):
        passkey = SoftPasskey(owner.world.localhost)
        browser = owner.elsewhere()
        options = browser.ask_json("/passkeys/challenge", page=ME).json()
        assert browser.ask_json("/passkeys", {"passkey": passkey.made(options)}, page=ME).status_code == 201
        made = owner.wallet.owner.passkeys.latest("pk")
        browser.send(f"{ME}/passkeys/{made.pk}/pays", {"pin": PIN}, page=ME)
        order = owner.order(1)
        asked = browser.ask_json(
            f"/api/v1/gimpo/payments/{order['id']}/passkey", {"payee": order["payee"], "amount": 1}, page=ME
        )
        paid = owner.sends({**order, "passkey": passkey.yes(asked.json())}, browser=browser)
        kept = Payment.objects.get(client_id=order["id"]).confirmed_by
        made.delete()

        assert (paid.status_code, kept) == (201, "passkey")
        assert owner.pays(browser=browser).status_code == 201

    def test_database_itself_refuses_a_large_payment_without_a_proof_and_a_ceiling_without_a_pin(self, world, owner):
        large = Payment.objects.filter(payer=owner.wallet, confirmed_by="pin").first()
        large = large or Payment.objects.get(client_id=owner.confirms().json()["id"])

        with pytest.raises(IntegrityError, match="only_a_small_payment_goes_unconfirmed"), transaction.atomic():
            Payment.objects.filter(pk=large.pk).update(confirmed_by="nothing", amount=LARGEST_SMALL + 1)
        with pytest.raises(IntegrityError, match="a_payment_says_what_confirmed_it"), transaction.atomic():
            Payment.objects.filter(pk=large.pk).update(confirmed_by="")
        with pytest.raises(IntegrityError, match="a_pin_let_small_payments_go_unconfirmed"), transaction.atomic():
            Wallet.objects.filter(keys__address=world.browser.address).update(small_most=1, small_since=clock.now())
        with pytest.raises(IntegrityError, match="a_small_payment_is_small"), transaction.atomic():
            Wallet.objects.filter(pk=owner.wallet.pk).update(small_most=LARGEST_SMALL + 1)
