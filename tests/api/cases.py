"""Every published code, and how somebody comes to hear it from the running system.

A case prepares what it needs and returns what is then asked. What it has hurt for that, it mends by ``world.undo``. Codes
that no request can meet today are heard by those who can: the operator's commands and the worker's rounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

import httpx
from django.db.models import F

from citycoin.foundation.http.errors import body_of, status_of
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.money import Amount
from citycoin.money.bank.domain.numbers import virtual_number
from citycoin.money.bank.models import CityAccount
from citycoin.money.float.models import FloatCheck
from citycoin.money.funding import operations as funding
from citycoin.money.funding.models import FunderAccount, FunderEntry
from citycoin.money.issuance.domain.purchases import PURCHASE
from citycoin.money.issuance.models import Programme, TopUp
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import city_named
from citycoin.platform.incidents import operations as incidents
from citycoin.platform.rules.models import Rule
from contracts.domain.kinds import AccountKind, bit_of
from contracts.doors import wiring
from contracts.doors.web3_gateway import Web3Gateway
from contracts.models import Chain, Contract, Sender, Submission
from contracts.operations import chain_watch, log_copy
from merchants.domain.businesses import Business
from merchants.domain.rules import REQUEST, RequestTerms
from merchants.models import PaymentRequest, RefundClaim
from merchants.operations.shops import open_shop
from tests.api.stops import stopped
from tests.api.world import World, another_web, business_number
from tests.bank import virtual_accounts
from tests.outside import CityApi, Json, OutsideKey, P256Key, Secp256k1Key, eventually
from tests.running import RunningSystem
from tests.signing import BrowserOfficial, WalletOfficial, amendment, decided, rotation
from wallets.models import Payment

Asked = Callable[[], httpx.Response]
Case = Callable[[World], Asked]
CASES: dict[str, Case] = {}
NOBODY = "0x" + "11" * 20


def provokes(code: str) -> Callable[[Case], Case]:
    """Enter a case under the code that it must be answered with."""

    def entered(case: Case) -> Case:
        assert code not in CASES, f"{code} has a case"
        CASES[code] = case
        return case

    return entered


def posted(api: CityApi, path: str, body: object, token: str = "") -> Asked:
    return lambda: api.call("POST", path, body, token=token)


def raw(api: CityApi, body: bytes, media_type: str = "application/json") -> httpx.Response:
    """A payment's body as it stands."""
    headers = {"Content-Type": media_type}
    return api.http.post(f"{api.web_url}/api/v1/{api.city}/payments", content=body, headers=headers)


def said_to_the_operator(act: Callable[[], object]) -> httpx.Response:
    """What a command or a worker's round is told, as a request would be told it."""
    try:
        act()
    except CityCoinError as error:
        return httpx.Response(status_of(type(error)), json=body_of(error))
    raise AssertionError("nothing was refused")


# ---- What can't be read --------------------------------------------------------------------------------------------


@provokes("body_unreadable")
def _half_a_body(world: World) -> Asked:
    return lambda: raw(world.gimpo, b'{"id": ')


@provokes("fields_wrong")
def _no_fields(world: World) -> Asked:
    return posted(world.gimpo, "payments", {})


@provokes("media_type_unknown")
def _a_form(world: World) -> Asked:
    return lambda: raw(world.gimpo, b"amount=1", "application/x-www-form-urlencoded")


@provokes("method_unknown")
def _deleting_payments(world: World) -> Asked:
    return lambda: world.gimpo.call("DELETE", "payments")


# ---- What isn't there ----------------------------------------------------------------------------------------------


@provokes("route_unknown")
def _no_such_path(world: World) -> Asked:
    return lambda: world.gimpo.call("GET", "treasure")


@provokes("city_unknown")
def _atlantis(world: World) -> Asked:
    return lambda: CityApi(world.gimpo.web_url, "atlantis", world.gimpo.http).call("GET", "")


@provokes("city_not_founded")
def _a_city_without_a_contract(world: World) -> Asked:
    slug = f"new-{uuid4().hex[:8]}"
    city = City.objects.create(slug=slug, name_ko="새", name_en="New")
    world.undo.callback(city.delete)
    return lambda: CityApi(world.gimpo.web_url, slug, world.gimpo.http).call("GET", "")


