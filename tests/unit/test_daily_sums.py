"""The daily sums: on which day a payment counts and on which a refund, whose district, and that a false one is seen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from merchants.models import DailySum, Shop
from merchants.queries import daily_sums
from merchants.queries.daily_sums import Sums
from merchants.queries.sales import sales_by_hour
from tests.unit.refunding import RefundingLedger
from wallets.models import Payment, Wallet

pytestmark = pytest.mark.django_db

# Three minutes before midnight in Seoul, on a Sunday.
LATE = datetime(2026, 5, 3, 14, 57, tzinfo=UTC)
SUNDAY, MONDAY, TUESDAY = date(2026, 5, 3), date(2026, 5, 4), date(2026, 5, 5)


@pytest.fixture
def ledger() -> RefundingLedger:
    """Two shops, of which each has been paid once: 120 won and 80."""
    founded = RefundingLedger()
    founded.found_a_city()
    return founded


@pytest.fixture
def shops(ledger) -> list[Shop]:
    return [Shop.objects.get(wallet=each.wallet) for each in ledger.shops]


def pay(ledger: RefundingLedger, shop: int, won: int, at: datetime) -> Payment:
    """Authorised then, and on its way."""
    ledger.now = at
    ledger.pay([(0, shop, won, 1)], "wait", {})
    return Payment.objects.filter(city=ledger.city).latest("pk")


def settle(ledger: RefundingLedger, at: datetime) -> None:
    ledger.now = at
    ledger.mine_all({})


def days(shop: Shop) -> dict[date, Sums]:
    return daily_sums.days_of_shop(shop, date(2026, 1, 1), date(2027, 1, 1))


class TestDay:
    def test_payment_settled_after_midnight_counts_on_the_day_it_was_authorised(self, ledger, shops):
        pay(ledger, 0, 30, LATE)

        settle(ledger, LATE + timedelta(minutes=9))

        assert days(shops[0]) == {SUNDAY: Sums(2, 150)}

    def test_day_begins_at_midnight_in_seoul(self, ledger, shops):
        settle(ledger, pay(ledger, 0, 30, LATE + timedelta(minutes=4)).authorised_at)

        assert days(shops[0]) == {SUNDAY: Sums(1, 120), MONDAY: Sums(1, 30)}

    def test_payment_that_is_on_its_way_counts_nowhere_yet(self, ledger, shops):
        pay(ledger, 0, 30, LATE)

        assert days(shops[0]) == {SUNDAY: Sums(1, 120)}

    def test_payment_that_the_chain_refused_counts_nowhere(self, ledger, shops):
        pay(ledger, 0, 30, LATE)

        ledger.mine_all({0: 4})

        assert days(shops[0]) == {SUNDAY: Sums(1, 120)}

    def test_refund_sent_days_later_counts_on_the_day_it_was_promised(self, ledger, shops):
        paid = pay(ledger, 0, 30, LATE)
        settle(ledger, LATE)
        ledger.now = LATE + timedelta(days=1)
        ledger.promise_back(paid, 20)
        ledger.now = LATE + timedelta(days=2)
        ledger.send_what_was_promised()

        settle(ledger, LATE + timedelta(days=3))

        assert days(shops[0]) == {SUNDAY: Sums(2, 150), MONDAY: Sums(refunds=1, refunded=20)}
        assert days(shops[0])[MONDAY].net == -20

    def test_shop_that_moves_to_another_district_keeps_its_past_in_the_old_one(self, ledger, shops):
        Shop.objects.filter(pk=shops[0].pk).update(district="사우동", category="cafe")

        settle(ledger, pay(ledger, 0, 30, LATE).authorised_at)

        of = (ledger.city.pk, SUNDAY, MONDAY)
        assert daily_sums.districts_of_city(*of) == {"": Sums(2, 200), "사우동": Sums(1, 30)}
        assert daily_sums.categories_of_city(*of) == {"cafe": Sums(1, 30), "other": Sums(2, 200)}
        assert days(shops[0]) == {SUNDAY: Sums(2, 150)}


class TestReading:
    def test_sums_of_a_city_are_those_of_its_shops_within_the_days_asked_for(self, ledger):
        pay(ledger, 0, 30, LATE + timedelta(days=1))
        settle(ledger, pay(ledger, 1, 7, LATE + timedelta(days=2)).authorised_at)

        assert daily_sums.days_of_city(ledger.city.pk, SUNDAY, TUESDAY) == {SUNDAY: Sums(2, 200), MONDAY: Sums(1, 30)}

    def test_month_of_a_shop_is_the_sum_of_its_days(self, ledger, shops):
        ledger.top_up(0, 100, 60, comes=True)
        for later in (1, 2, 31):
            pay(ledger, 0, later, LATE + timedelta(days=later))
        settle(ledger, LATE + timedelta(days=31))

        found = daily_sums.months_of_shop(shops[0], date(2026, 5, 1), date(2026, 7, 1))

        assert found == {date(2026, 5, 1): Sums(3, 123), date(2026, 6, 1): Sums(1, 31)}

    def test_same_weekday_is_the_day_a_week_before_and_empty_where_nothing_was_sold(self, shops):
        assert daily_sums.same_weekday_before(shops[0], SUNDAY + timedelta(days=7)) == Sums(1, 120)
        assert daily_sums.same_weekday_before(shops[0], SUNDAY + timedelta(days=8)) == Sums()

    def test_hours_of_a_day_count_what_is_on_its_way_and_not_what_was_voided(self, ledger, shops):
        pay(ledger, 0, 5, LATE + timedelta(days=1, hours=-2))
        ledger.mine_all({0: 4})
        pay(ledger, 0, 40, LATE + timedelta(days=1, hours=-2))
        pay(ledger, 0, 30, LATE + timedelta(days=1))

        hours = sales_by_hour(shops[0], MONDAY)

        assert {hour: won for hour, won in enumerate(hours) if won} == {21: 40, 23: 30}


class TestCheck:
    @pytest.mark.parametrize("name", ["payments", "won", "refunds", "refunded"])
    def test_sum_that_differs_from_what_was_settled_is_found(self, ledger, shops, name):
        assert not list(daily_sums.differences(ledger.chain.contract))
        row = DailySum.objects.get(shop=shops[1])

        DailySum.objects.filter(pk=row.pk).update(**{name: getattr(row, name) + 1})

        found = [(each.what, each.books - each.other) for each in daily_sums.differences(ledger.chain.contract)]
        assert found == [(f"{name} of daily sums, by {what}", 1) for what in ("movements", "payments")]

    def test_sums_of_two_days_that_are_exchanged_are_found_by_the_payments(self, ledger, shops):
        DailySum.objects.filter(shop=shops[0]).update(day=MONDAY)

        found = [str(each) for each in daily_sums.differences(ledger.chain.contract)]

        assert len(found) == 4
        assert all("by payments" in each for each in found)

    def test_sum_that_is_missing_is_found(self, ledger, shops):
        DailySum.objects.filter(shop=shops[0]).delete()

        assert len(list(daily_sums.differences(ledger.chain.contract))) == 4


def test_sums_of_a_posting_take_the_same_statements_for_many_payments_as_for_few(ledger, django_assert_num_queries):
    from merchants.operations import daily_sums as keeping  # noqa: PLC0415 - beside the queries of that name

    paid = list(Payment.objects.filter(city=ledger.city, payee__in=Wallet.objects.filter(kind="shop")))
    for payments in (paid, paid * 50):
        with django_assert_num_queries(3):
            keeping.add(payments, now=ledger.now)
