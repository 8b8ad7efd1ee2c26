"""A shop's summary for its value added tax: equal, to the won, to the months' pages and to the list of payments."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from zipfile import ZipFile

import pypdfium2
import pytest
from django.test import Client

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.queries import NotHere
from citycoin.web.shop.contexts.vat import vat_file, vat_page
from merchants.models import DailySum, Shop, Staff
from merchants.queries import sales
from merchants.queries.access import Access
from tests.unit.refunding import RefundingLedger

pytestmark = pytest.mark.django_db

MAY, JUNE = datetime(2026, 5, 3, 14, 59, tzinfo=UTC), datetime(2026, 6, 2, 1, tzinfo=UTC)
LATER = datetime(2026, 9, 9, tzinfo=UTC)


@pytest.fixture
def ledger() -> RefundingLedger:
    """A shop that was paid 120 won in the month of the city's founding, and more in others."""
    founded = RefundingLedger()
    founded.found_a_city()
    return founded


@pytest.fixture
def shop(ledger) -> Shop:
    made = Shop.objects.get(wallet=ledger.shops[0].wallet)
    DailySum.objects.filter(shop=made).delete()
    for day, won, refunded in [
        (date(2025, 12, 31), 7, 0),
        (date(2026, 1, 1), 109, 0),
        (date(2026, 3, 31), 10_000, 3_000),
        (date(2026, 4, 1), 5_555, 0),
        (date(2026, 6, 30), 0, 1),
        (date(2026, 7, 1), 9, 0),
    ]:
        DailySum.objects.create(
            city=made.city, shop=made, day=day, district="", category=made.category, won=won, payments=won > 0,
            refunds=refunded > 0, refunded=refunded,
        )  # fmt: skip
    return made


def page(shop: Shop, name: str):
    return vat_page(Access(shop, Staff.Role.MANAGER), name, LATER)


def test_half_year_holds_its_six_months_and_nothing_of_the_days_around_it(shop):
    found = page(shop, "2026-h1")

    assert [(each.first.month, each.sums.net) for each in found.months] == [
        (1, 109), (2, 0), (3, 7_000), (4, 5_555), (5, 0), (6, -1),
    ]  # fmt: skip
    assert (found.total.sums.net, found.total.parts.tax, found.total.parts.value) == (12_663, 1_151, 11_512)
    assert sum(each.parts.tax for each in found.months) == found.total.parts.tax
    assert sum(each.parts.value for each in found.months) == found.total.parts.value


def test_quarters_hold_three_months_each(shop):
    assert [[each.first.month for each in page(shop, f"2026-{q}").months] for q in ("q1", "q2", "q3")] == [
        [1, 2, 3], [4, 5, 6], [7, 8, 9],
    ]  # fmt: skip
    assert page(shop, "2026-q1").total.sums.net == 7_109


def test_half_year_of_now_is_what_is_shown_first(shop):
    assert page(shop, "").period.name == "2026-h2"


@pytest.mark.parametrize("name", ["2026", "2027-h1", "2026-q4", "nonsense", "2026-h9"])
def test_year_and_what_has_not_begun_have_no_summary(shop, name):
    with pytest.raises(NotHere):
        page(shop, name)
    with pytest.raises(NotHere):
        vat_file(shop, name, LATER)