@provokes("wallet_unknown")
def _a_token_of_nobody(world: World) -> Asked:
    return lambda: world.gimpo.call("GET", "wallets/me", token="nobody's")


@provokes("payment_unknown")
def _an_id_never_used(world: World) -> Asked:
    return lambda: world.gimpo.call("GET", f"payments/{uuid4()}", token=world.device.token)


@provokes("request_unknown")
def _a_request_never_made(world: World) -> Asked:
    order = world.kept.order(world.shop, 1, request=str(uuid4()))
    return lambda: world.kept.send(order)


@provokes("top_up_unknown")
def _a_top_up_never_made(world: World) -> Asked:
    return lambda: world.gimpo.call("GET", f"top-ups/{uuid4()}", token=world.device.token)


@provokes("budget_unknown")
def _a_year_without_a_budget(world: World) -> Asked:
    return lambda: world.gimpo.call("GET", "budgets/1999")


@provokes("code_wrong")
def _a_code_used_before(world: World) -> Asked:
    opening = {"code": world.gimpo.new_code(), "pin": "135790"}
    world.gimpo.ok("POST", "wallets", opening)
    return posted(world.gimpo, "wallets", opening)


@provokes("proof_invalid")
def _another_keys_proof(world: World) -> Asked:
    opening = introduction(world.gimpo, Secp256k1Key()) | {"address": Secp256k1Key().address}
    return posted(world.gimpo, "wallets", opening)


@provokes("key_taken")
def _a_key_that_has_a_wallet(world: World) -> Asked:
    assert world.device.key is not None
    return posted(world.gimpo, "wallets", introduction(world.gimpo, world.device.key))


@provokes("device_keys_refused")
def _a_p256_key_where_the_chain_does_not_check_them(world: World) -> Asked:
    # Every development node checks them; this is what the books hold where one answered that it doesn't.
    world.undo.callback(Chain.objects.update, verifies_p256=True)
    Chain.objects.update(verifies_p256=False)
    return posted(world.gimpo, "wallets", introduction(world.gimpo, P256Key()))


def introduction(api: CityApi, key: OutsideKey) -> Json:
    """The body that registers a key with a new code."""
    code = api.new_code()
    return {"code": code, **key.introduced(f"City coin: open a wallet in {api.city} with code {code}")}


# ---- Top-ups -------------------------------------------------------------------------------------------------------


@provokes("no_programme_open")
def _nothing_on_sale(world: World) -> Asked:
    # No command closes a programme yet; in the books it is closed while its opening isn't final.
    for programme in Programme.objects.filter(city__slug="sejong"):
        opened = Programme.objects.filter(pk=programme.pk)
        world.undo.callback(opened.update, open_at=programme.open_at)
        opened.update(open_at=None)
    return posted(world.sejong, "top-ups", {"id": str(uuid4()), "amount": 1_000}, world.neighbour.token)


@provokes("programme_not_on_sale")
def _a_programme_that_there_is_not(world: World) -> Asked:
    asked = {"id": str(uuid4()), "amount": 1_000, "programme": 77}
    return posted(world.sejong, "top-ups", asked, world.neighbour.token)


@provokes("programme_needed")
def _one_of_two_programmes(world: World) -> Asked:
    city = City.objects.get(slug="sejong")
    first = Programme.objects.get(city=city, number=1)
    # A second one, opened by nobody: its cap is nothing, so nothing is sold of it. Any transaction stands for its opening.
    opened_by = Submission.objects.filter(programme=None, purpose=Submission.Purpose.DEPLOY).first()
    second = Programme.objects.create(
        city=city,
        number=990,
        year=first.year,
        name_ko="둘째",
        name_en="Second",
        cap=0,
        submission=opened_by,
        open_at=first.open_at,
    )
    world.undo.callback(second.delete)
    rule = Rule.objects.filter(city=city, kind=PURCHASE.name, number=1).latest("in_force_from")
    rule.pk, rule.number = None, second.number
    rule.save()
    world.undo.callback(Rule.objects.filter(city=city, number=second.number).delete)
    return posted(world.sejong, "top-ups", {"id": str(uuid4()), "amount": 1_000}, world.neighbour.token)


