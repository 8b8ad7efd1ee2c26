"""What belongs to one city is not there for the other: under its path, or for who comes with the other's token.

The routes are read from the URL table, so that a new one can't be forgotten here.
"""

from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver

from citycoin import urls
from merchants.domain.codes import PaymentCode
from merchants.models import Shop
from tests.outside import Secp256k1Key, code_of
from tests.signing import amendment, decided, matrix, rotation

pytestmark = pytest.mark.one_database

NOT_FOUND = (404, "wallet_unknown")


def routes(patterns, before=""):
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, before + str(each.pattern))
        elif isinstance(each, URLPattern):
            methods = [
                name.upper() for name in ("get", "post", "put", "patch", "delete") if hasattr(each.callback.cls, name)
            ]
            yield from ((method, before + str(each.pattern)) for method in methods)


IN_A_CITY = "api/v1/<slug:city>/"
ROUTES = {
    (method, route.removeprefix(IN_A_CITY))
    for method, route in routes(urls.urlpatterns[:1])
    if route.startswith(IN_A_CITY)
}
CHECKS = {}


def checks(method, route):
    def entered(check):
        CHECKS[method, route] = check
        return check

    return entered


def both_ways(world):
    """A token of one city with the path of the other, each way."""
    return [(world.sejong, world.device), (world.gimpo, world.neighbour)]


@checks("GET", "")
def _says_its_own_domain(world):
    assert world.gimpo.domain() != world.sejong.domain()
    assert world.gimpo.domain()["verifyingContract"] == world.contract("gimpo").address


@checks("POST", "wallets")
def _takes_no_code_of_the_other(world):
    code = world.gimpo.new_code()
    assert code_of(world.sejong.call("POST", "wallets", {"code": code, "pin": "135790"})) == (422, "code_wrong")

    key, code = Secp256k1Key(), world.sejong.new_code()
    introduced = key.introduced(f"City coin: open a wallet in gimpo with code {code}")
    answer = world.sejong.call("POST", "wallets", {"code": code, **introduced})
    assert code_of(answer) == (422, "proof_invalid"), "the text that was signed names the city"


@checks("GET", "wallets/me")
def _has_no_wallet_of_the_others_token(world):
    for api, stranger in both_ways(world):
        assert code_of(api.call("GET", "wallets/me", token=stranger.token)) == NOT_FOUND


@checks("GET", "wallets/me/payments")
def _has_no_payments_of_the_others_token(world):
    for api, stranger in both_ways(world):
        assert code_of(api.call("GET", "wallets/me/payments", token=stranger.token)) == NOT_FOUND


@checks("POST", "quotes")
def _quotes_nothing_for_the_others_token(world):
    for api, stranger in both_ways(world):
        asked = {"payee": api.shops()[0], "amount": 1}
        assert code_of(api.call("POST", "quotes", asked, token=stranger.token)) == NOT_FOUND


@checks("POST", "payments")
def _pays_nothing_of_the_other(world):
    by_pin = {"id": str(uuid4()), "payee": world.sejong.shops()[0], "amount": 1, "pin": "135790"}
    assert code_of(world.sejong.call("POST", "payments", by_pin, token=world.kept.token)) == NOT_FOUND
    for other, payer in both_ways(world):
        signed = payer.order(payer.api.shops()[0], 1)
        assert code_of(other.call("POST", "payments", signed)) == (422, "signature_for_another_city")


@checks("GET", "payments/<uuid:payment_id>")
def _has_no_payment_of_the_other(world):
    for other, payer in both_ways(world):
        made = payer.pay(payer.api.shops()[0], 1)
        path = f"payments/{made['id']}"
        assert code_of(other.call("GET", path, token=payer.token)) == NOT_FOUND
        stranger = world.neighbour if other is world.sejong else world.device
        assert code_of(other.call("GET", path, token=stranger.token)) == (404, "payment_unknown")
        assert payer.api.call("GET", path, token=payer.token).status_code == 200


@checks("POST", "payments/<uuid:payment_id>/passkey")
def _asks_no_passkey_of_the_others_wallets(world):
    for other, payer in both_ways(world):
        wanted = {"payee": payer.api.shops()[0], "amount": 1}
        path = f"payments/{uuid4()}/passkey"
        assert code_of(other.call("POST", path, wanted, token=payer.token)) == NOT_FOUND


