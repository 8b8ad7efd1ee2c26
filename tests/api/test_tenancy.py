"""Nobody meets the other city: not under its path with roles of one's own, nor under one's own path with its objects.

The routes are read from the URL table and filled by the names of their parts, so a new one can't be forgotten: a part that
isn't known here fails. The API by token is test_cities.py's; here it is asked by sessions, as pages ask it.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.money import Amount
from citycoin.money.bank.queries.accounts import account_of
from citycoin.money.issuance.models import Programme, Proposal, TopUp
from citycoin.platform.accounts.doors.permissions import SEEN_AT
from citycoin.platform.accounts.models import Official, Person
from citycoin.platform.accounts.operations.people import open_official, person_of_phone
from citycoin.platform.cities.queries import city_named, face_of
from citycoin.platform.exports.domain.formats import CSV
from citycoin.platform.exports.operations import ask_for_file
from citycoin.platform.exports.queries import PEOPLE, Wanted, recipe_named
from citycoin.platform.incidents.models import Incident
from citycoin.platform.passkeys.models import Passkey
from citycoin.platform.reports.domain import new_code
from citycoin.platform.reports.models import Report
from merchants.domain.businesses import Category
from merchants.domain.codes import PaymentCode
from merchants.domain.tax_periods import half_of
from merchants.models import RefundClaim, Shop, ShopApplication, Staff
from merchants.operations.claims import ClaimRequest
from merchants.operations.claims import claim as ask_back
from merchants.operations.counters import add_counter, pair
from merchants.operations.register_views import save_view
from merchants.operations.requests import ask
from tests import patient
from tests.api.world import business_number
from tests.bank import deposit
from tests.payouts import account_at_bank, paid_out
from wallets.models import Payment, Wallet

pytestmark = pytest.mark.one_database

API = "api/v1/"
IN_THE_API = "api/v1/<slug:city>/"
NOTHING_THERE = {404, 405}
SIGN_IN = ("/sign-in", "/officials/sign-in")
# Open to anybody, with nothing that is anybody's own.
PUBLIC = {
    "<slug:city>/",
    "<slug:city>/shops/",
    "<slug:city>/figures.json",
    "<slug:city>/flow.csv",
    "<slug:city>/supply.csv",
    "<slug:city>/terms",
    "<slug:city>/register",
    "<slug:city>/register.csv",
    "<slug:city>/register/<str:code>",
    "<slug:city>/register.json",
    "<slug:city>/reports",
    "<slug:city>/shops/<number:shop_id>/about",
    "<slug:city>/manifest.webmanifest",
    "<slug:city>/sw.js",
    "<slug:city>/face/<str:digest>/colours.css",
    "<slug:city>/face/<str:digest>/emblem.svg",
    "<slug:city>/face/<str:digest>/picture.svg",
    "<slug:city>/face/<str:digest>/picture-ink.svg",
    "api/v1/<slug:city>/",
    "api/v1/<slug:city>/shops",
    "api/v1/<slug:city>/budgets",
    "api/v1/<slug:city>/programmes",
    "api/v1/<slug:city>/officials",
    "api/v1/<slug:city>/budgets/<number:year>",
    "api/v1/<slug:city>/kinds",
}
# Where whoever has signed in may begin something of their own in a further city; all they show of it is the way in.
WAYS_IN = {
    "<slug:city>/wallet/",
    "<slug:city>/wallet/start",
    "<slug:city>/wallet/start/code",
    "<slug:city>/wallet/me",
    "<slug:city>/wallet/me/passkeys/<number:number>/pays",
    "<slug:city>/wallet/me/name",
    "<slug:city>/wallet/me/small-payments",
    "<slug:city>/wallet/key",
    "<slug:city>/wallet/history",
    "<slug:city>/wallet/history/recent",
    "<slug:city>/wallet/history/<str:month>/file",
    "<slug:city>/wallet/history/<str:month>/days",
    "<slug:city>/wallet/news",
    "<slug:city>/files/",
    "<slug:city>/notices",
    "<slug:city>/notices/read",
    "<slug:city>/notices/texts",
    "<slug:city>/top-up",
    "<slug:city>/top-up/wanted",
    "<slug:city>/scan",
    "<slug:city>/pay/<str:code>",
    "<slug:city>/pay/<str:code>/next",
    "<slug:city>/pay/<str:code>/anew",
    "<slug:city>/shops/apply",
    "<slug:city>/shops/pair",
    "<slug:city>/reports",
}
# Whoever holds the number holds the right to see it: it is a secret of its city's own.
BY_SECRET = {
    "<slug:city>/reports/<str:code>",
    "<slug:city>/shops/pair/<str:code>",
    "api/v1/<slug:city>/requests/<uuid:request_id>",
    "api/v1/<slug:city>/codes",
}
# Decisions that officials have signed, and wallets that a one-time code opens: test_cities.py tells the cities apart there.
BY_SIGNATURE = {
    *("api/v1/<slug:city>/budgets", "api/v1/<slug:city>/kinds", "api/v1/<slug:city>/officials"),
    "api/v1/<slug:city>/wallets",
}
# An id belongs to the wallet that names it: closing one promises nothing about the same id of somebody else.
CLOSING = "api/v1/<slug:city>/payments/<uuid:payment_id>/close"
# As a proposal's page reads it.
PROGRAMME = {
    "name_ko": "청년 할인",
    "name_en": "Youth discount",
    "cap": 1_000,
    "rule": {
        "in_force_from": "2026-01-01",
        "terms": {
            "discount_per_mille": 100,
            "funders": {"city": 1},
            "validity": {"years": 1},
            "purchase_step": 1_000,
            "monthly_cap": 300_000,
            "holding_cap": 500_000,
        },
        "legal_basis": "",
    },
}
_phones = itertools.count(int(time.time()) % 1_000_000 * 10)


@dataclass(slots=True)
class Belongings:
    """What there is of one city, and who has a part in it."""

    slug: str
    citizen: Person
    official: Official
    shop: Shop
    counter_token: str
    # What fills a route, by the word before the part and the part's name.
    parts: dict[str, Any]
    # Bodies that the API can read, by route.
    bodies: dict[str, dict[str, Any]]
    # Texts that no page of the other city holds.
    marks: list[str] = field(default_factory=list)


def routes() -> list[str]:
    """Every route that names a city, as the URL table writes it."""
    return sorted({route for route in walked(get_resolver().url_patterns) if "<slug:city>" in route})


def walked(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    found = []
    for each in patterns:
        route = before + str(each.pattern)
        found += walked(each.url_patterns, route) if isinstance(each, URLResolver) else [route]
    return found


ROUTES = routes()
PAGES = [route for route in ROUTES if not route.startswith(API)]
OF_OBJECTS = [route for route in ROUTES if route.count("<") > 1]
LISTS = [route for route in PAGES if route.count("<") == 1]


PART = re.compile(r"(?:([\w-]+)/)?<(\w+):(\w+)>")


def parts_of(route: str) -> list[tuple[str, str]]:
    """[(name of what fills it, text in the route)] of the parts in angle brackets, the city aside."""
    found = PART.findall(route.replace("<slug:city>/", ""))
    return [(f"{before}/{name}" if before else f"shops/{name}", f"<{kind}:{name}>") for before, kind, name in found]


def path(route: str, city: str, *objects: Belongings) -> str:
    """The route's path under ``city``; the first of its parts are of the first ``objects``, the others of the last."""
    filled = "/" + route.replace("<slug:city>", city)
    owners = itertools.chain(objects, itertools.repeat(objects[-1]))
    for (name, text), owner in zip(parts_of(route), owners, strict=False):
        assert name in owner.parts, f"{route}: say here what {name!r} of a city is"
        filled = filled.replace(text, str(owner.parts[name]), 1)
    return filled