@provokes("funder_account_low")
def _what_the_state_can_not_pay(world: World) -> Asked:
    account = FunderAccount.objects.filter(city__slug="sejong", funder="state")
    held = account.get().held
    world.undo.callback(account.update, held=held)
    account.update(held=F("balance"))
    return posted(world.sejong, "top-ups", {"id": str(uuid4()), "amount": 1_000}, world.neighbour.token)


@provokes("funder_unknown")
def _a_deposit_of_a_province_that_pays_nothing_here(world: World) -> Asked:
    del world
    return _a_deposit("province", "deposit 1")


@provokes("credit_effect_reused")
def _a_deposit_with_another_sum(world: World) -> Asked:
    del world
    first = FunderEntry.objects.filter(account__city__slug="sejong", account__funder="city", reason="credit").earliest(
        "pk"
    )
    return _a_deposit("city", first.effect)


def _a_deposit(funder: str, effect: str) -> Asked:
    city, now = city_named("sejong"), clock.now()
    deposit = partial(funding.credit, city_id=city.pk, funder=funder, won=Amount(1), effect=effect, now=now)
    return lambda: said_to_the_operator(deposit)


@provokes("purchase_step_wrong")
def _half_a_step(world: World) -> Asked:
    return posted(world.sejong, "top-ups", {"id": str(uuid4()), "amount": 1_500}, world.neighbour.token)


@provokes("holding_cap_reached")
def _more_than_one_may_hold(world: World) -> Asked:
    # A step above tests/cities/sejong.toml's 150,000, and under what is left of the month's 300,000.
    return posted(world.sejong, "top-ups", {"id": str(uuid4()), "amount": 151_000}, world.neighbour.token)


@provokes("monthly_cap_reached")
def _more_than_one_may_buy_in_a_month(world: World) -> Asked:
    return posted(world.sejong, "top-ups", {"id": str(uuid4()), "amount": 301_000}, world.neighbour.token)


@provokes("budget_used_up")
def _more_than_the_year_has(world: World) -> Asked:
    asked = {"id": str(uuid4()), "amount": world.gimpo.ok("GET", f"budgets/{world.year}")["left"] + 1}
    return posted(world.gimpo, "top-ups", asked, world.kept.token)


@provokes("top_up_id_reused")
def _a_top_up_of_another_amount(world: World) -> Asked:
    asked = {"id": str(uuid4()), "amount": 1_000}
    world.gimpo.ok("POST", "top-ups", asked, token=world.kept.token)
    return posted(world.gimpo, "top-ups", asked | {"amount": 2_000}, world.kept.token)


@provokes("reservation_over")
def _more_time_for_a_top_up_whose_time_is_over(world: World) -> Asked:
    asked = {"id": str(uuid4()), "amount": 1_000}
    world.gimpo.ok("POST", "top-ups", asked, token=world.kept.token)
    TopUp.objects.filter(client_id=asked["id"]).update(reserved_until=clock.now() - timedelta(seconds=1))
    return posted(world.gimpo, f"top-ups/{asked['id']}/extensions", {"number": 1}, world.kept.token)


@provokes("float_differs")
def _a_bank_that_has_less_than_it_is_owed_for(world: World) -> Asked:
    check = FloatCheck.objects.filter(city__slug="sejong")
    eventually(check.exists, what="the first check")
    incident = incidents.report(check.get().city_id, "float_differs", {"difference": -1}, now=clock.now())
    world.undo.callback(check.update, looks=0, differs_since=None, incident=None)

    def asked() -> httpx.Response:
        check.update(looks=2, differs_since=clock.now(), incident=incident)  # until the worker looks again
        return posted(world.sejong, "top-ups", {"id": str(uuid4()), "amount": 1_000}, world.neighbour.token)()

    return asked


@provokes("no_bank_account")
def _a_city_that_has_left_its_bank(world: World) -> Asked:
    mine = CityAccount.objects.filter(city__slug="sejong", until=None)
    number = mine.get().pk
    world.undo.callback(CityAccount.objects.filter(pk=number).update, until=None)
    mine.update(until=clock.now())
    return posted(world.sejong, "top-ups", {"id": str(uuid4()), "amount": 1_000}, world.neighbour.token)


