"""What anybody reads of a city without an account, and reports: the book, the register with its files, one inbox."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO

import pytest
from django.db.models import F, Sum

from citycoin.foundation.kernel import clock
from citycoin.money.issuance.models import TopUp
from citycoin.platform.audit.models import AuditEvent
from citycoin.platform.cities.models import City
from citycoin.platform.reports.models import Report
from tests.api.world import another_web
from tests.officials import official_at_work
from tests.outside import eventually
from tests.visitor import Visitor, said
from wallets.models import Comparison

pytestmark = pytest.mark.one_database

SUMS_OF_MONTHS = ["발행", "그중 혜택", "사라짐", "처음부터 발행", "돌고 있음"]
SAME = "장부와 체인이 1원 까지 같아요"
PRACTICE = "연습용 · 실제 돈이 아니에요"


@pytest.fixture
def visitor(world):
    return Visitor(world.system.web_url)


@pytest.fixture
def compared(visitor):
    """What the worker found of Gimpo's books and chain, as of now: so it has no reason to look again within a test."""
    assert visitor.get("/gimpo/").status_code == 200
    rows = Comparison.objects.filter(city__slug="gimpo")
    eventually(rows.exists, what="a comparison")
    rows.update(compared_at=clock.now())
    yield rows
    rows.update(chain=F("books"), differs_since=None)


def test_practice_banner_is_on_pages_of_the_demo_and_on_none_of_production(world, visitor):
    pages = ["/", "/gimpo/", "/sign-in", "/gimpo/shops/"]

    with another_web(world.system, CITYCOIN_DEMO="0") as production:
        there = {page: [PRACTICE in said(each.get(page)) for each in (visitor, Visitor(production))] for page in pages}

    assert there == {page: [True, False] for page in pages}


class TestBook:
    def test_book_says_that_both_books_are_the_same_after_the_worker_compared_them(self, visitor, compared):
        assert compared.get().books == compared.get().chain
        assert SAME in said(visitor.get("/gimpo/"))

    def test_book_with_a_won_less_on_the_chain_says_so_and_claims_no_equality(self, visitor, compared):
        now = clock.now()
        compared.update(chain=F("books") - 1, compared_at=now, differs_since=now)

        page = said(visitor.get("/gimpo/"))

        assert "−1원 달라요" in page
        assert SAME not in page

    def test_figures_for_machines_add_up_and_name_their_block(self, visitor):
        sums = visitor.get("/gimpo/figures.json").json()

        assert sums["issued"] - sums["burned"] - sums["treasury"] == sums["circulating"]
        assert sums["with_residents"] + sums["with_shops"] == sums["circulating"]
        assert sums["block"] > 0

    def test_benefits_are_what_buyers_did_not_pay_of_all_issues_and_months_end_in_what_goes_round(self, visitor):
        bought = TopUp.objects.filter(city__slug="gimpo", issue__ended_at__isnull=False, status=TopUp.Status.ISSUED)
        benefits = bought.aggregate(won=Sum(F("amount") - F("price")))["won"]

        sums = visitor.get("/gimpo/figures.json").json()
        page = said(visitor.get("/gimpo/"))

        assert sums["benefit"] == benefits > 0
        assert sum(each["benefit"] for each in sums["months"]) == benefits
        assert sum(each["issued"] for each in sums["months"]) == sums["issued"]
        assert sums["months"][-1]["circulating"] == sums["circulating"]
        assert re.search(f"발행한 돈 가운데 {benefits:,}원 ?은 혜택이에요", page)
        assert len(re.findall(r"차이\s*0원", page)) == 3

    def test_file_of_the_months_has_the_rows_that_machines_read(self, visitor):
        rows = list(csv.DictReader(StringIO(visitor.get("/gimpo/supply.csv").content.decode("utf-8-sig"))))
        months = visitor.get("/gimpo/figures.json").json()["months"]

        assert [
            [row["달"].removesuffix("-01"), *(int(row[f"{each}(원)"]) for each in SUMS_OF_MONTHS)] for row in rows
        ] == [[*each.values()] for each in months]


