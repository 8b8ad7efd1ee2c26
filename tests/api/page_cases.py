"""Every published code that a page says, and how somebody comes to read it there."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import httpx
import pyotp
from django.conf import settings
from django.db import transaction

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Amount
from citycoin.money.bank.models import Deposit
from citycoin.money.bank.queries.accounts import account_of
from citycoin.money.issuance.domain.decisions import BudgetFacts
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.models import BrowserKey, Programme, Proposal
from citycoin.money.issuance.operations.approvals import propose_budget
from citycoin.money.payouts.models import PayoutAccount
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.operations.people import open_official, person_of_phone
from citycoin.platform.cities.models import City
from citycoin.platform.exports.domain.formats import FORMATS
from citycoin.platform.exports.domain.pdf_files import MOST_ROWS_OF_A_STRIP
from citycoin.platform.exports.models import FileJob
from citycoin.platform.exports.operations import MOST_UNDER_WAY, ask_for_file
from citycoin.platform.exports.queries import FILES, PEOPLE, Wanted, recipe_named
from citycoin.platform.incidents.models import Incident
from citycoin.platform.passkeys.operations import MOST_OF_A_PERSON
from citycoin.platform.queues.models import FailedRow
from citycoin.platform.reports.domain import MOST_OF_A_NETWORK, new_code
from citycoin.platform.reports.models import Report
from citycoin.platform.rules.models import Rule
from contracts.doors import wiring
from merchants.domain.businesses import Business
from merchants.domain.codes import PaymentCode
from merchants.domain.rules import SHOP_REFUND, ShopRefundTerms
from merchants.models import Refund, RefundClaim, Shop, ShopApplication, Staff
from merchants.operations.applications import apply_for_shop
from merchants.operations.claims import ClaimRequest, claim
from merchants.operations.pins import set_pin
from merchants.operations.register_views import MOST_VIEWS, save_view
from merchants.operations.requests import ask
from merchants.operations.shops import open_shop
from tests.api.cases import CASES, Asked, posted, provokes, said_to_the_operator
from tests.api.stops import stopped
from tests.api.test_budgets import while_posting
from tests.api.world import World, another_web, business_number
from tests.bank import deposit
from tests.officials import OfficialAtWork, number_of, official_at_work
from tests.outside import CityApi, P256Key, eventually
from tests.passkeys import SoftPasskey
from tests.visitor import Visitor, texted_code
from wallets.models import Payment, Status, Wallet
from wallets.operations.settling import void
from wallets.operations.wallets import open_wallet


def _phone() -> str:
    return f"010-{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"


def _official_name() -> str:
    name = f"official-{secrets.token_hex(4)}"
    secret = pyotp.random_base32()
    open_official(city=City.objects.first(), username=name, password="right", totp_secret=secret, now=clock.now())
    return name


@provokes("phone_wrong")
def _a_phone_at_home(world: World) -> Asked:
    return lambda: Visitor(world.system.web_url).send("/sign-in", {"phone": "02-123-4567"})


@provokes("too_many_codes")
def _a_second_code_at_once(world: World) -> Asked:
    visitor, phone = Visitor(world.system.web_url), _phone()
    visitor.send("/sign-in", {"phone": phone})
    return lambda: visitor.send("/sign-in", {"phone": phone})


@provokes("text_messages_off")
def _a_code_where_there_is_no_demo(world: World) -> Asked:
    url = world.undo.enter_context(another_web(world.system, CITYCOIN_DEMO="0"))
    return lambda: Visitor(url).send("/sign-in", {"phone": _phone()})


@provokes("sign_in_code_wrong")
def _a_wrong_code(world: World) -> Asked:
    visitor, phone = Visitor(world.system.web_url), _phone()
    visitor.send("/sign-in", {"phone": phone})
    wrong = f"{(int(texted_code(phone)) + 1) % 10**6:06}"
    return lambda: visitor.send("/sign-in/code", {"code": wrong})


@provokes("sign_in_code_unreadable")
def _a_word_for_a_code(world: World) -> Asked:
    visitor = Visitor(world.system.web_url)
    visitor.send("/sign-in", {"phone": _phone()})
    return lambda: visitor.send("/sign-in/code", {"code": "code"})


@provokes("shop_unknown")
def _a_shop_that_the_register_has_not(world: World) -> Asked:
    official = official_at_work(world.system.web_url, City.objects.get(slug="gimpo"))
    return lambda: official.get("shops/999999999")


@provokes("sign_in_refused")
def _a_wrong_password(world: World) -> Asked:
    form = {"username": _official_name(), "password": "wrong", "code": "000000"}
    return lambda: Visitor(world.system.web_url).send("/officials/sign-in", form)


@provokes("sign_in_locked")
def _a_sixth_try(world: World) -> Asked:
    visitor = Visitor(world.system.web_url)
    form = {"username": _official_name(), "password": "wrong", "code": "000000"}
    for _ in range(5):
        visitor.send("/officials/sign-in", form)
    return lambda: visitor.send("/officials/sign-in", form)


@provokes("page_too_old")
def _a_form_of_another_site(world: World) -> Asked:
    visitor = Visitor(world.system.web_url)
    return lambda: visitor.http.post(f"{world.system.web_url}/sign-in", data={"phone": _phone()})


@provokes("export_format_unknown")
def _a_file_of_a_kind_that_there_is_not(world: World) -> Asked:
    owner, shop = _owner(world)
    return lambda: owner.get(f"/gimpo/shops/{shop.pk}/settlements/2026-11/payments?as=doc")


@provokes("too_many_files")
def _a_file_beyond_those_under_way(world: World) -> Asked:
    owner, shop, path = _owner_of_files(world)
    years = [str(year) for year in range(2000, 2000 + MOST_UNDER_WAY)]
    person = Staff.objects.filter(shop=shop, role=Staff.Role.OWNER).latest("pk").person
    for year in years:
        _under_way(world, person, shop, year)
    return lambda: owner.send(f"{path}&period=2026", {"id": str(uuid4())})


@provokes("file_id_reused")
def _another_file_under_the_same_id(world: World) -> Asked:
    owner, shop, path = _owner_of_files(world)
    person = Staff.objects.filter(shop=shop, role=Staff.Role.OWNER).latest("pk").person
    job = _under_way(world, person, shop, "2025")
    return lambda: owner.send(f"{path}&period=2026", {"id": str(job.client_id)})


def _owner_of_files(world: World) -> tuple[Visitor, Shop, str]:
    owner, shop = _owner(world)
    return owner, shop, f"/gimpo/files/new/shop-payments?shop={shop.pk}&as=csv"


def _under_way(world: World, person: Person, shop: Shop, year: str) -> FileJob:
    """A file that no worker makes: somebody else's failure has it wait."""
    wanted = Wanted(person, shop.city, {"shop": str(shop.pk), "period": year}, clock.now())
    with transaction.atomic():
        job = ask_for_file(
            client_id=uuid4(), recipe=recipe_named("shop-payments", PEOPLE), wanted=wanted, format_=FORMATS["csv"]
        )
        again_at = clock.now() + timedelta(days=1)
        row = FailedRow.objects.create(queue=FILES.name, row=job.pk, tries=1, reason="-", again_at=again_at)
    world.undo.callback(row.delete)
    world.undo.callback(job.delete)
    return job


