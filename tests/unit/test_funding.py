"""Funders' accounts: what comes in counts once, what is promised is nobody else's, and what is short is said before anybody pays."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Amount, Won
from citycoin.foundation.kernel.periods import Period
from citycoin.money.funding import operations as funding
from citycoin.money.funding.domain import most_funded, shares_in
from citycoin.money.funding.models import FunderAccount, FunderEntry
from citycoin.money.funding.operations import CreditEffectReused, FunderAccountLow, FunderUnknown
from citycoin.money.funding.queries import differences
from citycoin.money.issuance.domain.purchases import PURCHASE, PurchaseTerms, price_of
from citycoin.money.issuance.models import Programme, TopUp
from citycoin.money.issuance.operations.top_ups import lapse_reservations, reserve_top_up
from citycoin.money.issuance.queries.low_funders import low_funders
from citycoin.money.issuance.queries.programmes import offers_to
from citycoin.money.issuance.queries.promises import differences as broken_promises
from citycoin.platform.cities.models import City
from citycoin.platform.rules.domain import Dated
from citycoin.platform.rules.operations import write_rule
from contracts.models import Chain
from tests.bank import a_city_account, told_deposit
from tests.unit.model import a_submission, a_token, funded, hash_of, number
from wallets.models import Wallet

NOON = datetime(2026, 5, 20, 12, tzinfo=KST)
SHARES = {"state": 60, "city": 40}


@pytest.fixture
def city(db):  # noqa: ARG001 - it needs the database
    made = City.objects.create(slug="town", name_ko="시", name_en="Town")
    a_city_account(made, now=NOON)
    return made


@pytest.fixture
def contract(city):
    chain = Chain.objects.create(chain_id=number(), first_block_hash=hash_of("first", number()), seen_at=NOON)
    return a_token(city, chain)


@pytest.fixture
def wallet(city):
    return Wallet.objects.create(city=city, kind=Wallet.Kind.RESIDENT, created_at=NOON)


def programme(city, number=1, *, discount=100, cap=1_000_000, funders=None, **days):
    """A programme on sale all year, or on these days, paid by state and city alike unless told otherwise."""
    made = Programme.objects.create(
        city=city,
        number=number,
        year=2026,
        name_ko=f"판매 {number}",
        name_en=f"Sale {number}",
        cap=cap,
        submission=a_submission(city),
        open_at=NOON - timedelta(days=100),
        **days,
    )
    terms = PurchaseTerms(
        discount_per_mille=discount,
        funders=funders or {"state": 1, "city": 1},
        validity=Period(5, "years"),
        purchase_step=1_000,
        monthly_cap=300_000,
        holding_cap=400_000,
    )
    write_rule(city_id=city.pk, kind=PURCHASE, rule=Dated(date(2026, 1, 1), terms), number=number)
    return made


def buy(wallet, amount, programme=None, now=NOON):
    return reserve_top_up(wallet=wallet, client_id=uuid.uuid4(), amount=Amount(amount), now=now, programme=programme)


def standing(city):
    return {each.funder: (each.balance, each.held) for each in FunderAccount.objects.filter(city=city)}


class TestAccounts:
    @pytest.fixture(autouse=True)
    def _accounts(self, city):
        funded(city, "state", "city", won=100)

    def credit(self, city, won, effect="deposit 1", funder="state"):
        return funding.credit(city_id=city.pk, funder=funder, won=Amount(won), effect=effect, now=NOON)

    def test_deposit_told_twice_is_one_credit(self, city):
        first, again = self.credit(city, 50), self.credit(city, 50)

        assert first == again
        assert standing(city)["state"] == (150, 0)

    def test_deposit_at_its_number_is_the_funders_and_the_number_stays_its_own(self, city):
        number_ = funding.open_number(city_id=city.pk, funder="state", now=NOON)
        later = funding.open_number(city_id=city.pk, funder="state", now=NOON + timedelta(days=400))

        came = told_deposit(number_.account, number_.number, 70, now=NOON)

        assert later == number_
        assert (came.status, standing(city)) == ("bought", {"state": (170, 0), "city": (100, 0)})

    def test_deposit_told_again_with_another_sum_is_refused_and_changes_nothing(self, city):
        self.credit(city, 50)

        with pytest.raises(CreditEffectReused) as refusal:
            self.credit(city, 51)

        assert refusal.value.details == {"effect": "deposit 1", "credited": 50, "asked": 51}
        assert standing(city)["state"] == (150, 0)

    def test_deposit_of_a_funder_that_the_city_does_not_have_is_refused(self, city):
        with pytest.raises(FunderUnknown):
            self.credit(city, 50, funder="province")

    def test_shares_that_one_funder_can_not_pay_hold_nothing_of_any(self, city):
        with pytest.raises(FunderAccountLow) as refusal:
            funding.hold(city_id=city.pk, shares={"city": 40, "state": 101})

        name = {"ko": "state 계좌", "en": "The state"}
        assert refusal.value.details == {"funder": "state", "name": name, "left": 100, "asked": 101}
        assert standing(city) == {"state": (100, 0), "city": (100, 0)}

    def test_what_is_held_is_taken_or_let_go_to_the_won(self, city, contract):
        funding.hold(city_id=city.pk, shares=SHARES)
        funding.hold(city_id=city.pk, shares=SHARES | {"state": 40})
        with pytest.raises(FunderAccountLow):
            funding.hold(city_id=city.pk, shares={"state": 1})

        funding.take(city_id=city.pk, shares=SHARES, effect="issue 1", now=NOON)
        funding.let_go(city_id=city.pk, shares=SHARES | {"state": 40})

        assert standing(city) == {"state": (40, 0), "city": (60, 0)}
        # What was taken has no lot here, and that alone is a difference.
        assert {each.what for each in differences(contract)} == {"its part of lots"}

    def test_won_that_are_no_more_give_their_part_back_once(self, city):
        funding.hold(city_id=city.pk, shares=SHARES)
        funding.take(city_id=city.pk, shares=SHARES, effect="issue 1", now=NOON)

        for _ in range(2):
            funding.give_back(city_id=city.pk, shares={"state": 6, "city": 4}, effect="cancel 1", now=NOON)

        assert standing(city) == {"state": (46, 0), "city": (64, 0)}

    @pytest.mark.parametrize("change", [{"held": -1}, {"held": 101}, {"balance": -1}])
    def test_table_refuses_an_account_that_promises_more_than_it_has(self, city, change):
        with pytest.raises(IntegrityError, match="a_funder_promises_no_more_than_it_has"), transaction.atomic():
            FunderAccount.objects.filter(city=city, funder="state").update(**change)

    def test_reconcile_finds_a_balance_that_its_entries_do_not_sum_to(self, city, contract):
        FunderAccount.objects.filter(city=city, funder="state").update(balance=99)

        (found,) = differences(contract)

        assert (found.account, found.what, found.books, found.other) == ("funder state", "sum of entries", 99, 100)


class TestShares:
    @given(
        st.integers(1, 999),
        st.dictionaries(st.sampled_from(["city", "state", "province"]), st.integers(1, 1000), min_size=1),
        st.dictionaries(st.sampled_from(["city", "state", "province"]), st.integers(0, 10**12)),
    )
    def test_every_funder_can_pay_its_share_of_the_most_that_is_funded_and_of_anything_less(
        self, discount, weights, available
    ):
        most = most_funded(discount_per_mille=discount, weights=weights, available=available)

        for amount in {most, most // 2, max(most - 1, 0)}:
            _, shares = price_of(Won(amount), discount_per_mille=discount, funders=weights)
            assert all(
                available.get(who, 0) >= won for who, won in shares_in({w: s.amount for w, s in shares.items()}).items()
            )

    @given(
        st.integers(1, 999),
        st.dictionaries(st.sampled_from(["city", "state"]), st.integers(1, 1000), min_size=1),
        st.dictionaries(st.sampled_from(["city", "state"]), st.integers(0, 10**9), min_size=2),
    )
    def test_most_that_is_funded_leaves_less_unsold_than_rounding_explains(self, discount, weights, available):
        most = most_funded(discount_per_mille=discount, weights=weights, available=available)

        whole = sum(weights.values())
        # So much more that even the share that is rounded down is above what somebody has.
        beyond = most + (whole // min(weights.values()) + 2) * (1000 // discount + 1)
        _, shares = price_of(Won(beyond), discount_per_mille=discount, funders=weights)
        assert any(won.amount > available[who] for who, won in shares.items() if who in weights)


class TestReserving:
    def test_top_up_holds_what_its_funders_pay_until_its_time_is_over(self, city, wallet, contract):
        funded(city, "state", "city", won=20_000)
        programme(city)

        made = buy(wallet, 100_000)

        assert made.funders == {"buyer": 90_000, "state": 5_000, "city": 5_000}
        assert standing(city) == {"state": (20_000, 5_000), "city": (20_000, 5_000)}
        assert [*differences(contract), *broken_promises(contract)] == []
        assert lapse_reservations(now=NOON + timedelta(minutes=11)) == 1
        assert standing(city) == {"state": (20_000, 0), "city": (20_000, 0)}
        assert broken_promises_of(contract) == []

    def test_top_up_is_refused_before_it_is_paid_where_a_funder_has_too_little_and_says_who_and_for_what(
        self, city, wallet
    ):
        funded(city, "city", won=20_000)
        funded(city, "state", won=4_999)
        programme(city)

        with pytest.raises(FunderAccountLow) as refusal:
            buy(wallet, 100_000)

        assert refusal.value.details == {
            "funder": "state",
            "name": {"ko": "state 계좌", "en": "The state"},
            "left": 4_999,
            "asked": 5_000,
            "programme": {"number": 1, "ko": "판매 1", "en": "Sale 1"},
        }
        assert not TopUp.objects.exists()
        assert standing(city) == {"city": (20_000, 0), "state": (4_999, 0)}
        assert Programme.objects.get().reserved == 0
        assert offers_to(wallet, NOON)[0].limits.most == 99_000

    def test_programme_without_a_discount_sells_whatever_its_funders_have(self, city, wallet):
        funded(city, "state", "city", won=0)
        programme(city, discount=0)

        assert buy(wallet, 300_000).price == 300_000

    def test_reconcile_finds_what_is_held_for_no_top_up(self, city, wallet, contract):
        funded(city, "state", "city", won=20_000)
        programme(city)
        buy(wallet, 100_000)
        TopUp.objects.update(status=TopUp.Status.LAPSED)

        found = broken_promises_of(contract)

        assert found == [
            ("programme 1", "reserved for top-ups", 100_000, 0),
            ("funder state", "held for top-ups", 5_000, 0),
            ("funder city", "held for top-ups", 5_000, 0),
        ]


def broken_promises_of(contract):
    return [(each.account, each.what, each.books, each.other) for each in broken_promises(contract)]


class TestLowFunders:
    def low(self, city):
        return [(each.account.funder, each.is_out) for each in low_funders(city.pk, NOON)]

    def test_funder_who_can_not_pay_for_a_month_of_one_person_is_out(self, city):
        programme(city)
        funded(city, "city", won=15_000)  # half of ten per cent of 300,000
        funded(city, "state", won=14_999)

        assert self.low(city) == [("state", True)]

    def test_funder_who_paid_more_last_week_than_is_left_runs_low(self, city):
        programme(city)
        funded(city, "city", "state", won=100_000)
        account = FunderAccount.objects.get(funder="state")
        for days, won in ((8, 60_000), (6, 20_001)):
            FunderEntry.objects.create(
                account=account, reason="share", effect=f"issue {days}", amount=won, at=NOON - timedelta(days=days)
            )
        FunderAccount.objects.filter(funder="state").update(balance=20_000)

        assert self.low(city) == [("state", False)]

    def test_funder_of_nothing_that_is_on_sale_is_not_low(self, city):
        programme(city, last_day=NOON.date() - timedelta(days=1))
        funded(city, "city", "state", won=0)

        assert self.low(city) == []