class TestRegister:
    def test_register_as_page_csv_and_json_lists_the_same_entries_in_one_order(self, visitor):
        page = re.findall(r'<tr id="([A-Z]-[0-9]+)">', visitor.get("/gimpo/register?kind=programme").text)
        file = visitor.get("/gimpo/register.csv?kind=programme")
        rows = list(csv.DictReader(StringIO(file.content.decode("utf-8-sig"))))
        answer = visitor.get("/gimpo/register.json?kind=programme").json()

        assert page
        assert page == [row["번호"] for row in rows] == [entry["code"] for entry in answer["entries"]]
        assert [int(row["금액(원)"]) for row in rows] == [entry["amount"] for entry in answer["entries"]]
        assert [row["주소"] for row in rows] == [entry["address"] for entry in answer["entries"]]
        assert all(re.fullmatch("0x[0-9a-f]{64}", entry["transaction"]) for entry in answer["entries"])

    def test_register_before_the_first_day_is_empty_and_says_so(self, visitor):
        assert "이 조건에 맞는 것이 없어요" in said(visitor.get("/gimpo/register?until=2020-01-01"))

    def test_address_of_each_entry_leads_to_its_page_which_says_what_machines_read(self, visitor):
        for kind in ("issue", "programme", "budget"):
            entry = visitor.get(f"/gimpo/register.json?kind={kind}").json()["entries"][0]

            page = visitor.get(entry["address"])

            assert page.status_code == 200
            for each in (entry["code"], entry["what"]["ko"], entry["transaction"], str(entry["block"])):
                assert each in said(page)

    def test_register_names_no_official(self, visitor):
        answer = json.dumps(visitor.get("/gimpo/register.json").json(), ensure_ascii=False)

        assert "gimpo-1" not in answer
        assert visitor.get("/gimpo/register.json").json()["entries"]


class TestReports:
    def test_report_without_an_account_is_followed_by_its_code_to_the_answer(self, world, visitor):
        form = {"kind": "shop_name", "about": "한강국수", "text": "간판에는 강변국수예요."}
        state = visitor.send("/gimpo/reports", form).headers["location"]
        at_work = official_at_work(world.system.web_url, City.objects.get(slug="gimpo"))
        number = Report.objects.get(about="한강국수").pk

        assert "담당 공무원이 정해지기를 기다려요" in said(visitor.get(state))

        at_work.send(f"reports/{number}/take", page=f"reports/{number}")
        assert "담당 공무원이 맡았어요" in said(visitor.get(state))

        at_work.send(f"reports/{number}/answer", {"answer": "상호를 고쳤습니다."}, page=f"reports/{number}")
        assert "상호를 고쳤습니다." in said(visitor.get(state))
        assert at_work.official.person.username not in visitor.get(state).text
        acts = AuditEvent.objects.filter(official=at_work.official, act__startswith="report.").order_by("number")
        assert [each.act for each in acts] == ["report.taken", "report.answered"]

    def test_report_is_found_by_its_code_as_people_type_it(self, visitor):
        form = {"kind": "public_data", "about": "D-1", "text": "금액이 달라요."}
        state = visitor.send("/gimpo/reports", form).headers["location"]
        code = state.rpartition("/")[2]

        typed = visitor.get(f"/gimpo/reports?code={code.lower().replace('-', ' ')}")

        assert typed.url.path == state
        assert visitor.get(state.replace("gimpo", "sejong")).status_code == 404

    def test_report_that_is_refused_keeps_what_was_typed(self, visitor):
        page = visitor.send("/gimpo/reports", {"kind": "gifts", "about": "한강국수", "text": "간판이 달라요."})

        assert page.status_code == 400
        assert 'value="한강국수"' in page.text
        assert "간판이 달라요." in page.text