@provokes("export_too_long")
def _a_strip_of_more_payments_than_fit(world: World) -> Asked:
    owner, shop = _owner(world)
    paid = Payment.objects.get(client_id=world.device.pay(world.shop, 1)["id"])
    long_ago = datetime(2020, 2, 2, tzinfo=KST)

    def voided(number: int) -> Payment:
        made = copy(paid)
        made.pk, made.client_id, made.nonce, made.status = None, uuid4(), 2**40 + number, Status.VOIDED
        made.payee_id = shop.wallet_id
        made.batch = made.batch_index = None
        made.authorised_at = made.ended_at = long_ago
        return made

    Payment.objects.bulk_create(voided(number) for number in range(MOST_ROWS_OF_A_STRIP + 1))
    world.undo.callback(Payment.objects.filter(payee=shop.wallet_id, authorised_at=long_ago).delete)
    return lambda: owner.get(f"/gimpo/shops/{shop.pk}/settlements/2020-02/payments?as=80mm")


@provokes("not_here")
def _the_console_of_another_city(world: World) -> Asked:
    visitor, name, secret = Visitor(world.system.web_url), f"official-{secrets.token_hex(4)}", pyotp.random_base32()
    here, elsewhere = City.objects.all()[:2]
    open_official(city=here, username=name, password="right", totp_secret=secret, now=clock.now())
    form = {"username": name, "password": "right", "code": pyotp.TOTP(secret).now()}
    visitor.send("/officials/sign-in", form)
    return lambda: visitor.get(f"/{elsewhere.slug}/console/")


@provokes("form_token_missing")
def _a_session_without_the_pages_token(world: World) -> Asked:
    visitor = Visitor(world.system.web_url)
    visitor.sign_in(_phone())
    body = {"payee": world.shop, "amount": 1}
    return lambda: visitor.http.post(f"{world.system.web_url}/api/v1/{world.gimpo.city}/quotes", json=body)


@provokes("code_not_ours")
def _a_link_to_elsewhere(world: World) -> Asked:
    return posted(world.gimpo, "codes", {"text": "https://evil.example/pay/1"})


@provokes("code_torn")
def _half_a_code(world: World) -> Asked:
    return posted(world.gimpo, "codes", {"text": "7K2M9"})


@provokes("link_torn")
def _a_link_of_ours_without_its_end(world: World) -> Asked:
    return posted(world.gimpo, "codes", {"text": f"{settings.PUBLIC_URL}/{world.gimpo.city}/pay/7K2M9"})


@provokes("signed_out")
def _the_board_of_a_shop_to_a_script_without_a_session(world: World) -> Asked:
    _, shop = _owner(world)
    return lambda: Visitor(world.system.web_url).get(f"/{shop.city.slug}/shops/{shop.pk}/board")


@provokes("no_wallet_here")
def _a_receipt_to_somebody_without_a_wallet(world: World) -> Asked:
    visitor = _signed_in(world)
    return lambda: visitor.get(f"/{world.gimpo.city}/wallet/payments/{uuid4()}")


# ---- Residents -----------------------------------------------------------------------------------------------------

START = {
    "key": "city", "pin": "240613", "pin_again": "240613", "terms": "yes", "privacy": "yes",
}  # fmt: skip


def _signed_in(world: World, phone: str = "") -> Visitor:
    visitor = Visitor(world.system.web_url)
    visitor.sign_in(phone or _phone())
    return visitor