@provokes("numbers_used_up")
def _a_bank_whose_only_numbers_are_given_out(world: World) -> Asked:
    """Ten of them, which differ in one digit beside their check digit."""
    account = CityAccount.objects.get(city__slug="sejong", until=None)
    rows, later = CityAccount.objects.filter(pk=account.pk), clock.now() + timedelta(days=1)
    world.undo.callback(rows.update, digits=account.digits)
    rows.update(digits=len(account.prefix) + 2)
    for serial in range(10):
        given = virtual_accounts(account, 1, until=later)[0]
        given.number = virtual_number(account.prefix, serial, digits=len(account.prefix) + 2)
        given.save()
    return posted(world.sejong, "top-ups", {"id": str(uuid4()), "amount": 1_000}, world.neighbour.token)


@provokes("transfer_refused")
def _a_transfer_to_a_number_of_another_bank(world: World) -> Asked:
    return lambda: transferred(world.gimpo, "12345678901234", 1_000)


@provokes("bank_unavailable")
def _a_transfer_while_the_bank_is_down(world: World) -> Asked:
    world.undo.callback(world.system.start, "bank")
    world.system.stop("bank")
    return lambda: transferred(world.gimpo, "94100100000019", 1_000)


def transferred(api: CityApi, number: str, won: int) -> httpx.Response:
    """Somebody sends won to a number of the demo's bank."""
    body = {"account": number, "amount": won}
    return api.http.post(f"{api.web_url}/demo/bank/transfers", json=body)


# ---- Payments by signature -----------------------------------------------------------------------------------------


@provokes("signature_invalid")
def _signed_for_another_amount(world: World) -> Asked:
    order = world.device.order(world.shop, 100) | {"amount": 1}
    return lambda: world.device.send(order)


@provokes("signature_for_another_city")
def _signed_for_sejong(world: World) -> Asked:
    order = world.neighbour.order(world.sejong.shops()[0], 100)
    return posted(world.gimpo, "payments", order)


@provokes("nonce_used")
def _a_nonce_again_under_a_new_id(world: World) -> Asked:
    order = world.device.order(world.shop, 1)
    assert world.device.send(order).status_code == 201
    return lambda: world.device.send(order | {"id": str(uuid4())})


@provokes("nonce_too_old")
def _64_below_the_highest(world: World) -> Asked:
    highest = world.device.wallet()["next_nonce"] + 70
    world.device.pay(world.shop, 1, nonce=highest)
    order = world.device.order(world.shop, 1, nonce=highest - 64)
    return lambda: world.device.send(order)


@provokes("nonce_too_far")
def _far_ahead(world: World) -> Asked:
    order = world.device.order(world.shop, 1, nonce=world.device.wallet()["next_nonce"] + 1_024)
    return lambda: world.device.send(order)


@provokes("payment_expired")
def _expired_a_second_ago(world: World) -> Asked:
    order = world.device.order(world.shop, 1, expires=int(time.time()) - 1)
    return lambda: world.device.send(order)


@provokes("signature_needed")
def _a_pin_for_a_key_that_the_city_has_not(world: World) -> Asked:
    order = {"id": str(uuid4()), "payee": world.shop, "amount": 1, "pin": "135790"}
    return posted(world.gimpo, "payments", order, world.device.token)


# ---- Payments by PIN -----------------------------------------------------------------------------------------------


@provokes("pin_wrong")
def _a_wrong_pin(world: World) -> Asked:
    order = world.kept.order(world.shop, 1, pin="000000")
    world.undo.callback(world.kept.pay, world.shop, 1)  # the right one ends the count
    return lambda: world.kept.send(order)


@provokes("pin_locked")
def _the_right_pin_after_five_wrong_ones(world: World) -> Asked:
    for _ in range(5):
        world.locked_out.send(world.locked_out.order(world.shop, 1, pin="000000"))
    order = world.locked_out.order(world.shop, 1)
    return lambda: world.locked_out.send(order)


