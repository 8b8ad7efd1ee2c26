"""The pictures of the console's first page: what their titles say of sums that are too few to show."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from citycoin.money.issuance.domain.burn_down import BUDGET_ALERT, BudgetAlertTerms
from citycoin.money.issuance.models import Budget, Programme
from citycoin.money.issuance.queries.budgets import BudgetView
from citycoin.platform.accounts.operations.people import open_official
from citycoin.platform.rules.domain import Dated
from citycoin.platform.rules.operations import write_rule
from citycoin.platform.rules.queries import terms_in_force
from citycoin.web.console.contexts.home import home_page
from citycoin.web.console.contexts.pictures import Pictures, pictures
from citycoin.web.console.contexts.waiting import Waiting
from contracts.models import Sender, Submission
from merchants.models import DailySum
from tests.unit.refunding import RefundingLedger

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger() -> RefundingLedger:
    """Two shops, of which each has been paid once."""
    founded = RefundingLedger()
    founded.found_a_city()
    return founded


def titles(ledger: RefundingLedger) -> list[str]:
    """Of spending by category and by district."""
    return [each.chart.title for each in drawn(ledger, None).spending[1:]]


def drawn(ledger: RefundingLedger, budget: BudgetView | None) -> Pictures:
    """All pictures, as the city's rules of the moment have them."""
    alerts = terms_in_force(ledger.city.pk, BUDGET_ALERT, ledger.now)
    return pictures(ledger.city, budget, alerts, {}, ledger.now)


def test_title_over_sums_that_are_all_hidden_says_that_they_are_few_and_not_that_there_are_none(ledger):
    assert titles(ledger) == ["쓴 사람이 적어 아직 나누어 보이지 않습니다"] * 2


def test_title_where_nothing_was_spent_says_so(ledger):
    DailySum.objects.all().delete()

    assert titles(ledger) == ["아직 쓰인 돈이 없습니다"] * 2


def budget(used: int) -> BudgetView:
    return BudgetView(2026, 1_000, 1, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 8, tzinfo=UTC), used, 0)


def test_alerts_of_the_budget_are_those_of_the_citys_rule(ledger):
    usual = drawn(ledger, budget(0)).burn_down
    rule = Dated(date(2026, 1, 1), BudgetAlertTerms(per_cent=[40, 60]))
    write_rule(city_id=ledger.city.pk, kind=BUDGET_ALERT, rule=rule)

    own = drawn(ledger, budget(0)).burn_down

    assert "알림은 70, 85, 95%에서" in usual.chart.how
    assert "알림은 40, 60%에서" in own.chart.how


@pytest.mark.parametrize(("promised", "told"), [(399, []), (400, ["warning"]), (599, ["warning"]), (600, ["bad"])])
def test_console_tells_of_the_budget_from_the_citys_first_share_on_and_urgently_from_its_last(ledger, promised, told):
    write_rule(
        city_id=ledger.city.pk, kind=BUDGET_ALERT, rule=Dated(date(2026, 1, 1), BudgetAlertTerms(per_cent=[40, 60]))
    )
    official = open_official(
        city=ledger.city, username="o", password="a long password", totp_secret="A" * 32, now=ledger.now
    )
    Budget.objects.create(city=ledger.city, year=2026, cap=1_000, version=1, starts_at=ledger.now, ends_at=ledger.now)
    opening = Submission.objects.create(
        intent=uuid4(), sender=Sender.objects.get(city=ledger.city), nonce=999, purpose="programme", raw=b"",
        tx_hash=f"0x{1:064x}", signed_at=ledger.now,
    )  # fmt: skip
    Programme.objects.create(
        city=ledger.city, number=1, year=2026, name_ko="사업", name_en="Programme", cap=1_000, reserved=promised,
        submission=opening,
    )  # fmt: skip

    needs = home_page(official, Waiting.for_official(official, ledger.now), {}, this_session="", now=ledger.now).needs

    assert [each.tone for each in needs if "올해 예산의" in str(each.words)] == told