def _starting(world: World, **changed: str) -> Asked:
    visitor, form = _signed_in(world), START | changed
    return lambda: visitor.send(
        f"/{world.gimpo.city}/wallet/start", {name: value for name, value in form.items() if value}
    )


@provokes("pin_too_simple")
def _a_pin_that_all_try_first(world: World) -> Asked:
    return _starting(world, pin="123456", pin_again="123456")


@provokes("pins_differ")
def _two_pins(world: World) -> Asked:
    return _starting(world, pin_again="240614")


def _report(world: World, **changed: str) -> httpx.Response:
    form = {"kind": "shop_name", "about": "", "text": "간판은 다른 이름이에요.", **changed}
    return Visitor(world.system.web_url).send(f"/{world.gimpo.city}/reports", form)


def _another(report: Report) -> Report:
    """The same network's next one."""
    return Report(
        city=report.city, code=new_code(), kind=report.kind, text="다시", network=report.network,
        reported_at=report.reported_at, due_at=report.due_at,
    )  # fmt: skip


def _reported(world: World) -> int:
    """The number of a report that waits in Gimpo."""
    Report.objects.filter(answered_at=None).delete()
    assert _report(world).status_code == httpx.codes.FOUND
    return Report.objects.get(city__slug=world.gimpo.city, answered_at=None).pk


@provokes("report_empty")
def _a_report_without_a_word(world: World) -> Asked:
    return lambda: _report(world, text=" ")


@provokes("too_many_reports")
def _a_report_too_many_of_one_network(world: World) -> Asked:
    number = _reported(world)
    first = Report.objects.get(pk=number)
    world.undo.callback(Report.objects.filter(text="다시").delete)
    others = range(1, MOST_OF_A_NETWORK)
    Report.objects.bulk_create(_another(first) for _ in others)
    return lambda: _report(world)


@provokes("report_unknown")
def _a_report_that_nobody_made(world: World) -> Asked:
    return lambda: Visitor(world.system.web_url).get(f"/{world.gimpo.city}/reports/0000-0000")


@provokes("entry_unknown")
def _an_entry_that_the_register_has_not(world: World) -> Asked:
    return lambda: Visitor(world.system.web_url).get(f"/{world.gimpo.city}/register/D-999999999")


@provokes("too_many_views")
def _a_view_more_than_are_kept(world: World) -> Asked:
    at_work = _at_work(world)
    for number in range(MOST_VIEWS):
        save_view(official=at_work.official, name=f"보기 {number}", query="", now=clock.now())
    return lambda: at_work.send("shops/views", {"name": "하나 더", "query": ""}, page="shops")


@provokes("view_unknown")
def _a_view_that_nobody_saved(world: World) -> Asked:
    at_work = _at_work(world)
    return lambda: at_work.send("shops/views/999999999/remove", page="shops")


@provokes("answer_missing")
def _an_answer_without_a_word(world: World) -> Asked:
    at_work, number = _at_work(world), _reported(world)
    return lambda: at_work.send(f"reports/{number}/answer", {"answer": " "}, page=f"reports/{number}")


@provokes("report_answered")
def _a_second_answer(world: World) -> Asked:
    at_work, number = _at_work(world), _reported(world)
    at_work.send(f"reports/{number}/answer", {"answer": "고쳤습니다."}, page=f"reports/{number}")
    return lambda: at_work.send(f"reports/{number}/answer", {"answer": "또 고쳤습니다."}, page="stop")


@provokes("filter_wrong")
def _a_register_of_no_kind(world: World) -> Asked:
    return lambda: Visitor(world.system.web_url).get(f"/{world.gimpo.city}/register?kind=gifts")


@provokes("consent_missing")
def _no_consent(world: World) -> Asked:
    return _starting(world, terms="")


@provokes("proof_missing")
def _a_key_without_proof(world: World) -> Asked:
    return _starting(world, key="browser")


@provokes("wallet_open_already")
def _a_second_wallet(world: World) -> Asked:
    city = City.objects.get(slug=world.gimpo.city)
    owner = person_of_phone(phone=digits_of(_phone()), now=clock.now())
    again = partial(
        open_wallet, city=city, kind=Wallet.Kind.RESIDENT, owner=owner, signer=wiring.signer(), pin="240613"
    )
    again(now=clock.now())
    return lambda: said_to_the_operator(lambda: again(now=clock.now()))


@provokes("amount_wrong")
def _a_top_up_of_0_won(world: World) -> Asked:
    visitor = _signed_in(world)
    visitor.send(f"/{world.gimpo.city}/wallet/start", START)
    return lambda: visitor.send(f"/{world.gimpo.city}/top-up", {"id": str(uuid4()), "other": "0"})


@provokes("reservation_long_enough")
def _a_third_time_more_time_to_pay(world: World) -> Asked:
    visitor, page = _signed_in(world), f"/{world.gimpo.city}/top-up"
    visitor.send(f"/{world.gimpo.city}/wallet/start", START)
    form = {"id": str(uuid4()), "other": "10000"}
    visitor.send(page, form)
    return lambda: visitor.send(f"{page}/{form['id']}/extend", {"number": "3"}, page=page)