@provokes("too_many_payments")
def _three_at_one_a_minute(world: World) -> Asked:
    url = world.undo.enter_context(another_web(world.system, PAYMENTS_PER_MINUTE="1"))
    slow = CityApi(url, "gimpo", world.gimpo.http)
    for _ in range(2):
        slow.call("POST", "payments", world.hasty.order(world.shop, 1), token=world.hasty.token)
    return posted(slow, "payments", world.hasty.order(world.shop, 1), world.hasty.token)


@provokes("confirmation_needed")
def _a_payment_that_nobody_confirmed(world: World) -> Asked:
    order = {"id": str(uuid4()), "payee": world.shop, "amount": 1, "unconfirmed": True}
    return posted(world.gimpo, "payments", order, world.kept.token)


# ---- What the payer may not ----------------------------------------------------------------------------------------


@provokes("not_enough_won")
def _a_won_more_than_there_is(world: World) -> Asked:
    order = world.kept.order(world.shop, world.kept.available() + 1)
    return lambda: world.kept.send(order)


@provokes("shop_not_registered")
def _to_nobody(world: World) -> Asked:
    order = world.kept.order(NOBODY, 1)
    return lambda: world.kept.send(order)


@provokes("city_stopped")
def _a_payment_in_a_city_that_an_official_stopped(world: World) -> Asked:
    resident = world.neighbour
    order = resident.order(resident.api.shops()[0], 1)
    world.undo.enter_context(stopped(resident.api.city))
    return lambda: resident.send(order)


@provokes("payer_frozen")
def _from_a_frozen_wallet(world: World) -> Asked:
    order = world.frozen.order(world.shop, 1)
    return lambda: world.frozen.send(order)


@provokes("payer_not_resident")
def _a_shop_pays_a_shop(world: World) -> Asked:
    order = {"id": str(uuid4()), "payee": world.other_shop, "amount": 1, "pin": "135790"}
    return posted(world.gimpo, "payments", order, world.shop_token)


@provokes("payment_id_reused")
def _the_same_id_for_another_amount(world: World) -> Asked:
    order = world.kept.order(world.shop, 1)
    assert world.kept.send(order).status_code == 201
    return lambda: world.kept.send(order | {"amount": 2})


@provokes("kinds_not_allowed")
def _a_kind_of_payment_that_the_city_has_closed(world: World) -> Asked:
    token = Contract.objects.filter(pk=world.contract().pk)
    world.undo.callback(token.update, kinds_closing=0)
    token.update(kinds_closing=bit_of(AccountKind.RESIDENT, AccountKind.SHOP))
    return lambda: world.kept.send(world.kept.order(world.shop, 1))


@provokes("payment_id_closed")
def _an_id_that_was_closed_before_it_arrived(world: World) -> Asked:
    order = world.kept.order(world.shop, 1)
    world.gimpo.call("POST", f"payments/{order['id']}/close", {}, token=world.kept.token)
    return lambda: world.kept.send(order)


# ---- Payment requests ----------------------------------------------------------------------------------------------


@provokes("request_expired")
def _after_its_time(world: World) -> Asked:
    # As if the city had decided so when it was founded; a rule that begins today is there already, and stays as it is.
    rule = Rule.objects.filter(city__slug="gimpo", kind=REQUEST.name)
    world.undo.callback(rule.update, body=rule.get().body)
    rule.update(body=RequestTerms(good_for_seconds=1).model_dump())
    made = world.gimpo.ok("POST", "requests", {"amount": 1}, token=world.shop_token)
    eventually(lambda: clock.now() > PaymentRequest.objects.get(pk=made["id"]).expires_at, what="the end of its second")
    order = world.kept.order(world.shop, 1, request=made["id"])
    return lambda: world.kept.send(order)


@provokes("request_differs")
def _a_won_less_than_asked(world: World) -> Asked:
    order = world.kept.order(world.shop, 1, request=world.request(2))
    return lambda: world.kept.send(order)


@provokes("request_paid_already")
def _a_request_that_somebody_paid(world: World) -> Asked:
    request = world.request(1)
    world.kept.pay(world.shop, 1, request=request)
    order = world.device.order(world.shop, 1, request=request)
    return lambda: world.device.send(order)