@pytest.fixture(scope="module")
def cities(world) -> Iterator[SimpleNamespace]:
    """Both cities; each with somebody for every role, and their browsers by city."""
    gimpo = belongings(world.gimpo.city, world.kept, world.shop)
    sejong = belongings(world.sejong.city, world.neighbour, world.sejong.shops()[0])
    browsers = {each.slug: browsers_of(world, each) for each in (gimpo, sejong)}
    yield SimpleNamespace(both=[(gimpo, sejong), (sejong, gimpo)], browsers=browsers)
    for each in browsers.values():
        for browser in each.values():
            browser.close()


def belongings(slug, resident, shop_address) -> Belongings:
    """A citizen with a payment and a top-up; a shop of theirs with a counter, a request, an application; an official."""
    now, city = clock.now(), city_named(slug)
    citizen = person_of_phone(phone=f"010{next(_phones):08}", name=f"시민{slug}", now=now)
    wallet = Wallet.objects.get(city=city, keys__address=resident.address)
    Wallet.objects.filter(pk=wallet.pk).update(owner=citizen)
    payment = resident.pay(shop_address, 7)
    shop = Shop.objects.get(city=city, wallet__keys__address=shop_address)
    Staff.objects.create(shop=shop, person=citizen, role=Staff.Role.OWNER, since=now)
    resident.wait_settled(payment["id"])
    account_at_bank(shop.wallet, citizen)
    payout = paid_out(shop.wallet, citizen, 3)
    waiting = add_counter(shop=shop, name=f"계산대{slug}", now=now)
    paired = pair(city_id=city.pk, code=add_counter(shop=shop, name="둘째", now=now).text, now=now)
    request = ask(shop=shop, amount=Amount(8), now=now)
    official = open_official(city=city, username=f"tenancy-{slug}", password=uuid4().hex, totp_secret="A" * 32, now=now)
    application = ShopApplication.objects.create(
        city=city,
        applicant=citizen,
        name_ko=f"신청한가게{slug}",
        name_en=f"Applied {slug}",
        business_number=business_number(),
        district="",
        category=Category.OTHER,
        applied_at=now,
    )
    proposal = Proposal.objects.create(
        city=city,
        kind=Proposal.Kind.PROGRAMME,
        facts=PROGRAMME | {"year": clock.fiscal_year(now)},
        purpose=f"목적{slug}",
        proposed_by=official,
        proposed_at=now,
        expires_at=now + timedelta(days=1),
        status=Proposal.Status.REJECTED,
        reason=f"사유{slug}",
        decided_by=official,
        decided_at=now,
    )
    incident = Incident.objects.create(
        city=city, what="payment_voided", details={"note": f"사건{slug}"}, noticed_at=now, closed_at=now
    )
    view = save_view(official=official, name=f"보기{slug}", query="", now=now)
    report = Report.objects.create(
        city=city,
        code=new_code(),
        kind="shop_name",
        about=f"가게{slug}",
        text=f"신고{slug}",
        network=b"",
        reported_at=now,
        due_at=now,
    )
    nobodys = f"{account_of(city.pk).prefix}99999990"
    money = deposit(account_of(city.pk), nobodys, 9, name=f"보낸사람{slug}")
    top_up = TopUp.objects.filter(wallet=wallet).latest("pk")
    issued = TopUp.objects.filter(wallet=wallet, issue__ended_at__isnull=False).latest("pk")
    mine = Payment.objects.select_related("payer").get(client_id=payment["id"])
    asked = ClaimRequest(uuid4(), mine.client_id, Amount(1), RefundClaim.Reason.OTHER, f"요청{slug}")
    claim = ask_back(wallet=mine.payer, asked=asked, now=now)
    file = ask_for_file(
        client_id=uuid4(),
        recipe=recipe_named("shop-payments", PEOPLE),
        wanted=Wanted(citizen, city, {"shop": str(shop.pk), "period": str(clock.fiscal_year(now))}, now),
        format_=CSV,
    )
    parts = {
        "face/digest": face_of(city).emblem_url.split("/")[-2],
        "payments/payment_id": payment["id"],
        "claims/claim_id": claim.client_id,
        "claims/claim_number": claim.pk,
        "top-up/top_up_id": top_up.client_id,
        "top-ups/top_up_id": top_up.client_id,
        "requests/request_id": request.pk,
        "requests/code": PaymentCode(request.code),
        "pay/code": PaymentCode(request.code),
        "pair/code": waiting.text,
        "shops/shop_id": shop.pk,
        "shops/number": application.pk,
        "applications/application_id": application.pk,
        "devices/counter_id": waiting.counter.pk,
        "staff/part_id": shop.staff.latest("pk").pk,
        "settlements/day": f"{now.astimezone(clock.KST):%Y-%m-%d}",
        "settlements/period": f"{now.astimezone(clock.KST):%Y-%m}",
        "vat/period": half_of(now.astimezone(clock.KST).date()).name,
        "new/what": "shop-payments",
        "files/file_id": file.client_id,
        "pictures/picture": "weeks",
        "history/month": f"{now.astimezone(clock.KST):%Y-%m}",
        "programmes/number": Programme.objects.get(city=city, number=1).pk,
        "proposals/number": proposal.pk,
        "wallets/number": wallet.pk,
        "views/number": view.pk,
        "passkeys/number": a_passkey_of(citizen).pk,
        "incidents/number": incident.pk,
        "reports/number": report.pk,
        "deposits/number": money.pk,
        "payouts/payout_id": payout.client_id,
        "float/line": "funders",
        "reports/code": report.code,
        "register/code": f"I-{issued.issue_id}",
        "budgets/year": clock.fiscal_year(now),
    }
    marks = [
        str(payout.client_id),
        resident.address,
        payment["id"],
        str(top_up.client_id),
        top_up.account.number,
        str(PaymentCode(shop.code)),
    ]
    marks += [application.name_ko, application.name_en, proposal.purpose, proposal.reason, waiting.counter.name]
    marks += [str(file.client_id), report.text, report.about, report.code, view.name, claim.says, money.payer_name]
    some = {"payee": shop_address, "amount": 1}
    bodies = {
        "payments": {"id": str(uuid4()), "pin": "135790", **some},
        "quotes": some,
        "payments/<uuid:payment_id>/claims": {"id": str(uuid4()), "amount": 1, "reason": "other"},
        "top-ups": {"id": str(uuid4()), "amount": 1_000},
        "top-ups/<uuid:top_up_id>/extensions": {"number": 1},
        "requests": {"amount": 1},
        "codes": {"text": str(PaymentCode(request.code))},
    }
    return Belongings(slug, citizen, official, shop, paired.text, parts, bodies, marks)