@provokes("ceiling_not_offered")
def _a_ceiling_between_those_to_choose_from(world: World) -> Asked:
    visitor, me = _signed_in(world), f"/{world.gimpo.city}/wallet/me"
    visitor.send(f"/{world.gimpo.city}/wallet/start", START)
    return lambda: visitor.send(f"{me}/small-payments", {"most": "12345", "pin": START["pin"]}, page=me)


@provokes("nobody_to_practise")
def _practice_where_no_resident_of_the_demo_is_left(world: World) -> Asked:
    shop = Shop.objects.get(city__slug=world.gimpo.city, wallet__keys__address=world.shop)
    code = str(PaymentCode(ask(shop=shop, amount=Amount(100), now=clock.now()).code))
    notes = world.system.var / "demo.json"
    said = notes.read_text()
    world.undo.callback(notes.write_text, said)
    notes.write_text(json.dumps(json.loads(said) | {world.gimpo.city: {"residents": []}}))
    visitor = Visitor(world.system.web_url)
    form = {"city": world.gimpo.city, "code": code}
    return lambda: visitor.ask(visitor.get("/demo/inbox"), "/demo/practice", form)


@provokes("key_not_here")
def _a_top_up_by_a_browser_without_the_key(world: World) -> Asked:
    visitor, key = _signed_in(world), P256Key()
    page = visitor.get(f"/{world.gimpo.city}/wallet/start")
    given = visitor.ask(page, f"/{world.gimpo.city}/wallet/start/code").json()
    form = START | {"key": "browser", "code": given["code"], **key.introduced(given["text"])}
    visitor.send(f"/{world.gimpo.city}/wallet/start", form)
    return lambda: visitor.send(f"/{world.gimpo.city}/top-up", {"id": str(uuid4()), "other": "10000"})


@provokes("code_unknown")
def _a_code_of_nobody(world: World) -> Asked:
    return posted(world.gimpo, "codes", {"text": str(PaymentCode(0))})


@provokes("code_of_another_city")
def _a_shop_elsewhere(world: World) -> Asked:
    shop = Shop.objects.filter(city__slug=world.sejong.city).first()
    return posted(world.gimpo, "codes", {"text": str(PaymentCode(shop.code))})


# ---- Shops ---------------------------------------------------------------------------------------------------------


def _owner(world: World) -> tuple[Visitor, Shop]:
    """A new shop's owner, signed in."""
    phone, city = _phone(), City.objects.get(slug=world.gimpo.city)
    business = Business("시험 가게", "Test shop", business_number())
    shop, _ = open_shop(city=city, business=business, signer=wiring.signer(), now=clock.now())
    person = person_of_phone(phone=digits_of(phone), now=clock.now())
    Staff.objects.create(shop=shop, person=person, role=Staff.Role.OWNER, since=clock.now())
    return _signed_in(world, phone), shop


@provokes("name_wrong")
def _a_number_for_a_devices_name(world: World) -> Asked:
    owner, shop = _owner(world)
    page = f"/{shop.city.slug}/shops/{shop.pk}/devices"
    return lambda: owner.send(page, {"name": "1004"}, page=page)


def _application(world: World) -> ShopApplication:
    applicant = person_of_phone(phone=digits_of(_phone()), now=clock.now())
    business = Business("새 가게", "New shop", business_number())
    city = City.objects.get(slug=world.gimpo.city)
    return apply_for_shop(city=city, applicant=applicant, business=business, now=clock.now())


@provokes("staff_already")
def _the_same_person_twice(world: World) -> Asked:
    owner, shop = _owner(world)
    page, form = f"/{shop.city.slug}/shops/{shop.pk}/staff", {"phone": _phone(), "role": "cashier"}
    owner.send(page, form)
    return lambda: owner.send(page, form)


@provokes("last_owner")
def _no_owner_left(world: World) -> Asked:
    owner, shop = _owner(world)
    page = f"/{shop.city.slug}/shops/{shop.pk}/staff"
    return lambda: owner.send(f"{page}/{shop.staff.get().pk}", {"end": "yes"}, page=page)


@provokes("pairing_refused")
def _a_pairing_code_of_nobody(world: World) -> Asked:
    return lambda: Visitor(world.system.web_url).get(f"/{world.gimpo.city}/shops/pair/00000000")


@provokes("counter_unknown")
def _a_device_of_nobody(world: World) -> Asked:
    _, shop = _owner(world)
    visitor = Visitor(world.system.web_url)
    visitor.http.cookies.set(settings.COUNTER_COOKIE_NAME, "made up")
    return lambda: visitor.get(f"/{shop.city.slug}/shops/{shop.pk}/counter")


@provokes("business_waiting")
def _the_same_business_twice(world: World) -> Asked:
    first = _application(world)
    business = Business("새 가게", "New shop", first.business_number)
    again = partial(apply_for_shop, city=first.city, applicant=first.applicant, business=business)
    return lambda: said_to_the_operator(lambda: again(now=clock.now()))


def _taken(world: World, won: int = 10) -> tuple[Visitor, Shop, Payment]:
    """A payment that the world's shop took, and its owner."""
    shop, phone = Shop.objects.get(wallet__keys__address=world.shop), _phone()
    person = person_of_phone(phone=digits_of(phone), now=clock.now())
    Staff.objects.create(shop=shop, person=person, role=Staff.Role.OWNER, since=clock.now())
    paid = world.kept.pay(world.shop, won)
    return _signed_in(world, phone), shop, Payment.objects.get(client_id=paid["id"])