@checks("POST", "payments/<uuid:payment_id>/close")
def _closes_no_payment_of_the_other(world):
    for other, payer in both_ways(world):
        order = payer.order(payer.api.shops()[0], 1)
        path = f"payments/{order['id']}/close"
        assert code_of(other.call("POST", path, {}, token=payer.token)) == NOT_FOUND
        assert payer.send(order).status_code == 201


@checks("GET", "payments/<uuid:payment_id>/claims")
@checks("POST", "payments/<uuid:payment_id>/claims")
@checks("POST", "payments/<uuid:payment_id>/claims/<uuid:claim_id>/withdraw")
def _asks_nothing_back_of_the_other(world):
    for other, payer in both_ways(world):
        made = payer.pay(payer.api.shops()[0], 1)
        path, claim = f"payments/{made['id']}/claims", {"id": str(uuid4()), "amount": 1, "reason": "other"}
        assert code_of(other.call("POST", path, claim, token=payer.token)) == NOT_FOUND
        assert payer.api.call("POST", path, claim, token=payer.token).status_code == 201
        assert code_of(other.call("GET", path, token=payer.token)) == NOT_FOUND
        assert code_of(other.call("POST", f"{path}/{claim['id']}/withdraw", token=payer.token)) == NOT_FOUND


@checks("GET", "kinds")
def _shows_its_own_matrix(world):
    for api in (world.gimpo, world.sejong):
        assert ["resident", "shop"] in api.ok("GET", "kinds")["allowed"]


@checks("POST", "kinds")
def _takes_no_matrix_that_the_others_officials_signed(world):
    contract = world.contract("sejong").address
    signed = matrix(world.node, contract, world.gimpo.domain(), 0, *world.founders("gimpo"))
    assert code_of(world.sejong.call("POST", "kinds", signed)) == (422, "not_an_official")


@checks("GET", "shops")
def _shows_its_own_shops_alone(world):
    assert not set(world.gimpo.shops()) & set(world.sejong.shops())


@checks("POST", "codes")
def _knows_no_code_of_the_other(world):
    for here, there in ((world.gimpo, world.sejong), (world.sejong, world.gimpo)):
        shop = Shop.objects.filter(city__slug=there.city).first()
        answer = here.call("POST", "codes", {"text": str(PaymentCode(shop.code))})
        assert code_of(answer) == (404, "code_of_another_city")


@checks("POST", "requests")
def _asks_for_nothing_for_the_others_shop(world):
    assert code_of(world.sejong.call("POST", "requests", {"amount": 1}, token=world.shop_token)) == NOT_FOUND


@checks("GET", "requests/<uuid:request_id>")
def _has_no_request_of_the_other(world):
    path = f"requests/{world.request(5)}"
    assert world.gimpo.call("GET", path).status_code == 200
    assert code_of(world.sejong.call("GET", path)) == (404, "request_unknown")


@checks("POST", "top-ups")
def _sells_nothing_to_the_other(world):
    for api, stranger in both_ways(world):
        asked = {"id": str(uuid4()), "amount": 1_000}
        assert code_of(api.call("POST", "top-ups", asked, token=stranger.token)) == NOT_FOUND


@checks("GET", "top-ups/<uuid:top_up_id>")
def _has_no_top_up_of_the_other(world):
    asked = {"id": str(uuid4()), "amount": 1_000}
    world.gimpo.ok("POST", "top-ups", asked, token=world.device.token)
    path = f"top-ups/{asked['id']}"
    assert code_of(world.sejong.call("GET", path, token=world.device.token)) == NOT_FOUND
    assert code_of(world.sejong.call("GET", path, token=world.neighbour.token)) == (404, "top_up_unknown")
    assert code_of(world.gimpo.call("GET", path, token=world.kept.token)) == (404, "top_up_unknown")


