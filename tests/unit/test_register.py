"""The register of shops: which rows a question has, in which order, and what the filters say."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from citycoin.platform.cities.models import City, District
from merchants.models import DailySum, Shop
from merchants.queries import register
from merchants.queries.register import ORDERS, Wanted
from tests.unit.refunding import RefundingLedger
from wallets.models import Wallet

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 3, tzinfo=UTC)
MAY = date(2026, 5, 1)
CAFE, STOPPED, NEW = "가나 찻집", "다라 국밥", "마바 국밥"


@pytest.fixture
def city() -> City:
    """With a café that took 5,000 won in May and gave 1,000 back, a frozen shop, and one that isn't registered yet."""
    ledger = RefundingLedger()
    ledger.found_a_city()
    city: City = ledger.city
    District.objects.create(city=city, name_ko="시험동", name_en="Siheom-dong")
    cafe = shop(city, CAFE, "cafe", registered_at=NOW)
    shop(city, STOPPED, "food", registered_at=NOW, frozen_at=NOW)
    shop(city, NEW, "food")
    took(cafe, date(2026, 4, 30), won=900_000)
    took(cafe, date(2026, 5, 1), won=3_000)
    took(cafe, date(2026, 5, 3), won=2_000, refunded=1_000)
    return city


def shop(city: City, name: str, category: str, **wallet: datetime) -> Shop:
    number = Shop.objects.count()
    holder = Wallet.objects.create(city=city, kind=Wallet.Kind.SHOP, created_at=NOW, **wallet)
    return Shop.objects.create(
        city=city, wallet=holder, name_ko=name, name_en=f"Shop {number}", business_number=f"12345678{number:02}",
        district="시험동", category=category, code=10**6 + number, opened_at=NOW,
    )  # fmt: skip


def took(at: Shop, day: date, *, won: int, refunded: int = 0) -> None:
    DailySum.objects.create(
        city=at.city, shop=at, day=day, district=at.district, category=at.category, payments=1, won=won,
        refunds=bool(refunded), refunded=refunded,
    )  # fmt: skip


def names(city: City, *, by: str = "name", falling: bool = False, **wanted: str) -> list[str]:
    rows = register.shops_wanted(city.pk, Wanted(**{"district": "시험동", **wanted}))
    return [each.name_ko for each in register.sorted_with_sums(rows, by=by, falling=falling, month=MAY)]


@pytest.mark.parametrize(
    "wanted",
    [
        {"text": "찻집"},
        {"text": "  가나 찻집 "},
        {"state": "open"},
        {"category": "cafe"},
        {"category": "cafe", "state": "open", "text": "가나"},
    ],
)
def test_register_has_the_shops_that_are_asked_for_and_no_others(city, wanted):
    assert names(city, **wanted) == [CAFE]


def test_register_finds_a_shop_by_its_district_in_english(city):
    assert names(city, text="siheom", district="") == [CAFE, STOPPED, NEW]


@pytest.mark.parametrize("written", ["{}", "{:.3}-{rest}", "{:.3} {rest}"])
def test_register_finds_a_shop_by_its_business_number_however_it_is_written(city, written):
    number = Shop.objects.get(city=city, name_ko=STOPPED).business_number

    assert names(city, text=written.format(number, rest=number[3:])) == [STOPPED]


def test_register_of_each_state_has_each_shop_once(city):
    assert {state: names(city, state=state) for state in register.State} == {
        "open": [CAFE], "registering": [NEW], "frozen": [STOPPED],
    }  # fmt: skip


def test_register_counts_each_value_of_a_filter_with_the_others_on(city):
    found = register.counts(city.pk, Wanted(district="시험동", category="food", state="frozen"))

    assert found.states == {"": 2, "open": 0, "registering": 1, "frozen": 1}
    assert found.categories == {"food": 1}
    assert found.districts == {"시험동": 1}


@pytest.mark.parametrize("by", ORDERS)
def test_register_sorted_by_any_column_has_every_shop(city, by):
    assert sorted(names(city, by=by)) == sorted(names(city, by=by, falling=True)) == [CAFE, STOPPED, NEW]


def test_register_sorts_by_name_and_by_the_months_sum_both_ways(city):
    assert names(city, by="name", falling=True) == [NEW, STOPPED, CAFE]
    assert names(city, by="month", falling=True)[0] == CAFE
    assert names(city, by="month")[-1] == CAFE


@pytest.mark.parametrize("falling", [True, False])
def test_register_sorted_by_the_last_payment_has_shops_without_any_at_the_end(city, falling):
    assert names(city, by="paid", falling=falling)[0] == CAFE


def test_register_says_what_a_shop_took_since_the_months_first_day_and_when_it_was_paid_last(city):
    rows = register.sorted_with_sums(
        register.shops_wanted(city.pk, Wanted(district="시험동")), by="name", falling=False, month=MAY
    )

    assert [(each.month_net, each.last_paid) for each in rows] == [(4_000, date(2026, 5, 3)), (0, None), (0, None)]
    assert register.last_paid(rows[0]) == date(2026, 5, 3)


def test_register_of_another_city_has_none_of_them(city):
    other = city.pk + 1

    assert list(register.shops_wanted(other, Wanted())) == []
    assert register.counts(other, Wanted()).states[""] == 0
    with pytest.raises(register.ShopUnknown):
        register.shop_registered(other, Shop.objects.get(city=city, name_ko=CAFE).pk)