def _giving_back(owner: Visitor, shop: Shop, payment: Payment, **said: str) -> Asked:
    form = {"id": str(uuid4()), "amount": "10", "reason": "asked"} | said
    page = f"/{shop.city.slug}/shops/{shop.pk}/payments/{payment.client_id}"
    return lambda: owner.send(f"{page}/refund", form, page=page)


@provokes("refund_reason_missing")
def _a_refund_for_nothing(world: World) -> Asked:
    owner, shop, payment = _taken(world)
    return _giving_back(owner, shop, payment, reason="")


def _payouts(world: World) -> tuple[Visitor, Shop, str]:
    """The owner of a shop of their own, which has no won, and the page of its payouts."""
    business = Business("입금 가게", "Payout shop", business_number())
    shop, _ = open_shop(city=City.objects.get(slug="gimpo"), business=business, signer=wiring.signer(), now=clock.now())
    phone = _phone()
    person = person_of_phone(phone=digits_of(phone), now=clock.now())
    Staff.objects.create(shop=shop, person=person, role=Staff.Role.OWNER, since=clock.now())
    return _signed_in(world, phone), shop, f"/gimpo/shops/{shop.pk}/payouts"


def _named(owner: Visitor, page: str, number: str) -> httpx.Response:
    return owner.send(f"{page}/account", {"bank": "088", "number": number, "holder": "김사장"}, page=page)


def _paid_out(world: World, *, won: int = 1, checked: bool = True) -> tuple[Asked, Callable[[int], httpx.Response]]:
    """A payout of a shop without won under one id; what asks for another sum under it."""
    owner, shop, page = _payouts(world)
    if checked:
        _named(owner, page, "110222333444")
        now = clock.now()
        mine = PayoutAccount.objects.filter(wallet=shop.wallet)
        mine.update(status="confirmed", confirmed_at=now, next_at=now + timedelta(days=1))
    used = str(uuid4())

    def asked(won: int) -> httpx.Response:
        return owner.send(page, {"id": used, "amount": str(won)})

    return partial(asked, won), asked


@provokes("account_number_wrong")
def _an_account_of_three_digits(world: World) -> Asked:
    owner, _, page = _payouts(world)
    return lambda: _named(owner, page, "123")


@provokes("payout_account_missing")
def _a_payout_before_an_account(world: World) -> Asked:
    return _paid_out(world, checked=False)[0]


@provokes("payout_above_available")
def _a_payout_of_won_that_are_not_there(world: World) -> Asked:
    return _paid_out(world)[0]


@provokes("payout_id_reused")
def _another_payout_under_the_same_id(world: World) -> Asked:
    first, another = _paid_out(world)
    first()
    return lambda: another(2)


@provokes("payout_check_over")
def _a_code_for_no_check(world: World) -> Asked:
    owner, _, page = _payouts(world)
    return lambda: owner.send(f"{page}/account/code", {"code": "0000"}, page=page)


@provokes("payout_code_wrong")
def _a_code_of_a_letter(world: World) -> Asked:
    owner, _, page = _payouts(world)
    _named(owner, page, "110222333444")
    return lambda: owner.send(f"{page}/account/code", {"code": "a"}, page=page)


@provokes("payout_checks_used_up")
def _a_sixth_account(world: World) -> Asked:
    owner, _, page = _payouts(world)
    for number in range(5):
        _named(owner, page, f"11022233344{number}")
    return lambda: _named(owner, page, "110222333449")


def _large(world: World, *, tries: int = 0, pin: str = "") -> Asked:
    """A refund that asks for the manager's PIN, which is ``pin`` where there is one; after so many wrong ones."""
    rule = Rule.objects.filter(city__slug="gimpo", kind=SHOP_REFUND.name)
    world.undo.callback(rule.update, body=rule.get().body)
    rule.update(body=ShopRefundTerms(pin_above_won=9).model_dump())
    owner, shop, payment = _taken(world)
    if pin:
        set_pin(part=Staff.objects.filter(shop=shop).latest("pk"), pin=pin)
    asked = _giving_back(owner, shop, payment, pin="135790")
    for _ in range(tries):
        asked()
    return asked


@provokes("refund_pin_not_set")
def _a_large_refund_without_a_pin(world: World) -> Asked:
    return _large(world)


@provokes("refund_pin_wrong")
def _a_large_refund_with_another_pin(world: World) -> Asked:
    return _large(world, pin="246801")


@provokes("refund_pin_locked")
def _a_large_refund_after_too_many_wrong_pins(world: World) -> Asked:
    return _large(world, pin="246801", tries=settings.PIN_TRIES)


@provokes("refund_above_payment")
def _more_than_was_paid(world: World) -> Asked:
    return _giving_back(*_taken(world), amount="11")


@provokes("refund_id_reused")
def _another_refund_under_the_same_id(world: World) -> Asked:
    taken, used = _taken(world), str(uuid4())
    _giving_back(*taken, amount="1", id=used)()
    back = Refund.objects.filter(client_id=used, sent__status="settled")
    eventually(back.exists, what="the first refund, which would come back while another test looks at won")
    return _giving_back(*taken, amount="2", id=used)


@provokes("refund_of_voided")
def _what_is_voided(world: World) -> Asked:
    world.system.stop("worker")
    world.undo.callback(world.system.start, "worker")
    owner, shop, payment = _taken(world)
    with transaction.atomic():
        void(payment, now=clock.now())
    return _giving_back(owner, shop, payment)