class TestAsSold:
    """Of payments that were made, with what the shop's other pages say of them."""

    @pytest.fixture
    def sold(self, ledger) -> Shop:
        for at in (MAY, JUNE):
            ledger.now = at
            ledger.top_up(0, 400, 6, comes=True)
            ledger.pay([(0, 0, 12, 1)], "mine", {})
        return Shop.objects.get(wallet=ledger.shops[0].wallet)

    @pytest.fixture
    def browser(self, ledger, sold, monkeypatch) -> Client:
        Staff.objects.create(shop=sold, person=ledger.keeper, role=Staff.Role.MANAGER, since=ledger.now)
        monkeypatch.setattr(clock, "now", lambda: LATER)
        client = Client()
        client.force_login(ledger.keeper, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def rows(self, browser: Client, path: str) -> list[dict[str, str]]:
        answer = browser.get(path)
        assert answer.status_code == 200
        return list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"), newline="")))

    def test_months_are_those_of_the_pages_of_sales_and_of_the_list_of_payments(self, sold, browser):
        shop = f"/{sold.city.slug}/shops/{sold.pk}"
        summary = page(sold, "2026-h1")
        by_day = sales.sales_by_day(sold, date(2026, 1, 1), date(2026, 7, 1))
        listed = self.rows(browser, f"{shop}/settlements/2026-h1/payments")
        file = self.rows(browser, f"{shop}/vat/2026-h1/file")

        for month in summary.months:
            days = [each for each in by_day if each.day.month == month.first.month]
            assert (month.sums.payments, month.sums.won) == (
                sum(each.settled.count for each in days),
                sum(each.settled.won for each in days),
            )
            paid = [each for each in listed if each["일시"].startswith(f"{month.first:%Y-%m}")]
            assert month.sums.net == sum(int(each["순매출(원)"]) for each in paid)
        assert [int(each["순매출(원)"]) for each in file] == [each.sums.net for each in summary.months]
        assert sum(int(each["세액(원)"]) for each in file) == summary.total.parts.tax
        assert summary.total.sums.net == 120 + 2 * 12

    def test_page_and_each_kind_of_file_say_what_is_to_be_minded(self, sold, browser):
        shop = f"/{sold.city.slug}/shops/{sold.pk}"
        said = browser.get(f"{shop}/vat?period=2026-h1").content.decode()
        sheet = ZipFile(BytesIO(b"".join(browser.get(f"{shop}/vat/2026-h1/file?as=xlsx").streaming_content)))
        pdf = b"".join(browser.get(f"{shop}/vat/2026-h1/file?as=pdf").streaming_content)

        assert "면세 상품이 있으면" in said
        assert "면세 상품이 있으면" in sheet.read("xl/worksheets/sheet2.xml").decode()
        with pypdfium2.PdfDocument(pdf) as document:
            assert "면세 상품이 있으면" in re.sub(r"\s+", " ", document[0].get_textpage().get_text_range())

    def test_english_reader_reads_it_whole_in_english(self, sold, browser):
        said = browser.get(
            f"/{sold.city.slug}/shops/{sold.pk}/vat?period=2026-h1", headers={"accept-language": "en"}
        ).content.decode()

        assert "1st period (Jan–Jun)" in said
        assert "tax-free goods" in said
        assert [f'href="?period=2026-{each}"' in said for each in ("h1", "q1", "q2")] == [True] * 3

    def test_months_without_sales_are_left_out_of_the_page_and_counted(self, sold, browser):
        said = browser.get(f"/{sold.city.slug}/shops/{sold.pk}/vat?period=2026-h1").content.decode()
        shown = page(sold, "2026-h1")
        rows = said.count('<th scope="row">')

        assert 0 < shown.empty < len(shown.months)
        assert rows == len(shown.months) - shown.empty
        assert f"결제도 취소도 없는 {shown.empty}달은 뺐어요" in said

    def test_payment_on_its_way_is_said_to_be_left_out(self, ledger, sold, browser):
        ledger.now = JUNE
        ledger.pay([(0, 0, 3, 1)], "wait", {})

        assert page(sold, "2026-h1").on_its_way == 1
        assert (
            "확정 중인 결제 1건"
            in browser.get(f"/{sold.city.slug}/shops/{sold.pk}/vat?period=2026-h1").content.decode()
        )

    def test_cashier_finds_neither_page_nor_file(self, sold, browser):
        Staff.objects.update(role=Staff.Role.CASHIER)

        for path in ("vat", "vat/2026-h1/file"):
            assert browser.get(f"/{sold.city.slug}/shops/{sold.pk}/{path}").status_code == 404
