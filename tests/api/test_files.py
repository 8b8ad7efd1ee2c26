"""Files that a shop and a resident take along: their sums are those of the pages, in the reader's language."""

from __future__ import annotations

import csv
import re
from html import unescape
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import httpx
import pypdfium2
import pytest
from django.db.models import F

from citycoin.foundation.kernel import clock
from citycoin.foundation.sums import exact_won
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.cities.models import City
from merchants.models import DailySum, Refund, Shop, Staff
from merchants.queries import daily_sums, sales
from tests.api.test_refunds import refund, returned
from tests.api.test_resident_pages import PIN
from tests.api.test_shop_pages import new_phone
from tests.officials import official_at_work
from tests.outside import Resident, eventually
from tests.visitor import Visitor, said
from wallets.models import Payment, Status, Wallet

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def shop(world: Any) -> Shop:
    return Shop.objects.get(city__slug="gimpo", wallet__keys__address=world.shop)


@pytest.fixture(scope="module")
def payer(world: Any) -> Resident:
    made = world.gimpo.join_city_kept(PIN)
    made.top_up(50_000)
    return made


@pytest.fixture(scope="module")
def manager(world: Any, shop: Shop) -> Visitor:
    phone = new_phone()
    person = person_of_phone(phone=digits_of(phone), now=clock.now())
    Staff.objects.create(shop=shop, person=person, role=Staff.Role.MANAGER, since=clock.now())
    return signed_in(world, phone)


@pytest.fixture(scope="module")
def day(world: Any, shop: Shop, payer: Resident, manager: Visitor) -> str:
    """Today, on which the shop was paid and has given some of it back, and all of it is settled."""
    paid = payer.pay(world.shop, 5_432)
    assert refund(manager, shop, paid["id"], 1_000).status_code == httpx.codes.FOUND
    eventually(lambda: returned(paid["id"]), what="the refund")
    eventually(lambda: not _under_way(shop), what="a shop with nothing on its way")
    return sales.today(clock.now()).isoformat()


def _under_way(shop: Shop) -> bool:
    open_ones = Payment.objects.filter(status=Status.AUTHORISED)
    return open_ones.filter(payee=shop.wallet_id).exists() or open_ones.filter(payer=shop.wallet_id).exists()


def signed_in(world: Any, phone: str, language: str = "ko") -> Visitor:
    visitor = Visitor(world.system.web_url, language)
    assert visitor.sign_in(phone).status_code == httpx.codes.FOUND
    return visitor


def table(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == httpx.codes.OK, answer.text
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline="")))


def total(rows: list[dict[str, str]], column: str) -> int:
    return sum(int(each[column]) for each in rows if each[column])


class TestAShops:
    @pytest.mark.parametrize("length", [len("2026-11-30"), len("2026-11")])
    def test_file_of_a_day_or_a_month_sums_to_what_the_pages_say(self, manager, shop, day, length):
        rows = table(manager.get(f"/gimpo/shops/{shop.pk}/settlements/{day[:length]}/payments?as=csv"))

        today, back = sales.sales_of(shop, sales.today(clock.now())), Refund.objects.filter(shop=shop)
        assert total(rows, "결제 금액(원)") == today.taken.won
        assert total(rows, "취소 금액(원)") == sum(each.amount for each in back.exclude(payment__status=Status.VOIDED))
        assert total(rows, "순매출(원)") == total(rows, "결제 금액(원)") - total(rows, "취소 금액(원)")
        assert rows == sorted(rows, key=lambda each: each["일시"])

    def test_file_of_a_months_days_holds_the_sums_that_the_pages_call_settled(self, manager, shop, day):
        (row,) = table(manager.get(f"/gimpo/shops/{shop.pk}/settlements/{day[:7]}/days?as=csv"))

        settled = sales.sales_of(shop, sales.today(clock.now())).settled
        assert row["날짜"] == day
        assert (int(row["결제 건수"]), int(row["결제 금액(원)"])) == (settled.count, settled.won)
        assert int(row["취소 금액(원)"]) == total_refunded(shop)
        assert int(row["순매출(원)"]) == settled.won - total_refunded(shop)

    def test_file_is_given_in_each_of_its_kinds_under_a_name_in_korean(self, manager, shop, day):
        url = f"/gimpo/shops/{shop.pk}/settlements/{day}/payments"
        answers = {each: manager.get(f"{url}?as={each}") for each in ("csv", "xlsx", "pdf", "80mm")}

        assert {each.status_code for each in answers.values()} == {200}
        assert all("filename*=UTF-8''%EC" in each.headers["content-disposition"] for each in answers.values())
        assert "xl/worksheets/sheet1.xml" in ZipFile(BytesIO(answers["xlsx"].content)).namelist()
        for each in ("pdf", "80mm"):
            with pypdfium2.PdfDocument(answers[each].content) as pdf:
                assert shop.name_ko in pdf[0].get_textpage().get_text_range()

    def test_file_is_in_the_language_of_the_reader(self, world, shop, day):
        phone = new_phone()
        person = person_of_phone(phone=digits_of(phone), now=clock.now())
        Staff.objects.create(shop=shop, person=person, role=Staff.Role.OWNER, since=clock.now())

        rows = table(signed_in(world, phone, "en").get(f"/gimpo/shops/{shop.pk}/settlements/{day}/payments"))

        assert {each["Kind"] for each in rows} == {"Payment", "Refund"}

    @pytest.mark.parametrize("period", ["2026-13", "2026-02-30", "nonsense", "9999-12"])
    def test_file_of_a_period_that_is_none_is_not_found(self, manager, shop, period):
        for what in ("payments", "days"):
            assert manager.get(f"/gimpo/shops/{shop.pk}/settlements/{period}/{what}").status_code == 404

    def test_pages_of_sales_link_to_their_files(self, manager, shop, day):
        days = manager.get(f"/gimpo/shops/{shop.pk}/settlements").text
        one = manager.get(f"/gimpo/shops/{shop.pk}/settlements/{day}").text

        assert f"/gimpo/shops/{shop.pk}/settlements/{day[:7]}/days?as=xlsx" in days
        assert f"/gimpo/shops/{shop.pk}/settlements/{day[:7]}/payments?as=csv" in days
        assert f"/gimpo/shops/{shop.pk}/settlements/{day}/payments?as=pdf" in one