# ---- Decisions of officials ----------------------------------------------------------------------------------------


def budget(world: World, *officials: BrowserOfficial | WalletOfficial, **changed: int) -> Asked:
    """An amendment of Gimpo's budget, signed by these officials."""
    facts = amendment(world.node, world.contract().address, world.year, **changed)
    return posted(world.gimpo, "budgets", decided(world.gimpo.domain(), "Budget", facts, *officials))


@provokes("signature_missing")
def _one_official(world: World) -> Asked:
    return budget(world, world.founders()[0])


@provokes("same_official_twice")
def _one_official_twice(world: World) -> Asked:
    return budget(world, world.founders()[0], world.founders()[0])


@provokes("not_an_official")
def _a_stranger(world: World) -> Asked:
    return budget(world, world.founders()[0], WalletOfficial())


@provokes("budget_version_wrong")
def _the_version_in_force(world: World) -> Asked:
    version = world.node.budget(world.contract().address, world.year)["version"]
    # Played again as it is it would be the same decision, so it says another deadline.
    return budget(world, *world.founders(), version=version)


@provokes("deadline_passed")
def _a_minute_late(world: World) -> Asked:
    return budget(world, *world.founders(), deadline=int(time.time()) - 60)


@provokes("budget_below_promised")
def _less_than_the_programmes_have(world: World) -> Asked:
    return budget(world, *world.founders(), cap=1)


@provokes("decision_refused")
def _a_year_that_ends_before_it_starts(world: World) -> Asked:
    return budget(world, *world.founders(), starts=2, ends=1)


def change_of_officials(world: World, **facts: object) -> Asked:
    """One founding official's key in Gimpo gives way to another, signed by both."""
    first, second = world.founders()
    changed = rotation(world.node, world.contract().address, outgoing=first.address, incoming=WalletOfficial().address)
    body = decided(world.gimpo.domain(), "RotateOfficial", changed | facts, first, second)
    return posted(world.gimpo, "officials", body)


@provokes("officials_version_wrong")
def _a_change_too_far_ahead(world: World) -> Asked:
    return change_of_officials(world, version=1_000)


@provokes("official_already")
def _an_official_in_the_place_of_another(world: World) -> Asked:
    return change_of_officials(world, incoming=world.founders()[1].address)


# ---- Not now -------------------------------------------------------------------------------------------------------


@provokes("chain_unavailable")
def _a_decision_without_a_chain(world: World) -> Asked:
    asked = budget(world, *world.founders())
    world.undo.callback(world.system.start, "chain")
    world.system.stop("chain")
    return asked


@provokes("chain_behind_the_books")
def _a_decision_while_the_chain_is_behind(world: World) -> Asked:
    world.kept.wait_settled(world.kept.pay(world.shop, 1)["id"])
    world.undo.callback(eventually, lambda: not Chain.objects.get().behind_since, what="the chain has caught up")
    world.undo.callback(world.system.start, "worker")
    world.system.stop("worker")
    # As after a reorganisation, of which tests/faults/test_reorg.py makes real ones: a block that the chain doesn't have.
    Contract.objects.update(last_block_hash="0x" + "ab" * 32)
    for reading in log_copy.readings_of(Chain.objects.get(), now=clock.now()):
        log_copy.notice_lost_blocks(gateway=wiring.chain_gateway(), reading=reading, now=clock.now())
    return budget(world, *world.founders())


@provokes("sending_key_broken")
def _a_decision_whose_sending_key_opens_nothing(world: World) -> Asked:
    clerk = Sender.objects.filter(city__slug="gimpo", role=Sender.Role.CLERK)
    world.undo.callback(clerk.update, sealed=bytes(clerk.get().sealed))
    clerk.update(sealed=bytes(60))
    return budget(world, *world.founders())