def a_passkey_of(person: Person) -> Passkey:
    """A row: nothing here asks it."""
    return Passkey.objects.create(
        person=person,
        host="localhost",
        credential_id=uuid4().bytes,
        public_key=b"",
        sign_count=0,
        transports=[],
        aaguid=uuid4(),
        added_at=clock.now(),
    )


def browsers_of(world, belongs: Belongings) -> dict[str, httpx.Client]:
    """Somebody of each kind, signed in, whose roles are this city's."""
    counter = patient.client(
        base_url=world.system.web_url, cookies={settings.COUNTER_COOKIE_NAME: belongs.counter_token}
    )
    return {
        "citizen and shopkeeper": signed_in(world, belongs.citizen),
        "official": signed_in(world, belongs.official.person),
        "counter": counter,
    }


def signed_in(world, person: Person) -> httpx.Client:
    """A browser in which the person has signed in."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SEEN_AT] = time.time()
    session.save()
    name = settings.SESSION_COOKIE_NAME
    return patient.client(base_url=world.system.web_url, cookies={name: client.cookies[name].value})


def asked(
    browser: httpx.Client, method: str, where: str, body: Any = None, *, data: dict[str, str] | None = None
) -> httpx.Response:
    """One request, a POST with the form token that our own pages carry."""
    token = "0" * 32
    browser.cookies.set(settings.CSRF_COOKIE_NAME, token)
    if method == "GET":
        return browser.get(where)
    return browser.post(
        where, headers={"x-csrftoken": token, "origin": str(browser.base_url).rstrip("/")}, json=body, data=data
    )


def leads_to_sign_in(answer: httpx.Response) -> bool:
    return answer.is_redirect and answer.headers["location"].split("?")[0] in SIGN_IN


@pytest.mark.parametrize("route", sorted({*ROUTES} - BY_SECRET))
class TestAStranger:
    """Their roles are the other city's."""

    def test_people_of_the_other_city_find_nothing_under_this_city(self, route, cities):
        for here, elsewhere in cities.both:
            where, body = path(route, here.slug, here), here.bodies.get(route.removeprefix(IN_THE_API))
            for who, browser in cities.browsers[elsewhere.slug].items():
                for method in ("GET", "POST"):
                    answer = asked(browser, method, where, body)
                    case = f"{who} of {elsewhere.slug}: {method} {where}: {answer.status_code} {answer.text[:300]}"
                    assert is_closed(answer) or is_open(route, method), case
                    assert not told(here, answer, where), case