@provokes("claim_reason_missing")
def _a_claim_that_says_nothing(world: World) -> Asked:
    phone, paid = _phone(), world.kept.pay(world.shop, 10)
    wallet = Wallet.objects.filter(keys__address=world.kept.address)
    world.undo.callback(wallet.update, owner=wallet.get().owner_id)
    wallet.update(owner=person_of_phone(phone=digits_of(phone), now=clock.now()))
    payer, page = _signed_in(world, phone), f"/{world.gimpo.city}/wallet/payments/{paid['id']}"
    return lambda: payer.send(f"{page}/claim", {"id": str(uuid4()), "amount": "10"}, page=page)


@provokes("claim_answer_missing")
def _an_answer_without_a_word(world: World) -> Asked:
    owner, shop, payment = _taken(world)
    asked = ClaimRequest(uuid4(), payment.client_id, Amount(1), RefundClaim.Reason.OTHER)
    made = claim(wallet=payment.payer, asked=asked, now=clock.now())
    page = f"/{shop.city.slug}/shops/{shop.pk}/payments/{payment.client_id}"
    return lambda: owner.send(f"{page}/claims/{made.pk}/decline", {"answer": " "}, page=page)


@provokes("shop_frozen")
def _a_frozen_shop(world: World) -> Asked:
    taken = _taken(world)
    wallet = taken[1].wallet
    world.undo.callback(Wallet.objects.filter(pk=wallet.pk).update, frozen_at=None)
    Wallet.objects.filter(pk=wallet.pk).update(frozen_at=clock.now())
    return _giving_back(*taken)


# ---- Officials -----------------------------------------------------------------------------------------------------


def _at_work(world: World) -> OfficialAtWork:
    return official_at_work(world.system.web_url, City.objects.get(slug=world.gimpo.city))


PROGRAMME = {
    "year": 2098,
    "name_ko": "청년 할인",
    "name_en": "Youth discount",
    "cap": 1_000,
    "rule": {
        "in_force_from": "2098-01-01",
        "terms": {
            "discount_per_mille": 100,
            "funders": {"city": 1},
            "validity": {"years": 5},
            "purchase_step": 1_000,
            "monthly_cap": 300_000,
            "holding_cap": 500_000,
        },
        "legal_basis": "",
    },
}


def _proposal(world: World, proposer: OfficialAtWork, **changed: object) -> Proposal:
    now = clock.now()
    facts = {
        "kind": Proposal.Kind.PROGRAMME,
        "facts": PROGRAMME,
        "purpose": "시험",
        "expires_at": now + timedelta(hours=1),
    }
    made = Proposal.objects.create(
        city=proposer.official.city, proposed_by=proposer.official, proposed_at=now, **facts | changed
    )
    world.undo.callback(Proposal.objects.filter(pk=made.pk).update, status=Proposal.Status.REJECTED)
    return made


def _approving(official: OfficialAtWork, proposal: Proposal) -> Asked:
    return lambda: official.send(f"proposals/{proposal.pk}/approve", page="audit")


@provokes("own_proposal")
def _their_own_proposal(world: World) -> Asked:
    official = _at_work(world)
    return _approving(official, _proposal(world, official))


@provokes("proposal_closed")
def _what_is_decided(world: World) -> Asked:
    return _approving(_at_work(world), _proposal(world, _at_work(world), status=Proposal.Status.REJECTED))


@provokes("proposal_expired")
def _what_is_too_late(world: World) -> Asked:
    return _approving(_at_work(world), _proposal(world, _at_work(world), expires_at=clock.now()))


@provokes("proposal_unknown")
def _a_proposal_of_nobody(world: World) -> Asked:
    official = _at_work(world)
    return lambda: official.get("proposals/999999999")


@provokes("proposal_open_already")
def _two_budgets_at_once(world: World) -> Asked:
    official, contract = _at_work(world), world.contract()
    _proposal(world, official, kind=Proposal.Kind.BUDGET, facts={"year": 2098, "cap": 0})
    facts = BudgetFacts(year=2098, starts=0, ends=0, cap=0, basis="0x", version=1, deadline=0)
    propose = partial(
        propose_budget, official=official.official, contract=contract, facts=facts, why=Justification("시험")
    )
    return lambda: said_to_the_operator(lambda: propose(signature=bytes(64), now=clock.now()))


@provokes("outgoing_taken")
def _the_same_key_replaced_by_two(world: World) -> Asked:
    (founder, _), first, second = world.founders(), _at_work(world), _at_work(world)
    _bound(world, first, founder.address)
    return lambda: second.bind(founder.address)


@provokes("key_of_another")
def _a_key_of_another_official(world: World) -> Asked:
    (first_founder, second_founder), first, second = world.founders(), _at_work(world), _at_work(world)
    _bound(world, first, first_founder.address)
    second.key = first.key
    return lambda: second.bind(second_founder.address)


@provokes("one_key_each")
def _a_second_key(world: World) -> Asked:
    (theirs, another), official = world.founders(), _at_work(world)
    key = BrowserKey.objects.create(
        official=official.official,
        city=official.official.city,
        address=theirs.address,
        public_key=bytes(64),
        made_at=clock.now(),
    )
    world.undo.callback(key.delete)
    return lambda: official.bind(another.address)


