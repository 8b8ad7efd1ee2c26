"""The pictures of the console's first page: what their titles say of sums that are too few to show."""

from __future__ import annotations

from copy import copy
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from citycoin.foundation.kernel.clock import KST
from citycoin.money.issuance.domain.burn_down import BUDGET_ALERT, BudgetAlertTerms
from citycoin.money.issuance.models import Budget, Programme
from citycoin.money.issuance.queries.budgets import BudgetView
from citycoin.platform.accounts.operations.people import open_official
from citycoin.platform.pages.domain.charts.figures import HIDDEN
from citycoin.platform.rules.domain import Dated
from citycoin.platform.rules.operations import write_rule
from citycoin.platform.rules.queries import terms_in_force
from citycoin.web.console.contexts.home import home_page
from citycoin.web.console.contexts.pictures import Pictures, picture_file, pictures
from citycoin.web.console.contexts.waiting import Waiting
from contracts.models import Sender, Submission
from merchants.domain.businesses import Category
from merchants.models import DailySum, Shop
from merchants.queries.payers import Behind, payers_behind, wallets_by
from tests.unit.model import number
from tests.unit.refunding import RefundingLedger
from wallets.models import Payment, Wallet

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


class TestFewPeople:
    """Categories of many and of few payers, with the weeks beside them that give the sum of all."""

    @pytest.fixture
    def few(self, ledger) -> None:
        """Four people have paid 7,000 won in one category, five 9,000 in the next, and seven more in two others."""
        DailySum.objects.all().delete()
        first = Payment.objects.filter(city=ledger.city).first()
        spent = [(4, 7_000), (5, 9_000), (7, 30_000), (7, 800_000)]
        for category, (people, won) in zip(list(Category)[:4], spent, strict=True):
            wallet = ledger.open(Wallet.Kind.SHOP).wallet
            shop = Shop.objects.create(
                city=ledger.city, wallet=wallet, name_ko="가게", name_en="Shop", business_number=f"{number():010}",
                code=number(), category=category, opened_at=ledger.now,
            )  # fmt: skip
            DailySum.objects.create(
                city=ledger.city, shop=shop, day=ledger.now.astimezone(KST).date(), district="", category=category,
                won=won, payments=9,
            )  # fmt: skip
            for _ in range(people):
                again(first, payer=ledger.open(Wallet.Kind.RESIDENT).wallet, payee=wallet)

    @pytest.mark.usefixtures("few")
    def test_file_of_a_picture_hides_what_the_picture_hides(self, ledger):
        chart = drawn(ledger, None).spending[1].chart
        alerts = terms_in_force(ledger.city.pk, BUDGET_ALERT, ledger.now)
        file = picture_file(ledger.city, None, alerts, {}, "categories", now=ledger.now)
        cells = [row.cells[0] for row in chart.table.rows]

        assert sorted(each for each in cells if each is not None) == [30_000, 800_000]
        assert cells.count(None) == 2
        assert [row[1] for row in file.rows] == [str(HIDDEN) if each is None else each for each in cells]
        for won in ("7,000", "9,000", "16,000"):
            assert won not in str(chart.svg) + chart.alternative + chart.title


class TestPayers:
    """Counted by payment and person, in the days that are asked for."""

    @staticmethod
    def people(shop: Shop, first: date, following: date) -> int:
        """Of many payments, as far as the sums say."""
        return payers_behind({"shop": Behind([shop.wallet.pk], first, following, payments=99)})["shop"]

    def test_people_behind_a_shop_are_counted_once_each_and_no_further_than_five(self, ledger):
        day, shop = ledger.now.astimezone(KST).date(), ledger.shops[0]
        first = Payment.objects.get(payee=shop.wallet)
        wallets = wallets_by(ledger.city.pk, day, day + timedelta(days=1), "category")

        assert wallets == {Category.OTHER: [each.wallet.pk for each in ledger.shops]}
        assert self.people(shop, day, day + timedelta(days=1)) == 1
        assert self.people(shop, day - timedelta(days=1), day) == 0
        assert self.people(shop, day + timedelta(days=1), day + timedelta(days=2)) == 0
        for more in range(7):
            again(first, payer=ledger.open(Wallet.Kind.RESIDENT).wallet, payee=shop.wallet)
            assert self.people(shop, day, day + timedelta(days=1)) == min(2 + more, 5)

    def test_many_payments_of_one_person_are_one_person(self, ledger):
        day, shop = ledger.now.astimezone(KST).date(), ledger.shops[0]
        first = Payment.objects.get(payee=shop.wallet)
        for _ in range(60):
            again(first, payer=first.payer, payee=shop.wallet)

        assert self.people(shop, day, day + timedelta(days=1)) == 1
        # Behind more than are tried first, too.
        for _ in range(5):
            again(first, payer=ledger.open(Wallet.Kind.RESIDENT).wallet, payee=shop.wallet)
        assert self.people(shop, day, day + timedelta(days=1)) == 5

    def test_groups_are_asked_for_at_once_and_each_has_its_own_people(self, ledger, django_assert_num_queries):
        day, (one, other) = ledger.now.astimezone(KST).date(), ledger.shops[:2]
        following = day + timedelta(days=1)
        for _ in range(5):
            again(
                Payment.objects.get(payee=one.wallet, batch_index__lt=10),
                payer=ledger.open(Wallet.Kind.RESIDENT).wallet,
                payee=one.wallet,
            )
        groups = {
            "one": Behind([one.wallet.pk], day, following, payments=6),
            "both": Behind([other.wallet.pk, one.wallet.pk], day, following, payments=7),
            "none": Behind([], day, following, payments=0),
            "few payments": Behind([one.wallet.pk], day, following, payments=4),
        }

        with django_assert_num_queries(1):
            assert payers_behind(groups) == {"one": 5, "both": 5, "none": 0, "few payments": 4}


def again(payment: Payment, *, payer: Wallet, payee: Wallet) -> None:
    """The same between others, as the books have it."""
    made = copy(payment)
    made.pk, made.client_id, made.nonce, made.payer, made.payee = None, uuid4(), 2**40 + number(), payer, payee
    made.batch_index = None if payment.batch_index is None else number()
    made.save()