@checks("POST", "top-ups/<uuid:top_up_id>/extensions")
def _extends_no_top_up_of_the_other(world):
    asked = {"id": str(uuid4()), "amount": 1_000}
    top_up = world.gimpo.ok("POST", "top-ups", asked, token=world.device.token)
    path, first = f"top-ups/{asked['id']}/extensions", {"number": 1}
    assert code_of(world.sejong.call("POST", path, first, token=world.device.token)) == NOT_FOUND
    assert code_of(world.sejong.call("POST", path, first, token=world.neighbour.token)) == (404, "top_up_unknown")
    assert code_of(world.gimpo.call("POST", path, first, token=world.kept.token)) == (404, "top_up_unknown")
    seen = world.gimpo.ok("GET", f"top-ups/{asked['id']}", token=world.device.token)
    assert seen["reserved_until"] == top_up["reserved_until"]


@checks("POST", "budgets")
def _takes_no_budget_signed_for_the_other(world):
    """Not by the other's officials, and not by its own for the other's contract."""
    facts = amendment(world.node, world.contract("sejong").address, world.year)
    for domain, officials in (("gimpo", "gimpo"), ("sejong", "gimpo"), ("gimpo", "sejong")):
        signed = decided(getattr(world, domain).domain(), "Budget", facts, *world.founders(officials))
        assert code_of(world.sejong.call("POST", "budgets", signed)) == (422, "not_an_official")


@checks("GET", "budgets/<number:year>")
def _shows_its_own_budget(world):
    for api in (world.gimpo, world.sejong):
        on_chain = world.node.budget(world.contract(api.city).address, world.year)
        assert api.ok("GET", f"budgets/{world.year}")["starts_at"]
        assert api.ok("GET", f"budgets/{world.year}")["cap"] == on_chain["cap"]


@checks("GET", "programmes")
def _shows_its_own_programmes(world):
    names = [each["ko"] for api in (world.gimpo, world.sejong) for each in api.ok("GET", "programmes")["programmes"]]
    assert names == ["일반 판매", "한글원 일반 판매"]


@checks("GET", "officials")
def _shows_its_own_officials(world):
    mine, others = (
        {each["address"] for each in api.ok("GET", "officials")["officials"]} for api in (world.gimpo, world.sejong)
    )
    assert not mine & others


@checks("POST", "officials")
def _takes_no_change_of_officials_signed_for_the_other(world):
    first, second = world.founders("gimpo")
    contract = world.contract("sejong").address
    facts = rotation(world.node, contract, outgoing=first.address, incoming="0x" + "33" * 20)
    signed = decided(world.gimpo.domain(), "RotateOfficial", facts, first, second)
    assert code_of(world.sejong.call("POST", "officials", signed)) == (422, "not_an_official")


def test_each_route_and_method_of_a_city_has_a_check():
    assert set(CHECKS) == ROUTES


@pytest.mark.parametrize(("method", "route"), sorted(CHECKS), ids=lambda text: text or "city")
def test_route_of_one_city_gives_nothing_of_the_other(world, method, route):
    before = None if route.startswith("payments/<uuid:payment_id>") else world.balances()

    CHECKS[method, route](world)

    assert before is None or world.balances() == before


@pytest.mark.parametrize(("method", "route"), sorted(ROUTES), ids=lambda text: text or "city")
def test_route_of_a_city_that_nobody_founded_is_refused(world, method, route):
    path = route.replace("<number:year>", str(world.year))
    for name in ("payment_id", "request_id", "top_up_id", "claim_id"):
        path = path.replace(f"<uuid:{name}>", str(uuid4()))

    answer = world.gimpo.http.request(
        method, f"{world.gimpo.web_url}/api/v1/atlantis/{path}", json=None if method == "GET" else {}
    )

    assert code_of(answer) in {(404, "city_unknown"), (400, "fields_wrong")}


def test_payment_of_a_key_with_wallets_in_both_cities_is_refused_in_the_other(world):
    """The same key may have a wallet in each city; a signature moves won in one of them only."""
    api, key = world.sejong, world.device.key
    code = api.new_code()
    opened = api.call(
        "POST", "wallets", {"code": code, **key.introduced(f"City coin: open a wallet in sejong with code {code}")}
    )
    assert opened.status_code in {201, 409}
    before = world.balances()

    signed = world.device.order(world.shop, 1)

    assert code_of(world.sejong.call("POST", "payments", signed)) == (422, "signature_for_another_city")
    assert world.balances() == before