def _bound(world: World, official: OfficialAtWork, outgoing: str) -> None:
    number = number_of(official.bind(outgoing))
    world.undo.callback(Proposal.objects.filter(pk=number).update, status=Proposal.Status.REJECTED)


@provokes("own_stop")
def _their_own_stop(world: World) -> Asked:
    official = _at_work(world)
    world.undo.enter_context(stopped(world.gimpo.city, by=official.official))
    return lambda: official.send("stop/review", {"review": "시험"}, page="audit")


@provokes("reason_missing")
def _rejected_for_nothing(world: World) -> Asked:
    official, proposal = _at_work(world), _proposal(world, _at_work(world))
    return lambda: official.send(f"proposals/{proposal.pk}/reject", {"reason": " "}, page="audit")


@provokes("cap_unreadable")
def _a_cap_in_words(world: World) -> Asked:
    official = _at_work(world)
    return lambda: official.get("budget/propose?step=check&purpose=x&legal_basis=y&cap=many")


@provokes("rules_unreadable")
def _a_programme_of_nothing(world: World) -> Asked:
    official = _at_work(world)
    return lambda: official.send("programmes/propose", {"step": "submit"})


@provokes("programmes_exceed_budget")
def _a_programme_above_all(world: World) -> Asked:
    official = _at_work(world)
    numbers = {"cap": 10**15 - 1, "discount": 10, "share_state": 4, "share_province": 0, "share_city": 6, "validity": 5}
    numbers |= {"purchase_step": 1000, "monthly_cap": 300_000, "holding_cap": 500_000}
    words = {
        "step": "submit",
        "validity_unit": "years",
        "name_ko": "청년",
        "name_en": "Youth",
        "in_force_from": "2026-01-01",
        "purpose": "시험",
    }
    form = words | {name: str(number) for name, number in numbers.items()}
    return lambda: official.send("programmes/propose", form)


def _sale(world: World) -> Programme:
    return Programme.objects.get(city__slug=world.gimpo.city, number=1)


def _changing(world: World, **changed: object) -> Asked:
    """The form as its page shows it, but for these fields."""
    official, programme = _at_work(world), _sale(world)
    form = {
        "step": "submit",
        "cap": programme.cap,
        "last_day": "",
        "in_force_from": "",
        "discount": 10,
        "share_state": 3,
        "share_province": 2,
        "share_city": 5,
        "validity": 5,
        "validity_unit": "years",
        "purchase_step": 1,
        "monthly_cap": 1000,
        "holding_cap": 1000,
        "purpose": "시험",
        **changed,
    }
    path = f"programmes/{programme.pk}/change"
    return lambda: official.send(path, {name: str(value) for name, value in form.items()})


@provokes("programme_unknown")
def _a_programme_of_nobody(world: World) -> Asked:
    official = _at_work(world)
    return lambda: official.get("programmes/999999999/change")


@provokes("programme_unchanged")
def _a_programme_as_it_is(world: World) -> Asked:
    return _changing(world)


@provokes("programme_cap_below_promised")
def _a_cap_below_what_is_issued(world: World) -> Asked:
    return _changing(world, cap=1)


@provokes("change_date_wrong")
def _a_sale_that_ended_before_today(world: World) -> Asked:
    return _changing(world, last_day=(clock.now() - timedelta(days=1)).astimezone(KST).date())


def _change(world: World, *, lower: int, was: int | None = None) -> Proposal:
    programme = _sale(world)
    facts = {
        "number": programme.number,
        "year": programme.year,
        "name_ko": programme.name_ko,
        "name_en": programme.name_en,
        "was": {"cap": programme.cap if was is None else was, "last_day": None},
        "cap": programme.cap - lower,
        "last_day": None,
        "rule": None,
    }
    return _proposal(world, _at_work(world), kind=Proposal.Kind.CHANGE, facts=facts)


@provokes("programme_changed_meanwhile")
def _a_programme_that_was_changed_since(world: World) -> Asked:
    return _approving(_at_work(world), _change(world, lower=1, was=1))


@provokes("programme_change_under_way")
def _a_second_change_before_the_first_is_final(world: World) -> Asked:
    official, first, second = _at_work(world), _change(world, lower=1), _change(world, lower=2)

    def both() -> httpx.Response:
        said: list[httpx.Response] = []

        def approve() -> None:
            number_of(_approving(official, first)())
            said.append(_approving(official, second)())

        while_posting(approve)  # so that the first can't be final in the books yet
        eventually(Programme.objects.filter(pk=_sale(world).pk, change=None).exists, what="the first change, final")
        return said[0]

    return both


@provokes("not_set_aside")
def _an_incident_with_which_no_row_waits(world: World) -> Asked:
    official = _at_work(world)
    incident = Incident.objects.create(
        city=official.official.city, what="issue_skipped", details={}, noticed_at=clock.now()
    )
    world.undo.callback(incident.delete)
    return lambda: official.send(f"incidents/{incident.pk}/requeue", {}, page="audit")


@provokes("incident_unknown")
def _an_incident_of_nobody(world: World) -> Asked:
    official = _at_work(world)
    return lambda: official.send("incidents/999999999", {"reason": "시험"}, page="audit")


@provokes("deposit_unknown")
def _a_deposit_of_nobody(world: World) -> Asked:
    official = _at_work(world)
    return lambda: official.send("deposits/999999999/back", {"reason": "시험"}, page="audit")