@provokes("exposure_reached")
def _more_than_may_wait_without_a_chain(world: World) -> Asked:
    rich = world.gimpo.join_city_kept()
    rich.top_up(120_000_000)
    world.undo.callback(eventually, lambda: rich.status(first["id"]) == "settled", what="the settlement")
    world.undo.callback(world.system.start, "chain")
    world.system.stop("chain")
    # The worker saw the chain last two minutes ago; nobody waits for that here.
    Chain.objects.update(seen_at=clock.now() - timedelta(minutes=2))
    first = rich.pay(world.shop, 99_000_000)
    return lambda: rich.send(rich.order(world.shop, 1_000_001))


# ---- Heard by commands and by the worker alone ---------------------------------------------------------------------


@provokes("chain_is_another")
def _another_chain_at_the_nodes_address(world: World) -> Asked:
    other = world.undo.enter_context(RunningSystem(chosen=("chain",)))
    gateway = Web3Gateway(other.rpc_url, timeout_seconds=10)
    eventually(lambda: gateway.head().number > 1, what="its first blocks")
    world.undo.callback(eventually, lambda: not Chain.objects.get().is_another, what="the right chain again")
    return lambda: said_to_the_operator(
        lambda: chain_watch.watch(gateway=gateway, chain=Chain.objects.get(), blocks_to_final=5, now=clock.now())
    )


def opening_a_shop(number: str) -> Asked:
    """An operator opens a shop with this business number."""
    application = Business("두 번째 가게", "Second shop", number)
    return lambda: said_to_the_operator(
        lambda: open_shop(city=city_named("gimpo"), business=application, signer=wiring.signer(), now=clock.now())
    )


@provokes("business_number_wrong")
def _a_wrong_check_digit(_world: World) -> Asked:
    good = business_number()
    return opening_a_shop(good[:9] + str((int(good[9]) + 1) % 10))


@provokes("business_registered")
def _a_business_that_has_a_shop(_world: World) -> Asked:
    return opening_a_shop("0000000112")  # of seeds/cities/gimpo.toml


# ---- What a payer asks back ----------------------------------------------------------------------------------------


def _claiming(world: World, payment_id: str, **said: object) -> Asked:
    body = {"id": str(uuid4()), "amount": 1, "reason": "other"} | said
    return posted(world.gimpo, f"payments/{payment_id}/claims", body, world.kept.token)


def _claimed(world: World) -> tuple[str, str]:
    """A payment of 5 won, and the claim to one of them that waits for the shop."""
    payment_id, claim_id = world.kept.pay(world.shop, 5)["id"], str(uuid4())
    _claiming(world, payment_id, id=claim_id)()
    return payment_id, claim_id


def _withdrawing(world: World, payment_id: str, claim_id: str) -> Asked:
    return posted(world.gimpo, f"payments/{payment_id}/claims/{claim_id}/withdraw", {}, world.kept.token)


@provokes("claim_id_reused")
def _another_claim_under_the_same_id(world: World) -> Asked:
    payment_id, claim_id = _claimed(world)
    return _claiming(world, payment_id, id=claim_id, amount=2)


@provokes("claim_waits")
def _a_claim_beside_one_that_waits(world: World) -> Asked:
    return _claiming(world, _claimed(world)[0])


@provokes("claimed_too_often")
def _a_fourth_claim(world: World) -> Asked:
    payment_id, claim_id = _claimed(world)
    for _ in range(2):
        _withdrawing(world, payment_id, claim_id)()
        claim_id = str(uuid4())
        _claiming(world, payment_id, id=claim_id)()
    _withdrawing(world, payment_id, claim_id)()
    return _claiming(world, payment_id)


@provokes("claim_too_late")
def _a_claim_after_a_month(world: World) -> Asked:
    payment = Payment.objects.get(client_id=world.kept.pay(world.shop, 5)["id"])
    Payment.objects.filter(pk=payment.pk).update(authorised_at=payment.authorised_at - timedelta(days=31))
    return _claiming(world, str(payment.client_id))


@provokes("claim_over")
def _a_claim_taken_back_that_the_shop_has_let_pass(world: World) -> Asked:
    payment_id, claim_id = _claimed(world)
    claim = RefundClaim.objects.filter(client_id=claim_id)
    claim.update(answer_by=clock.now())
    eventually(claim.filter(status=RefundClaim.Status.UNANSWERED).exists, what="the claim's end")
    return _withdrawing(world, payment_id, claim_id)
