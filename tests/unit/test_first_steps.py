"""The checklist of a city that has issued nothing yet: ticked by what there is, and gone with the first issue."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.periods import Period
from citycoin.money.issuance.domain.purchases import PURCHASE, PurchaseTerms
from citycoin.money.issuance.models import Budget, OfficialKey, Programme
from citycoin.platform.accounts.operations.people import open_official
from citycoin.platform.cities.models import City
from citycoin.platform.rules.domain import Dated
from citycoin.platform.rules.operations import write_rule
from contracts.models import Chain, Sender, Submission
from merchants.models import Shop
from tests.unit.model import a_sender, a_token, hash_of, new_address, number
from tests.unit.test_register_page import Desk, at_work
from wallets.models import Wallet
from wallets.operations.wallets import open_city_accounts

pytestmark = pytest.mark.django_db

CITY = "도시와 계약을 체인에 세움"
OFFICIALS, KEYS = "담당자 두 명의 계정을 엶", "임시(설립) 열쇠를 담당자의 열쇠로 바꿈"
BUDGET, PROGRAMME, SHOP = "올해 예산에 서명함", "사업을 엶", "가게를 승인함"
ISSUE = "첫 충전이 체인에서 확정됨"


@pytest.fixture
def desk() -> Desk:
    """Of a city that was founded just now: a contract, its own accounts, a founding key, one official."""
    now = clock.now()
    city = City.objects.create(slug="bukgu", name_ko="북구", name_en="Bukgu")
    chain = Chain.objects.create(chain_id=number(), first_block_hash=hash_of("first", number()), seen_at=now)
    a_token(city, chain)
    a_sender(city, Sender.Role.ISSUER, chain)
    open_city_accounts(city=city, treasury_address=new_address(), sealed=b"", now=now)
    OfficialKey.objects.create(city=city, address=new_address(), founding=True, since=now)
    return at_work(city)


def checklist(desk: Desk) -> str:
    home = desk.client.get(f"/{desk.official.city.slug}/console/").content.decode()
    return home.partition('id="first-steps"')[2].partition("</ol>")[0]


def steps(desk: Desk) -> dict[str, bool]:
    """Whether each is ticked, as the console's home says it."""
    rows = checklist(desk).split("<li ")[1:]
    return {next(each for each in ALL if each in row): row.startswith('class="done"') for row in rows}


ALL = (CITY, OFFICIALS, KEYS, BUDGET, PROGRAMME, SHOP, ISSUE)


def a_second_official(city: City) -> None:
    open_official(city=city, username="second", password="a long password", totp_secret="A" * 32, now=clock.now())


def keys_of_officials(city: City) -> None:
    OfficialKey.objects.filter(city=city).update(until=clock.now())


def a_budget(city: City) -> None:
    year, now = clock.fiscal_year(clock.now()), clock.now()
    Budget.objects.create(city=city, year=year, cap=1_000, version=1, starts_at=now, ends_at=now)


def a_programme(city: City) -> None:
    opening = Submission.objects.create(
        intent=uuid4(), sender=Sender.objects.get(city=city), nonce=1, purpose="programme", raw=b"",
        tx_hash=f"0x{1:064x}", signed_at=clock.now(),
    )  # fmt: skip
    Programme.objects.create(
        city=city, number=1, year=clock.fiscal_year(clock.now()), name_ko="사업", name_en="Programme", cap=1_000,
        submission=opening, open_at=clock.now(),
    )  # fmt: skip
    terms = PurchaseTerms(
        discount_per_mille=100, funders={"city": 1}, validity=Period(5, "years"), purchase_step=1_000,
        monthly_cap=300_000, holding_cap=500_000,
    )  # fmt: skip
    write_rule(city_id=city.pk, kind=PURCHASE, rule=Dated(date(2020, 1, 1), terms), number=1)


def a_shop(city: City) -> None:
    now = clock.now()
    wallet = Wallet.objects.create(city=city, kind=Wallet.Kind.SHOP, created_at=now, registered_at=now)
    Shop.objects.create(
        city=city, wallet=wallet, name_ko="가게", name_en="Shop", business_number="0000000112", code=1, opened_at=now
    )


@pytest.mark.parametrize(
    ("step", "what"),
    [(OFFICIALS, a_second_official), (KEYS, keys_of_officials), (BUDGET, a_budget), (SHOP, a_shop)],
)
def test_step_is_ticked_once_it_is_done_and_no_other_with_it(desk, step, what):
    assert steps(desk) == {each: each == CITY for each in ALL}

    what(desk.official.city)

    assert steps(desk) == {each: each in {CITY, step} for each in ALL}


def test_programme_is_ticked_once_it_sells(desk):
    a_budget(desk.official.city)
    a_programme(desk.official.city)

    assert steps(desk) == {each: each in {CITY, BUDGET, PROGRAMME} for each in ALL}


def test_steps_that_an_official_does_are_links_and_the_others_say_who_does_them(desk):
    shown = checklist(desk)

    for path in ("key", "budget", "programmes", "shops/applications"):
        assert f'<a href="/bukgu/console/{path}">' in shown
    assert "운영자 ·" in shown
    assert "주민 ·" in shown


def test_checklist_is_gone_once_something_was_issued(desk):
    Wallet.objects.filter(city=desk.official.city, kind=Wallet.Kind.ISSUANCE).update(posted=-1)

    assert steps(desk) == {}