def is_closed(answer: httpx.Response) -> bool:
    """Nothing there, or no such method; or the sign-in of those who have a part in it."""
    if answer.headers["content-type"] == "application/problem+json" and answer.json()["code"] == "method_unknown":
        return True
    return answer.status_code in NOTHING_THERE or leads_to_sign_in(answer)


def is_open(route: str, method: str) -> bool:
    """One of the few that anybody may see, or where anybody may begin something of their own."""
    return route in WAYS_IN or route in BY_SIGNATURE or (route in PUBLIC and method == "GET")


def told(whose: Belongings, answer: httpx.Response, where: str) -> list[str]:
    """What the answer says of a city's own, beyond the address that was asked for."""
    return [mark for mark in whose.marks if mark in answer.text and mark not in where]


@pytest.mark.parametrize("route", OF_OBJECTS)
class TestTheOthersObjects:
    """Under one's own city, by somebody with every role in it."""

    def test_objects_of_the_other_city_are_not_found_under_ones_own(self, route, cities):
        for here, elsewhere in cities.both:
            # All of the other's; and, say, the device of the other's shop under one's own shop.
            wheres = {path(route, here.slug, elsewhere), path(route, here.slug, here, elsewhere)}
            # A day and a year are called the same everywhere.
            for where in wheres - {path(route, here.slug, here)}:
                for who, browser in cities.browsers[here.slug].items():
                    for method in ("GET", "POST"):
                        answer = asked(browser, method, where)
                        case = f"{who}: {method} {where}: {answer.status_code} {answer.text[:300]}"
                        assert is_closed(answer) or leads_to_a_wallet(answer, here) or is_promised(route, answer), case
                        assert not told(elsewhere, answer, where), case


