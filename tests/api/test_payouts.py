"""A shop has its won paid to its bank: the account checked by a won, the payout made or bounced, burned or given back."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Amount
from citycoin.money.bank.models import TransferOut
from citycoin.money.payouts.domain.banking_days import banking_day_after, ordered_from
from citycoin.money.payouts.models import Payout, PayoutAccount
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.cities.queries import city_named
from citycoin.platform.incidents.models import Incident
from citycoin.platform.notices.models import Notice
from contracts.doors import wiring
from merchants.domain.businesses import Business
from merchants.models import Refund, Shop, Staff
from merchants.operations import refunds
from merchants.operations.refunds import RefundRequest
from merchants.operations.shops import open_shop
from tests import patient
from tests.api.stops import stopped
from tests.api.world import World, business_number
from tests.outside import eventually
from tests.visitor import Visitor, said
from wallets.models import Movement, Payment, Refusal, Wallet
from wallets.queries.ledger import balance

pytestmark = pytest.mark.both_databases


@dataclass
class Worker:
    """Somebody who works in the shop, at their screen."""

    shop: Shop
    browser: Visitor
    phone: str

    @property
    def page(self) -> str:
        return f"/gimpo/shops/{self.shop.pk}/payouts"

    def sees(self) -> str:
        return said(self.browser.get(self.page))

    def names(self, number: str, *, bank: str = "088", holder: str = "김사장") -> httpx.Response:
        form = {"bank": bank, "number": number, "holder": holder}
        return self.browser.send(f"{self.page}/account", form, page=self.page)

    def types(self, code: str) -> httpx.Response:
        return self.browser.send(f"{self.page}/account/code", {"code": code}, page=self.page)

    def asks(self, won: int | str, *, under: str = "") -> httpx.Response:
        return self.browser.send(self.page, {"id": under or str(uuid4()), "amount": str(won)})

    def switches(self, on: str) -> httpx.Response:
        """Has payouts go by themselves, or no more."""
        return self.browser.send(f"{self.page}/automatic", {"on": on}, page=self.page)

    def opens(self, payout: Payout) -> str:
        """What the payout's page says."""
        return said(self.browser.get(f"{self.page}/{payout.client_id}"))

    @property
    def person(self) -> Person:
        """Who works there."""
        return person_of_phone(phone=digits_of(self.phone), now=clock.now())

    def asked(self, won: int) -> Payout:
        """A payout that must be taken."""
        under = str(uuid4())
        answer = self.asks(won, under=under)
        assert answer.status_code == 302, said(answer)
        return Payout.objects.get(client_id=under)


def at_work(world: World, shop: Shop, role: Staff.Role) -> Worker:
    phone = f"010-{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"
    person = person_of_phone(phone=digits_of(phone), now=clock.now())
    Staff.objects.create(shop=shop, person=person, role=role, since=clock.now())
    browser = Visitor(world.system.web_url)
    browser.sign_in(phone)
    return Worker(shop, browser, phone)


@pytest.fixture(scope="module")
def shop(world: World) -> Shop:
    business = Business("입금 가게", "Payout shop", business_number())
    made, _ = open_shop(city=city_named("gimpo"), business=business, signer=wiring.signer(), now=clock.now())
    eventually(lambda: address_of(made) in world.gimpo.shops(), what="the shop's registration")
    return made


@pytest.fixture(scope="module")
def owner(world: World, shop: Shop) -> Worker:
    return at_work(world, shop, Staff.Role.OWNER)


@pytest.fixture
def account(world: World, owner: Worker) -> PayoutAccount:
    """In force, checked as people do it."""
    found = PayoutAccount.objects.filter(wallet=owner.shop.wallet, status="confirmed").first()
    if found is None:
        number = new_number()
        owner.names(number)
        owner.types(code_at_bank(world, number))
        found = PayoutAccount.objects.get(wallet=owner.shop.wallet, status="confirmed")
        owner.switches("no")  # a run that goes past nine in Seoul would change what tests count
    return found


def address_of(shop: Shop) -> str:
    return str(shop.wallet.keys.get(until=None).address)


def new_number() -> str:
    return f"110{secrets.randbelow(10**9):09}"


