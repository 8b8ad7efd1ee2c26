"""Several programmes sell side by side: each on its days, up to its cap, by its rules; and a person chooses."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Amount
from citycoin.money.issuance.models import Programme, SaleWish, TopUp
from citycoin.money.issuance.operations.top_ups import (
    BudgetUsedUp,
    HoldingCapReached,
    MonthlyCapReached,
    TopUpIdReused,
    reserve_top_up,
)
from citycoin.money.issuance.queries.programmes import (
    NoProgrammeOpen,
    ProgrammeNeeded,
    ProgrammeNotOnSale,
    offers_to,
    programmes_today,
)
from citycoin.money.issuance.queries.sale_wishes import wishes_to_answer
from citycoin.platform.cities.models import City
from tests.bank import a_city_account
from tests.unit.model import funded
from tests.unit.test_funding import NOON, buy, programme
from wallets.models import Wallet

TODAY = NOON.date()
DAY = timedelta(days=1)


@pytest.fixture
def city(db):  # noqa: ARG001 - it needs the database
    made = City.objects.create(slug="town", name_ko="시", name_en="Town")
    a_city_account(made, now=NOON)
    funded(made, "state", "city")
    return made


@pytest.fixture
def wallet(city):
    return Wallet.objects.create(city=city, kind=Wallet.Kind.RESIDENT, created_at=NOON)


@pytest.fixture
def both(city):
    """An ordinary one, and a small one with more off."""
    return programme(city, 1), programme(city, 2, discount=150, cap=50_000)


class TestDays:
    @pytest.mark.parametrize(
        ("first", "last", "sells"),
        [
            (None, None, True),
            (TODAY, TODAY, True),
            (TODAY + DAY, None, False),
            (None, TODAY - DAY, False),
            (TODAY - DAY, TODAY + DAY, True),
        ],
    )
    def test_programme_sells_from_its_first_day_to_its_last_one(self, city, first, last, sells):
        programme(city, first_day=first, last_day=last)

        assert bool(programmes_today(city.pk, NOON)) is sells

    def test_days_begin_and_end_at_midnight_in_seoul(self, city):
        programme(city, first_day=date(2026, 5, 1), last_day=date(2026, 5, 31))
        begins, ends = datetime(2026, 5, 1, tzinfo=KST), datetime(2026, 6, 1, tzinfo=KST)

        second = timedelta(seconds=1)
        sold = [bool(programmes_today(city.pk, at)) for at in (begins - second, begins, ends - second, ends)]

        assert sold == [False, True, True, False]

    def test_table_refuses_a_programme_that_ends_before_it_begins(self, city):
        with pytest.raises(IntegrityError, match="a_programme_ends_after_it_begins"), transaction.atomic():
            programme(city, first_day=TODAY, last_day=TODAY - DAY)


class TestChoosing:
    @pytest.mark.usefixtures("both")
    def test_purchase_that_names_none_of_several_is_told_which_there_are(self, wallet):
        with pytest.raises(ProgrammeNeeded) as refusal:
            buy(wallet, 10_000)

        assert [each["number"] for each in refusal.value.details["programmes"]] == [1, 2]
        assert not TopUp.objects.exists()

    @pytest.mark.usefixtures("both")
    def test_purchase_is_of_the_programme_that_it_names_under_its_rules(self, wallet):
        bought = [buy(wallet, 10_000, number) for number in (1, 2)]

        assert [(each.programme.number, each.price) for each in bought] == [(1, 9_000), (2, 8_500)]
        assert list(Programme.objects.order_by("number").values_list("reserved", flat=True)) == [10_000, 10_000]

    def test_the_only_one_on_sale_need_not_be_named(self, city, wallet):
        programme(city, 1, last_day=TODAY - DAY)
        programme(city, 2)

        assert buy(wallet, 10_000).programme.number == 2

    def test_purchase_of_one_that_is_over_or_of_none_is_refused_by_its_name(self, city, wallet):
        programme(city, 1)
        programme(city, 2, last_day=TODAY - DAY)

        refusals = []
        for number in (2, 7):
            with pytest.raises(ProgrammeNotOnSale) as refusal:
                buy(wallet, 10_000, number)
            refusals.append(refusal.value.details["programme"])

        assert refusals == [{"number": 2, "ko": "판매 2", "en": "Sale 2"}, {"number": 7}]

    def test_where_nothing_is_on_sale_that_is_said_whatever_is_named(self, city, wallet):
        programme(city, 1, last_day=TODAY - DAY)

        with pytest.raises(NoProgrammeOpen):
            buy(wallet, 10_000, 1)

    @pytest.mark.usefixtures("both")
    def test_id_of_one_programme_is_not_taken_for_another_and_repeats_even_without_its_name(self, wallet):
        made = buy(wallet, 10_000, 2)

        def again(number):
            return reserve_top_up(
                wallet=wallet, client_id=made.client_id, amount=Amount(10_000), now=NOON, programme=number
            )

        assert again(2) == again(None) == made
        with pytest.raises(TopUpIdReused):
            again(1)
        assert TopUp.objects.count() == 1


class TestLimits:
    @pytest.mark.usefixtures("both")
    def test_last_won_of_one_leaves_the_other_on_sale(self, wallet):
        buy(wallet, 50_000, 2)

        with pytest.raises(BudgetUsedUp) as refusal:
            buy(wallet, 1_000, 2)

        sale = {"number": 2, "ko": "판매 2", "en": "Sale 2"}
        assert refusal.value.details == {"left": 0, "asked": 1_000, "programme": sale}
        assert buy(wallet, 1_000, 1).programme.number == 1

    def test_monthly_cap_counts_what_was_bought_of_its_own_programme(self, city, wallet):
        programme(city, 1)
        programme(city, 2)
        buy(wallet, 300_000, 1)

        with pytest.raises(MonthlyCapReached) as refusal:
            buy(wallet, 1_000, 1)

        assert refusal.value.details["programme"]["number"] == 1
        assert [each.limits.bought_this_month for each in offers_to(wallet, NOON)] == [0, 300_000]

    def test_holding_cap_counts_what_came_of_any_programme(self, city, wallet):
        programme(city, 1)
        programme(city, 2)
        buy(wallet, 300_000, 1)

        with pytest.raises(HoldingCapReached) as refusal:
            buy(wallet, 101_000, 2)

        assert (refusal.value.details["left"], refusal.value.details["programme"]["number"]) == (100_000, 2)


class TestOffers:
    @pytest.mark.usefixtures("both")
    def test_offers_begin_with_the_largest_discount_that_can_still_be_bought(self, wallet):
        before = [each.programme.number for each in offers_to(wallet, NOON)]
        buy(wallet, 50_000, 2)

        assert before == [2, 1]
        assert [each.programme.number for each in offers_to(wallet, NOON)] == [1, 2]

    def test_nothing_on_sale_is_no_offer(self, wallet):
        assert offers_to(wallet, NOON) == []

    @pytest.mark.usefixtures("both")
    def test_offers_of_several_programmes_cost_as_many_statements_as_of_one(self, wallet, django_assert_num_queries):
        with django_assert_num_queries(5):
            offers_to(wallet, NOON)


class TestWishes:
    def test_who_waits_is_told_when_any_programme_has_room(self, city, wallet, both, monkeypatch):  # noqa: ARG002
        monkeypatch.setattr("citycoin.foundation.kernel.clock.now", lambda: NOON)
        SaleWish.objects.create(wallet=wallet, asked_at=NOON)

        def told():
            return wishes_to_answer().exists()

        Programme.objects.filter(number=1).update(issued=1_000_000)
        with_room_in_two = told()
        Programme.objects.filter(number=2).update(issued=50_000)

        assert (with_room_in_two, told()) == (True, False)