def _in_suspense(official: OfficialAtWork) -> Deposit:
    """A deposit to a number that nobody has."""
    account = account_of(official.official.city_id)
    return deposit(account, f"{account.prefix}99999990", 1_000, name="홍길동")


def _sent_back(official: OfficialAtWork, found: Deposit) -> httpx.Response:
    return official.send(f"deposits/{found.pk}/back", {"reason": "시험"}, page="audit")


@provokes("deposit_decided")
def _a_deposit_sent_back_twice(world: World) -> Asked:
    official = _at_work(world)
    found = _in_suspense(official)
    # It has gone back, so that it is neither here nor at the bank: what both have stays the same.
    world.undo.callback(found.delete)
    Deposit.objects.filter(pk=found.pk).update(status="returned")
    return lambda: _sent_back(official, found)


@provokes("payer_unknown")
def _a_deposit_without_the_account_it_came_from(world: World) -> Asked:
    official = _at_work(world)
    found = _in_suspense(official)
    world.undo.callback(found.delete)
    Deposit.objects.filter(pk=found.pk).update(payer_number="")
    return lambda: _sent_back(official, found)


def _assigned(official: OfficialAtWork, found: Deposit, number: str) -> httpx.Response:
    return official.send(f"deposits/{found.pk}/take", {"reason": "시험", "number": number}, page="audit")


@provokes("number_unknown")
def _a_deposit_for_a_number_of_nobody(world: World) -> Asked:
    official = _at_work(world)
    found = _in_suspense(official)
    world.undo.callback(found.delete)
    return lambda: _assigned(official, found, "12345")


@provokes("deposit_fits_nothing")
def _a_deposit_of_another_amount_than_the_top_ups(world: World) -> Asked:
    official = _at_work(world)
    found = _in_suspense(official)
    world.undo.callback(found.delete)
    asked = {"id": str(uuid4()), "amount": 50_000}
    number = world.gimpo.ok("POST", "top-ups", asked, token=world.kept.token)["account"]["number"]
    return lambda: _assigned(official, found, number)


@provokes("application_unknown")
def _an_application_of_nobody(world: World) -> Asked:
    official = _at_work(world)
    return lambda: official.send("shops/applications/999999999", {"decision": "approve"}, page="audit")


@provokes("application_decided")
def _an_application_decided_twice(world: World) -> Asked:
    official, application = _at_work(world), _application(world)
    form = {"decision": "reject", "reason": "시험"}
    official.send(f"shops/applications/{application.pk}", form, page="audit")
    return lambda: official.send(f"shops/applications/{application.pk}", form, page="audit")


__all__ = ["CASES"]  # those of cases.py, and these


def _keeper(world: World) -> Visitor:
    """Somebody who has just signed in where browsers make passkeys."""
    visitor = Visitor(world.localhost)
    visitor.sign_in(_phone())
    return visitor


def _added(visitor: Visitor) -> SoftPasskey:
    passkey = SoftPasskey(visitor.web_url)
    options = visitor.ask_json("/passkeys/challenge", page="/").json()
    assert (
        visitor.ask_json("/passkeys", {"passkey": passkey.made(options)}, page="/").status_code == httpx.codes.CREATED
    )
    return passkey


@provokes("passkeys_not_here")
def _a_passkey_at_an_ip_address(world: World) -> Asked:
    return lambda: Visitor(world.system.web_url).ask_json("/sign-in/passkey/challenge", page="/sign-in")


@provokes("passkey_not_added")
def _a_passkey_made_for_a_challenge_of_its_own(world: World) -> Asked:
    visitor = _keeper(world)
    options = visitor.ask_json("/passkeys/challenge", page="/").json() | {"challenge": "AAAA"}
    made = SoftPasskey(visitor.web_url).made(options)
    return lambda: visitor.ask_json("/passkeys", {"passkey": made}, page="/")


@provokes("too_many_passkeys")
def _an_eleventh_passkey(world: World) -> Asked:
    visitor = _keeper(world)
    for _ in range(MOST_OF_A_PERSON):
        _added(visitor)
    return lambda: visitor.ask_json("/passkeys/challenge", page="/")


@provokes("passkey_refused")
def _a_passkey_that_nobody_has(world: World) -> Asked:
    visitor = Visitor(world.localhost)
    options = visitor.ask_json("/sign-in/passkey/challenge", page="/sign-in").json()
    yes = SoftPasskey(visitor.web_url).yes(options)
    return lambda: visitor.ask_json("/sign-in/passkey", {"passkey": yes}, page="/sign-in")


@provokes("passkey_wrong")
def _a_payment_by_a_passkey_that_may_not_pay(world: World) -> Asked:
    yes = SoftPasskey(world.localhost).yes({"rpId": "localhost", "challenge": "AAAA"})
    order = {"id": str(uuid4()), "payee": world.shop, "amount": 1, "passkey": yes}
    return at_localhost(world, "payments", order)


@provokes("no_paying_passkey")
def _a_passkey_to_pay_with_where_none_may(world: World) -> Asked:
    return at_localhost(world, f"payments/{uuid4()}/passkey", {"payee": world.shop, "amount": 1})


def at_localhost(world: World, path: str, body: object) -> Asked:
    """The API at the name for which browsers make passkeys, by a resident whose key the city keeps."""
    return posted(CityApi(world.localhost, "gimpo", world.gimpo.http), path, body, token=world.kept.token)