def at_bank(world: World, number: str) -> list[dict[str, Any]]:
    """What the bank has sent to this account, newest first."""
    rows = patient.get(f"{world.system.env['BANK_URL']}/transfers?direction=DBIT").json()["transfers"]
    return [each for each in rows if each["to"] == number]


def code_at_bank(world: World, number: str) -> str:
    """What their owner reads at the bank before the sender's name."""
    eventually(lambda: at_bank(world, number), what="the won at the bank")
    note: str = at_bank(world, number)[0]["note"]
    return note.split(maxsplit=1)[0]


def bounces_next(world: World) -> None:
    """The bank refuses the next transfer: not one of an earlier test's, which has to be made first."""
    on_their_way = TransferOut.objects.exclude(status__in=["done", "rejected"])
    asked = Payout.objects.filter(status="asked")
    eventually(lambda: not asked.exists() and not on_their_way.exists(), what="what was ordered before")
    world.system.city("bank", "bounce-next", check=True)


def takes(world: World, shop: Shop, won: int) -> None:
    """A customer pays, and it is settled."""
    paid = world.kept.pay(address_of(shop), won)
    world.kept.wait_settled(paid["id"])


def available(shop: Shop) -> int:
    return balance(Wallet.objects.get(pk=shop.wallet_id), now=clock.now()).available.amount


def today_of(worker: Worker) -> str:
    """What the page of the shop's sales says of the month, below its heading."""
    page = said(worker.browser.get(f"/gimpo/shops/{worker.shop.pk}/settlements"))
    return page.partition("취소하고 남은 돈")[2]


def status(payout: Payout) -> str:
    return Payout.objects.get(pk=payout.pk).status


def told(worker: Worker, kind: str) -> int:
    person = person_of_phone(phone=digits_of(worker.phone), now=clock.now())
    return Notice.objects.filter(person=person, kind=kind).count()


class TestAccount:
    def test_nothing_is_paid_out_before_an_account_is_checked(self, owner):
        answer = owner.asks(100)

        assert (answer.status_code, "payout_account_missing" in answer.text) == (422, True)
        assert "먼저 입금받을 계좌를 적고" in owner.sees()

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"number": "12-34"}, "account_number_wrong"),
            ({"number": "없는 번호"}, "account_number_wrong"),
            ({"bank": "999"}, "account_number_wrong"),
            ({"holder": "\u3164"}, "name_wrong"),
        ],
    )
    def test_account_that_can_not_be_read_is_refused_and_what_was_typed_stays(self, owner, changed, code):
        answer = owner.names(**({"number": "110-222-333444"} | changed))

        assert (answer.status_code, code in answer.text) == (400, True)
        assert f'value="{changed.get("number", "110-222-333444")}"' in answer.text

    def test_account_is_in_force_once_its_code_was_read_at_the_bank(self, world, owner):
        number = new_number()
        before = told(owner, "payout_account_new")

        assert owner.names(f"{number[:3]}-{number[3:]}").status_code == 302
        assert owner.names(number).status_code == 302, "the same again"
        code = code_at_bank(world, number)
        wrong = owner.types("0000" if code != "0000" else "1111")
        waits = owner.sees()
        right = owner.types(f" {code} ")

        assert [each["amount"] for each in at_bank(world, number)] == [1], "one won, once"
        assert (wrong.status_code, "payout_code_wrong" in wrong.text) == (422, True)
        assert "이 계좌로 1원을 보냈어요" in waits
        assert right.status_code == 302
        assert number[-4:] in owner.sees()
        assert number not in owner.browser.get(owner.page).text, "a page shows it in part"
        assert told(owner, "payout_account_new") == before + 1
        assert "payout_check_over" in owner.types(code).text

    def test_five_wrong_codes_end_the_check_and_the_account_in_force_stays(self, world, owner, account):
        number = new_number()
        owner.names(number)
        code = code_at_bank(world, number)
        wrong = f"{(int(code) + 1) % 10_000:04}"

        answers = [owner.types(wrong) for _ in range(5)]
        late = owner.types(code)

        assert all("payout_code_wrong" in each.text for each in answers)
        assert "payout_check_over" in late.text
        assert PayoutAccount.objects.get(wallet=owner.shop.wallet, status="confirmed") == account

    def test_account_that_the_bank_does_not_have_is_said_to_be_none(self, world, owner, account):
        bounces_next(world)

        owner.names(new_number())

        eventually(lambda: "1원을 보내지 못했어요" in owner.sees(), what="the bank's no")
        assert "해지된 계좌예요." in owner.sees()
        assert PayoutAccount.objects.get(wallet=owner.shop.wallet, status="confirmed") == account

    @pytest.mark.usefixtures("account")
    def test_account_is_named_five_times_a_day_at_most(self, owner):
        answers = [owner.names(new_number()) for _ in range(5)]

        assert (answers[-1].status_code, "payout_checks_used_up" in answers[-1].text) == (422, True)