def test_payment_code_of_the_other_city_is_refused(cities):
    for here, elsewhere in cities.both:
        for browser in cities.browsers[here.slug].values():
            answer = asked(browser, "POST", f"/api/v1/{here.slug}/codes", elsewhere.bodies["codes"])
            assert (answer.status_code, answer.json()["code"]) == (404, "code_of_another_city")


def leads_to_a_wallet(answer: httpx.Response, here: Belongings) -> bool:
    """Whoever has none here opens one first, before anything is said of a code."""
    return answer.is_redirect and answer.headers["location"].split("?")[0] == f"/{here.slug}/wallet/start"


def is_promised(route: str, answer: httpx.Response) -> bool:
    """An id of one's own was closed, which the other's payment of that name never was."""
    return route == CLOSING and (answer.status_code, answer.json()["code"]) == (422, "payment_id_closed")


@pytest.mark.parametrize("route", LISTS)
class TestAList:
    """What has no object in its address shows this city's alone."""

    def test_list_of_a_city_holds_nothing_of_the_other_city(self, route, cities):
        for here, elsewhere in cities.both:
            answers = [
                asked(browser, "GET", path(route, here.slug, here)) for browser in cities.browsers[here.slug].values()
            ]
            for answer in answers:
                assert answer.status_code < 500, answer.text[:300]
                assert not told(elsewhere, answer, ""), answer.url
            assert any(is_seen(answer) for answer in answers), f"nobody of {here.slug} can see {route}"


def is_seen(answer: httpx.Response) -> bool:
    """Shown, or only posted to, or for those whose wallet isn't open yet."""
    return answer.is_success or answer.status_code == 405 or answer.is_redirect
