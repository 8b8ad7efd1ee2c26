"""What a city's won did by month: the arithmetic, the months of Seoul, and that a row which is wrong is found."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycoin.foundation.kernel.clock import months_through
from citycoin.money.issuance.queries import figures
from citycoin.money.issuance.queries.figures import Series, series
from citycoin.web.public.contexts.supply import supply_of, supply_table
from tests.unit.model import hash_of, number
from tests.unit.refunding import RefundingLedger
from wallets.domain.supply import change_of
from wallets.models import SupplyMonth, Wallet
from wallets.operations.movements import ADDRESS_ZERO
from wallets.queries.ledger import key_in_force
from wallets.queries.supply import differences

pytestmark = pytest.mark.django_db

APART = ("issuance", "treasury")
MOVES = st.lists(
    st.tuples(st.sampled_from(Wallet.Kind.values), st.sampled_from(Wallet.Kind.values), st.integers(1, 99))
)


@given(MOVES)
def test_issued_less_gone_is_what_goes_round_after_any_movements(moves):
    changes = [change_of(won, source=source, target=target) for source, target, won in moves]

    goes_round = sum(won * ((target not in APART) - (source not in APART)) for source, target, won in moves)
    assert sum(each.issued - each.gone for each in changes) == goes_round
    assert sum(each.issued for each in changes) == sum(won for source, _, won in moves if source == "issuance")


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 40))
def test_months_through_name_each_month_once(first, count):
    last = date(first.year + (first.month - 1 + count) // 12, (first.month - 1 + count) % 12 + 1, 28)

    found = list(months_through(first, last))

    assert len(found) == count + 1 == len({*found})
    assert (found[0], found[-1]) == (first.replace(day=1), last.replace(day=1))


@pytest.fixture
def ledger() -> RefundingLedger:
    """A city in May with 1,200 won issued, of which 120 were benefits."""
    founded = RefundingLedger()
    founded.found_a_city()
    return founded


def won_come_to_the_treasury(ledger: RefundingLedger, won: int, at: datetime) -> None:
    treasury = key_in_force(Wallet.objects.get(city=ledger.city, kind="treasury")).address
    ledger.chain.mine(("Transfer", {"from": ledger.shops[0].address, "to": treasury, "value": won}), at=at)
    ledger.post()


def burned(ledger: RefundingLedger, won: int, at: datetime) -> None:
    holder, burn_id = ledger.shops[0].address, hash_of("burn", number())
    ledger.chain.mine(
        ("Transfer", {"from": holder, "to": ADDRESS_ZERO, "value": won}),
        ("Burned", {"burnId": burn_id, "index": 0, "from": holder, "amount": won, "reason": 2}),
        at=at,
    )
    ledger.post()


def test_month_is_that_of_seoul_and_a_month_without_anything_keeps_the_level(ledger):
    ledger.mine_all({})
    won_come_to_the_treasury(ledger, 20, datetime(2026, 5, 31, 14, 59, tzinfo=UTC))
    burned(ledger, 30, datetime(2026, 6, 30, 15, 0, tzinfo=UTC))

    found = series(ledger.city.pk, datetime(2026, 7, 2, tzinfo=UTC))

    assert [(each.month.month, each.issued, each.benefit, each.gone) for each in found.months] == [
        (5, 1_200, 120, 20),
        (6, 0, 0, 0),
        (7, 0, 0, 30),
    ]
    assert [each.circulating for each in found.months] == [1_180, 1_180, 1_150]
    assert (found.circulating, found.difference) == (1_150, 0)
    assert list(differences(ledger.chain.contract)) == []


@pytest.mark.parametrize(("what", "more"), [("issued", 1), ("gone", 1), ("benefit", -1)])
def test_month_that_is_a_won_wrong_is_found_and_the_page_says_by_how_much(ledger, what, more):
    row = SupplyMonth.objects.get(city=ledger.city)
    setattr(row, what, getattr(row, what) + more)
    row.save()

    assert [each.what.partition(",")[0].rstrip("s") for each in differences(ledger.chain.contract)] == [what]
    assert series(ledger.city.pk, ledger.now).difference == {"issued": 1, "gone": -1, "benefit": 0}[what]


def test_pictures_and_file_of_the_months_hold_the_same_sums(ledger):
    ledger.mine_all({})
    burned(ledger, 30, ledger.now)
    found = series(ledger.city.pk, ledger.now)
    sums = figures.city_figures(ledger.chain.contract)

    drawn = supply_of(found, sums, ledger.now)

    assert drawn is not None
    assert [row.cells for row in drawn.flows.table.rows] == [(1_200, 120, 30, 1_170)]
    assert [row.cells for row in drawn.levels.table.rows] == [(0, 0), (1_170, 1_200)]
    assert [row[1:] for row in supply_table(ledger.city, found, sums, ledger.now).rows] == [
        (1_200, 120, 30, 1_200, 1_170)
    ]
    assert str(sums.block) in drawn.flows.how


def test_city_before_its_first_issue_has_no_pictures(ledger):
    assert supply_of(Series(), figures.city_figures(ledger.chain.contract), ledger.now) is None