class TestPayout:
    def test_won_go_to_the_bank_and_are_burned_and_the_shop_is_told(self, world, owner, account):
        takes(world, owner.shop, 3_000)
        before, had = told(owner, "payout_paid"), available(owner.shop)

        made = owner.asked(2_000)
        held = available(owner.shop)
        eventually(lambda: status(made) == "burned", what="the burn")

        assert held == had - 2_000
        assert available(owner.shop) == had - 2_000
        assert [each["amount"] for each in at_bank(world, account.number)] == [2_000, 1]
        assert "입금 완료" in owner.sees()
        assert told(owner, "payout_paid") == before + 1
        made.refresh_from_db()
        payment = made.payment
        assert Movement.objects.filter(
            reason="payout", effect__endswith=f"/{payment.nonce}", source=made.wallet
        ).exists()
        burned = Movement.objects.filter(reason="redemption", effect__contains=made.redemption.burn_id)
        assert [each.amount for each in burned] == [2_000]
        assert not Incident.objects.filter(what="burn_unasked").exists()

    @pytest.mark.usefixtures("account")
    def test_same_order_many_times_is_one_payout(self, world, owner):
        takes(world, owner.shop, 500)
        under, had = str(uuid4()), available(owner.shop)

        with ThreadPoolExecutor(4) as at_once:
            answers = list(at_once.map(lambda _: owner.asks(300, under=under), range(4)))
        other = owner.asks(301, under=under)

        assert [each.status_code for each in answers] == [302] * 4
        assert (other.status_code, "payout_id_reused" in other.text) == (409, True)
        assert Payout.objects.filter(client_id=under).count() == 1
        assert available(owner.shop) == had - 300

    @pytest.mark.usefixtures("account")
    def test_bounced_one_comes_back_and_the_shop_reads_why(self, world, owner):
        takes(world, owner.shop, 700)
        had, before = available(owner.shop), told(owner, "payout_bounced")
        taken = today_of(owner)
        bounces_next(world)

        made = owner.asked(600)
        eventually(lambda: status(made) == "returned", what="the return")

        page = owner.sees()
        assert available(owner.shop) == had
        assert "실패" in page
        assert "해지된 계좌예요. 돈은 가게 지갑으로 돌아왔어요." in page
        assert told(owner, "payout_bounced") == before + 1
        assert Movement.objects.filter(reason="bounce", target=made.wallet, amount=600).exists()
        assert today_of(owner) == taken, "what comes back is no sale"
        again = owner.asked(600)
        eventually(lambda: status(again) == "burned", what="the next try's burn")

    @pytest.mark.usefixtures("account")
    def test_more_than_there_is_is_refused_under_its_id(self, owner):
        under = str(uuid4())

        answer = owner.asks(available(owner.shop) + 1, under=under)

        assert (answer.status_code, "payout_above_available" in answer.text) == (422, True)
        assert Refusal.objects.get(client_id=under).code == "payout_above_available"

    @pytest.mark.parametrize("typed", ["", "0", "-1", "1.5", "many"])
    @pytest.mark.usefixtures("account")
    def test_what_is_no_amount_is_refused_and_stays(self, world, owner, typed):
        takes(world, owner.shop, 100)

        answer = owner.asks(typed)

        assert (answer.status_code, "amount_wrong" in answer.text) == (400, True)
        assert f'value="{typed}"' in answer.text

    @pytest.mark.usefixtures("account")
    def test_nothing_is_paid_out_of_a_stopped_city(self, owner):
        with stopped("gimpo"):
            answer = owner.asks(1)

        assert (answer.status_code, "city_stopped" in answer.text) == (422, True)


