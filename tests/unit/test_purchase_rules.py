"""What a purchase costs and who pays the rest; what may still be bought; which rules hold on which day."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import example, given
from hypothesis import strategies as st

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import LARGEST_MOVEMENT, Amount, InvalidAmount, Won
from citycoin.foundation.kernel.periods import Period
from citycoin.money.issuance.domain.purchases import (
    LARGEST_DISCOUNT_PER_MILLE,
    PURCHASE,
    PurchaseLimits,
    PurchaseTerms,
    month_of,
    price_of,
)
from citycoin.money.issuance.models import Programme, TopUp
from citycoin.money.issuance.operations import top_ups
from citycoin.money.issuance.operations.top_ups import (
    HoldingCapReached,
    MonthlyCapReached,
    PurchaseStepWrong,
    ReservationLongEnough,
    ReservationOver,
    extend_reservation,
    lapse_reservations,
    reserve_top_up,
)
from citycoin.money.issuance.queries.programmes import NoProgrammeOpen, offers_to, purchase_rule
from citycoin.platform.cities.models import City
from citycoin.platform.rules.domain import Dated
from citycoin.platform.rules.models import Rule
from citycoin.platform.rules.operations import write_rule
from tests.bank import a_city_account
from tests.unit.model import a_submission, funded
from wallets.models import Lot, Wallet

NOON = datetime(2026, 5, 20, 12, tzinfo=KST)
SALE = {"number": 1, "ko": "판매", "en": "Sale"}  # as a refusal names the programme
won = st.integers(0, 10**9)


@pytest.fixture
def city(db):  # noqa: ARG001 - it needs the database
    made = City.objects.create(slug="town", name_ko="시", name_en="Town")
    a_city_account(made, now=NOON)
    return made


@pytest.fixture
def programme(city):
    made = Programme.objects.create(
        city=city,
        number=1,
        year=2026,
        name_ko="판매",
        name_en="Sale",
        cap=1_000_000,
        submission=a_submission(city),
        open_at=NOON - timedelta(days=100),
    )
    add_rules(made, date(2026, 1, 1), discount=100)
    funded(city)
    return made


@pytest.fixture
def wallet(city, programme):  # noqa: ARG001 - somebody sells
    return Wallet.objects.create(city=city, kind=Wallet.Kind.RESIDENT, created_at=NOON)


def add_rules(programme, first_day, *, discount, step=1_000):
    terms = PurchaseTerms(
        discount_per_mille=discount,
        funders={"state": 30, "province": 20, "city": 50},
        validity=Period(5, "years"),
        purchase_step=step,
        monthly_cap=300_000,
        holding_cap=200_000,
    )
    return write_rule(city_id=programme.city_id, kind=PURCHASE, rule=Dated(first_day, terms), number=programme.number)


def buy(wallet, amount, now=NOON):
    return reserve_top_up(wallet=wallet, client_id=uuid.uuid4(), amount=Amount(amount), now=now)


def purchase_limits(wallet, now):
    """Of the one programme on sale."""
    (offer,) = offers_to(wallet, now)
    return offer.limits


class TestMoreTime:
    """A reservation lasts ten minutes here, and may be extended twice."""

    def more(self, top_up, number, *, after):
        return extend_reservation(top_up=top_up, number=number, now=NOON + timedelta(minutes=after))

    def minutes(self, top_up):
        top_up.refresh_from_db()
        return (top_up.reserved_until - NOON) / timedelta(minutes=1)

    def test_reservation_is_extended_by_its_own_length_once_a_number_however_often_it_is_asked(self, wallet):
        top_up = buy(wallet, 1_000)

        lasts = []
        for number in (1, 1, 2, 1, 2):
            self.more(top_up, number, after=9)
            lasts.append(self.minutes(top_up))

        assert lasts == [20, 20, 30, 30, 30]

    @pytest.mark.parametrize("number", [0, 3, -1, 10**30])
    def test_reservation_is_extended_no_third_time(self, wallet, number):
        top_up = buy(wallet, 1_000)

        with pytest.raises(ReservationLongEnough) as refusal:
            self.more(top_up, number, after=9)

        assert refusal.value.details == {"most": 2}
        assert self.minutes(top_up) == 10

    @pytest.mark.parametrize("status", ["reserved", "lapsed", "returned"])
    def test_reservation_whose_time_is_over_is_not_extended(self, wallet, status):
        top_up = buy(wallet, 1_000)
        TopUp.objects.update(status=status)

        with pytest.raises(ReservationOver):
            self.more(top_up, 1, after=11)

        assert self.minutes(top_up) == 10

    @pytest.mark.parametrize("status", ["paid", "issuing", "issued"])
    def test_top_up_that_was_paid_meanwhile_needs_no_more_time(self, wallet, status):
        top_up = buy(wallet, 1_000)
        TopUp.objects.update(status=status)

        assert self.more(top_up, 1, after=11).status == status
        assert self.minutes(top_up) == 10

    def test_reservation_extended_between_being_found_late_and_its_lapse_does_not_lapse(self, wallet):
        top_up = buy(wallet, 1_000)  # late by the clock of today, which finds it
        self.more(top_up, 1, after=9)

        assert lapse_reservations(now=NOON + timedelta(minutes=11)) == 0
        assert lapse_reservations(now=NOON + timedelta(minutes=21)) == 1
        top_up.refresh_from_db()
        assert top_up.status == TopUp.Status.LAPSED


class TestPrice:
    def test_top_up_of_100000_won_at_ten_per_cent_costs_90000_and_shares_the_rest(self):
        price, funders = price_of(
            Won(100_000), discount_per_mille=100, funders={"state": 30, "province": 20, "city": 50}
        )

        assert price == Won(90_000)
        assert {who: share.amount for who, share in funders.items()} == {
            "buyer": 90_000,
            "state": 3_000,
            "province": 2_000,
            "city": 5_000,
        }

    def test_discount_of_one_won_is_paid_by_the_state_before_the_city(self):
        _, funders = price_of(Won(1_000), discount_per_mille=1, funders={"city": 1, "state": 1})

        assert (funders["state"], funders["city"]) == (Won(1), Won(0))

    @given(
        won,
        st.integers(0, 1000),
        st.dictionaries(st.sampled_from(["city", "state", "province"]), st.integers(1, 99), min_size=1),
    )
    def test_shares_of_a_top_up_sum_to_its_amount_to_the_won(self, amount, discount, funders):
        _, shares = price_of(Won(amount), discount_per_mille=discount, funders=funders)

        assert sum(share.amount for share in shares.values()) == amount

    @given(st.integers(1, LARGEST_MOVEMENT), st.integers(0, LARGEST_DISCOUNT_PER_MILLE))
    @example(1, LARGEST_DISCOUNT_PER_MILLE)
    def test_top_up_of_any_amount_at_the_largest_discount_costs_a_won_at_least(self, amount, discount):
        price, _ = price_of(Amount(amount), discount_per_mille=discount, funders={"city": 1})

        assert 1 <= price.amount <= amount


class TestMost:
    @given(st.tuples(won, won, won, won, won, won), st.integers(1, 10_000))
    def test_most_that_can_be_bought_is_whole_steps_within_every_cap(self, amounts, step):
        bought, monthly, holding, held_most, budget, funded = amounts
        limits = PurchaseLimits(
            step=step,
            bought_this_month=bought,
            monthly_cap=monthly,
            holding=holding,
            holding_cap=held_most,
            budget_left=budget,
            funded=funded,
            discount_per_mille=100,
            last_day=NOON.date(),
        )
        left = max(min(monthly - bought, held_most - holding, budget, funded), 0)

        assert limits.most % step == 0
        assert left - step < limits.most <= left


class TestMonth:
    def test_month_begins_and_ends_at_midnight_in_seoul(self):
        first, following = month_of(datetime(2026, 12, 31, 15, 30, tzinfo=UTC))  # 00:30 on 1 January in Seoul

        assert (first, following) == (datetime(2027, 1, 1, tzinfo=KST), datetime(2027, 2, 1, tzinfo=KST))


class TestRulesInForce:
    def test_purchase_rule_is_that_of_the_last_date_that_has_come_in_seoul(self, programme):
        later = add_rules(programme, date(2026, 6, 1), discount=150)
        midnight = datetime(2026, 6, 1, tzinfo=KST)

        assert purchase_rule(programme, midnight - timedelta(seconds=1)).body["discount_per_mille"] == 100
        assert purchase_rule(programme, midnight) == later

    def test_purchase_rule_before_the_first_date_is_refused_as_no_programme_open(self, programme):
        with pytest.raises(NoProgrammeOpen):
            purchase_rule(programme, datetime(2025, 12, 31, tzinfo=KST))

    def test_top_up_has_the_price_and_the_rule_of_its_day(self, programme, wallet):
        later = add_rules(programme, date(2026, 6, 1), discount=150)

        before, after = buy(wallet, 10_000), buy(wallet, 10_000, datetime(2026, 6, 1, tzinfo=KST))

        assert (before.price, after.price, after.rule) == (9_000, 8_500, later)

    def test_programme_without_a_rule_in_force_sells_nothing(self, programme, wallet):
        Rule.objects.filter(number=programme.number).update(in_force_from=date(2026, 6, 1))

        with pytest.raises(NoProgrammeOpen):
            buy(wallet, 1_000)


class TestTopUpOfNothing:
    def test_top_up_of_0_won_is_no_amount_that_can_be_asked_for(self, wallet):
        with pytest.raises(InvalidAmount):
            buy(wallet, 0)

        assert not TopUp.objects.exists()

    def test_table_refuses_a_top_up_of_0_won_whatever_code_writes_it(self, wallet):
        made = buy(wallet, 1_000)

        with pytest.raises(IntegrityError, match="a_top_up_is_of_some_won"), transaction.atomic():
            TopUp.objects.filter(pk=made.pk).update(amount=0)


class TestPrices:
    @pytest.mark.parametrize("price", [0, 1_001])
    def test_table_refuses_a_top_up_for_nothing_or_for_more_than_its_amount(self, wallet, price):
        made = buy(wallet, 1_000)

        with pytest.raises(IntegrityError, match="a_top_up_has_a_price"), transaction.atomic():
            TopUp.objects.filter(pk=made.pk).update(price=price)


class TestPurchaseLimits:
    @pytest.mark.parametrize("amount", [1, 500, 999, 1_001, 1_500])
    def test_top_up_that_is_no_whole_number_of_steps_is_refused(self, wallet, amount):
        with pytest.raises(PurchaseStepWrong) as refusal:
            buy(wallet, amount)

        assert refusal.value.details == {"step": 1_000, "asked": amount, "programme": SALE}
        assert not TopUp.objects.exists()

    def test_top_up_one_won_over_the_monthly_cap_is_refused_and_up_to_it_is_taken(self, programme, wallet):
        add_rules(programme, date(2026, 5, 1), discount=100, step=1)
        for amount in (150_000, 149_990):
            move_on(buy(wallet, amount), TopUp.Status.ISSUED)

        with pytest.raises(MonthlyCapReached) as refusal:
            buy(wallet, 11)
        below, up_to_it = buy(wallet, 9), buy(wallet, 1)

        assert refusal.value.details == {"left": 10, "asked": 11, "programme": SALE}
        assert (below.amount, up_to_it.amount) == (9, 1)

    def test_top_up_in_a_month_whose_cap_is_reached_is_refused_and_taken_the_next_month(self, wallet):
        for _ in range(2):
            move_on(buy(wallet, 150_000), TopUp.Status.ISSUED)

        with pytest.raises(MonthlyCapReached) as refusal:
            buy(wallet, 1_000)

        assert refusal.value.details == {"left": 0, "asked": 1_000, "programme": SALE}
        assert buy(wallet, 1_000, datetime(2026, 6, 1, tzinfo=KST)).amount == 1_000

    def test_top_up_over_the_holding_cap_with_won_on_their_way_is_refused(self, wallet):
        buy(wallet, 150_000)
        give(wallet, 40_000, taken=10_000)

        with pytest.raises(HoldingCapReached) as refusal:
            buy(wallet, 21_000)

        assert refusal.value.details == {"left": 20_000, "asked": 21_000, "programme": SALE}
        assert buy(wallet, 20_000).amount == 20_000

    def test_purchase_limits_count_no_top_up_that_lapsed_or_was_returned(self, wallet):
        for status in (TopUp.Status.LAPSED, TopUp.Status.RETURNED):
            move_on(buy(wallet, 150_000), status)

        assert purchase_limits(wallet, NOON).bought_this_month == 0
        assert purchase_limits(wallet, NOON).holding == 0

    def test_purchase_limits_count_no_won_that_can_no_longer_be_spent(self, wallet):
        give(wallet, 200_000, expires_at=NOON)

        assert purchase_limits(wallet, NOON).holding == 0

    def test_purchase_limits_say_the_most_that_can_be_bought_now(self, wallet, programme):
        Programme.objects.filter(pk=programme.pk).update(issued=900_500)

        limits = purchase_limits(wallet, NOON)

        assert (limits.budget_left, limits.most, limits.step) == (99_500, 99_000, 1_000)
        assert buy(wallet, limits.most).amount == 99_000

    def test_purchase_limits_say_the_last_day_of_what_is_bought_now(self, wallet):
        assert purchase_limits(wallet, NOON).last_day == date(2031, 5, 20)

    def test_top_up_asked_for_again_is_the_same_and_another_under_its_id_is_refused(self, wallet):
        first = buy(wallet, 150_000)

        again = reserve_top_up(wallet=wallet, client_id=first.client_id, amount=Amount(150_000), now=NOON)

        assert again == first
        assert purchase_limits(wallet, NOON).bought_this_month == 150_000
        with pytest.raises(top_ups.TopUpIdReused):
            reserve_top_up(wallet=wallet, client_id=first.client_id, amount=Amount(1_000), now=NOON)


def move_on(top_up, status):
    TopUp.objects.filter(pk=top_up.pk).update(status=status)


def give(wallet, amount, *, taken=0, expires_at=NOON + timedelta(days=1)):
    Lot.objects.create(
        wallet=wallet,
        programme=1,
        issue_id="0x" + uuid.uuid4().hex * 2,
        issue_index=0,
        amount=amount,
        taken=taken,
        funders={"buyer": amount},
        expires_at=expires_at,
        final_at=NOON,
    )