def total_refunded(shop: Shop) -> int:
    return sum(Refund.objects.filter(shop=shop, sent__status=Status.SETTLED).values_list("amount", flat=True))


def test_file_of_a_residents_month_sums_to_what_the_history_says(world, payer, day):
    phone = new_phone()
    owner = person_of_phone(phone=digits_of(phone), now=clock.now())
    Wallet.objects.filter(keys__address=payer.address).update(owner=owner)
    resident = signed_in(world, phone)

    page = resident.get("/gimpo/wallet/history")
    rows = table(resident.get(f"/gimpo/wallet/history/{day[:7]}/file?as=csv"))

    assert (total(rows, "들어온 돈(원)"), total(rows, "나간 돈(원)")) == (51_000, 5_432)
    assert all(each in said(page) for each in ("51,000원", "5,432원"))
    assert f"/gimpo/wallet/history/{day[:7]}/file?as=pdf" in page.text


@pytest.mark.usefixtures("day")
class TestPictures:
    """Each picture's download has the rows of the table beside it, which are those that it was drawn of."""

    def test_files_of_the_consoles_pictures_are_their_tables(self, world):
        at_work = official_at_work(world.system.web_url, City.objects.get(slug="gimpo"))

        for query in ("", "?weeks=4w"):
            page = at_work.get(query)
            links = self.the_same(at_work.visitor, page, pictures=4)
            assert sum(each.endswith(query) for each in links) == (3 if query else 4)
        assert at_work.get("pictures/nonsense/file").status_code == 404

    def test_file_of_a_shops_months_in_the_console_is_its_table(self, world, shop):
        at_work = official_at_work(world.system.web_url, City.objects.get(slug="gimpo"))

        (link,) = self.the_same(at_work.visitor, at_work.get(f"shops/{shop.pk}"), pictures=1)

        months = table(at_work.visitor.get(link))
        assert len(months) == 12
        assert total(months, "금액(원)") == sum(each.won - each.refunded for each in DailySum.objects.filter(shop=shop))
        assert at_work.get("shops/999999999/months/file").status_code == 404

    def test_file_of_a_shops_hours_is_its_table(self, manager, shop):
        self.the_same(manager, manager.get(f"/gimpo/shops/{shop.pk}/"), pictures=1)

    def test_file_of_a_residents_days_is_its_table(self, world, payer):
        phone = new_phone()
        owner = person_of_phone(phone=digits_of(phone), now=clock.now())
        Wallet.objects.filter(keys__address=payer.address).update(owner=owner)
        resident = signed_in(world, phone)

        (link,) = self.the_same(resident, resident.get("/gimpo/wallet/history"), pictures=1)

        assert sum(int(each["쓴 돈(원)"]) for each in table(resident.get(link))) == 5_432
        assert resident.get("/gimpo/wallet/history/2020-02/days").status_code == 404

    def the_same(self, reader: Visitor, page: httpx.Response, *, pictures: int) -> list[str]:
        """The links, once each file was compared with the table of its picture."""
        figures = re.findall(r'<figure class="figure">.*?</figure>', page.text, re.S)
        links = [unescape(found[1]) for each in figures if (found := re.search(r'<a href="([^"]*)"\s*download', each))]
        assert len(links) == len(figures) == pictures
        for link, figure in zip(links, figures, strict=True):
            rows = [[name, *cells] for name, *cells in (each.values() for each in table(reader.get(link)))]
            said_so = [[each[0].removeprefix("'"), *(_as_read(cell) for cell in each[1:])] for each in rows]
            twin = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', figure, re.S)
            assert twin
            assert said_so == [
                [unescape(name), *(unescape(each) for each in re.findall(r"<td>(.*?)</td>", cells))]
                for name, cells in twin
            ]
        return links


def _as_read(cell: str) -> str:
    """A cell of a CSV as a page writes it."""
    return str(exact_won(int(cell))) if re.fullmatch(r"-?[0-9]+", cell) else cell


def test_reconcile_finds_a_daily_sum_that_is_a_won_too_high(world, shop, day):
    row = DailySum.objects.filter(shop=shop, day=day)
    row.update(won=F("won") + 1)
    try:
        found = [str(each) for each in world.differences()]
    finally:
        row.update(won=F("won") - 1)

    assert len(found) == 2
    assert all("won of daily sums" in each for each in found)
    assert not list(daily_sums.differences(world.contract()))