class TestByItself:
    @pytest.fixture(autouse=True)
    def switched_on(self, owner: Worker) -> Iterator[None]:
        """In these tests only: a run that goes past nine in Seoul would change what the others count."""
        assert owner.switches("yes").status_code == 302
        yield
        owner.switches("no")

    def test_what_was_sold_today_is_announced_for_its_day_and_stays_until_then(self, world, owner, account):
        takes(world, owner.shop, 4_400)
        day = PayoutAccount.objects.get(pk=account.pk).next_at.astimezone(KST).date()
        sold, today = available(owner.shop), clock.now().astimezone(KST).date()
        announced, on_today = owner.sees(), said(owner.browser.get(f"/gimpo/shops/{owner.shop.pk}/"))
        made = Payout.objects.filter(wallet=owner.shop.wallet)
        before = made.count()

        PayoutAccount.objects.filter(pk=account.pk).update(next_at=clock.now())  # a morning comes, of today
        eventually(
            lambda: PayoutAccount.objects.get(pk=account.pk).next_at > clock.now(), what="the end of the account's day"
        )

        words = f"{day.month}월 {day.day}일({'월화수목금토일'[day.weekday()]}) 입금 예정 {sold:,}원"
        assert day == banking_day_after(today)
        assert words in announced
        assert words in on_today
        assert (made.count(), available(owner.shop)) == (before, sold)
        assert PayoutAccount.objects.get(pk=account.pk).next_at == ordered_from(day)

    def test_owner_switches_it_off_and_nobody_else_does(self, world, shop, owner, account):
        manager = at_work(world, shop, Staff.Role.MANAGER)

        assert manager.switches("no").status_code == 404
        assert owner.switches("no").status_code == 302

        assert not PayoutAccount.objects.get(pk=account.pk).automatic
        assert "자동 입금이 꺼져 있어요" in owner.sees()


@pytest.mark.usefixtures("account")
class TestParts:
    def test_payout_opens_to_its_payments_and_refunds_and_sums_to_the_won(self, world, owner):
        if available(owner.shop):
            owner.asked(available(owner.shop))
        takes(world, owner.shop, 2_500)
        takes(world, owner.shop, 900)
        sale = Payment.objects.filter(payee=owner.shop.wallet).latest("pk")
        asked = RefundRequest(uuid4(), sale.client_id, Amount(400), Refund.Reason.ASKED)
        refund = refunds.promise(shop=owner.shop, asked=asked, by=owner.person, now=clock.now())
        eventually(lambda: Refund.objects.get(pk=refund.pk).state == "returned", what="the refund")

        first = owner.asked(1_000)
        rest = owner.asked(2_000)

        page = owner.opens(first)
        assert "결제 2건 3,400원" in page
        assert "취소 1건 −400원" in page
        assert "다음 입금으로 남긴 돈 −2,000원" in page
        assert "합계 = 입금한 돈 1,000원" in page
        assert (
            f'href="/gimpo/shops/{owner.shop.pk}/payments/{sale.client_id}"'
            in owner.browser.get(f"{owner.page}/{first.client_id}").text
        )
        assert "지난 입금에서 남은 돈 2,000원" in owner.opens(rest)
        assert "합계 = 입금한 돈 2,000원" in owner.opens(rest)

    def test_shop_opens_no_payout_of_another_shop(self, world, owner):
        takes(world, owner.shop, 50)
        made = owner.asked(50)
        business = Business("옆 가게", "Next door", business_number())
        other, _ = open_shop(city=city_named("gimpo"), business=business, signer=wiring.signer(), now=clock.now())
        stranger = at_work(world, other, Staff.Role.OWNER)

        assert stranger.browser.get(f"{stranger.page}/{made.client_id}").status_code == 404
        assert stranger.browser.get(f"{stranger.page}/{uuid4()}").status_code == 404
        assert stranger.browser.get(f"{owner.page}/{made.client_id}").status_code == 404


class TestAccess:
    @pytest.mark.usefixtures("account")
    def test_manager_orders_payouts_and_names_no_account_and_a_cashier_sees_nothing(self, world, shop):
        manager, cashier = (at_work(world, shop, role) for role in (Staff.Role.MANAGER, Staff.Role.CASHIER))
        takes(world, shop, 200)

        assert manager.asks(200).status_code == 302
        assert manager.names(new_number()).status_code == 404
        assert manager.types("0000").status_code == 404
        assert cashier.browser.get(cashier.page).status_code == 404
        assert cashier.asks(1).status_code == 404
