"""The public book: what it says of books and chain, the way of the money, the register with its filter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.few_people import FEWEST_SHOWN
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.models import Decision, Proposal
from citycoin.money.issuance.queries.figures import Flow
from citycoin.money.issuance.queries.register import (
    BUDGET,
    DECIDED,
    STOP,
    EntryUnknown,
    Window,
    entry_of,
    page_of,
    register,
)
from citycoin.platform.accounts.operations.people import open_official
from citycoin.platform.cities.models import City
from citycoin.platform.health.domain.checks import Line
from citycoin.runtime.domain.addresses import ROOT
from citycoin.web.public.contexts.city import river_of, verdict_of
from citycoin.web.public.contexts.register import Filter, FilterWrong
from citycoin.web.public.contexts.terms import TERMS, UNPUBLISHED, terms_page
from wallets.doors.health import ledger_lines
from wallets.models import Stop
from wallets.operations.comparing import keep
from wallets.queries.reconciliation import Supply

NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)
EQUAL = Supply(block=100, books=1_250_000, chain=1_250_000)
WON = st.integers(0, 10**12)


pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return City.objects.create(slug="bukgu", name_ko="북구", name_en="Bukgu")


@pytest.fixture
def official(city):
    return open_official(city=city, username="bukgu-1", password="right", totp_secret="A" * 32, now=NOW)


WHY = Justification("추석 지원", "조례 제3조")


def decided(city: City, cap: int, at: datetime, number: int = 1, **more: str) -> Decision:
    facts = {"year": 2026, "cap": cap, "version": number, "starts": 0, "ends": 0, "deadline": 0, "basis": WHY.basis}
    return Decision.objects.create(
        city=city,
        kind="budget",
        facts=facts,
        purpose=WHY.purpose,
        legal_basis=WHY.legal_basis,
        digest=f"0x{number:064x}",
        calldata=b"",
        received_at=at,
        **more,
    )


class TestVerdict:
    def test_verdict_says_the_same_only_while_the_comparison_is_of_the_last_minute(self, city):
        keep(city_id=city.pk, found=EQUAL, now=NOW)

        assert verdict_of(city, NOW + timedelta(minutes=1)).says == "same"
        assert verdict_of(city, NOW + timedelta(minutes=1) + SECOND).says == "unknown"

    def test_verdict_before_the_first_comparison_claims_nothing(self, city):
        assert verdict_of(city, NOW).says == "unknown"

    def test_verdict_of_one_won_more_on_the_chain_says_by_how_much_and_since_when(self, city):
        keep(city_id=city.pk, found=EQUAL, now=NOW - 3 * SECOND)
        keep(city_id=city.pk, found=replace(EQUAL, chain=EQUAL.chain + 1), now=NOW - SECOND)
        keep(city_id=city.pk, found=replace(EQUAL, chain=EQUAL.chain + 1), now=NOW)

        verdict = verdict_of(city, NOW)

        assert (verdict.says, verdict.by) == ("differs", 1)
        assert verdict.comparison.differs_since == NOW - SECOND

    def test_difference_that_is_gone_leaves_no_moment_behind(self, city):
        keep(city_id=city.pk, found=replace(EQUAL, chain=0), now=NOW - SECOND)

        assert keep(city_id=city.pk, found=EQUAL, now=NOW).differs_since is None


class TestHealth:
    @pytest.fixture
    def at(self, monkeypatch):
        """The moment at which the page is asked for."""
        return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)

    def line(self) -> Line:
        return {each.name: each for each in ledger_lines()}["comparison"]

    def test_health_says_when_books_and_chain_were_compared_last_and_that_they_are_equal(self, city, at):
        at(NOW)
        keep(city_id=city.pk, found=EQUAL, now=NOW - 5 * SECOND)

        assert (self.line().good, self.line().warning, self.line().since) == (True, False, None)
        assert f"{NOW - 5 * SECOND:%M:%S}" in self.line().words.en

    def test_health_warns_of_a_comparison_that_is_older_than_a_minute_since_when(self, city, at):
        at(NOW + timedelta(minutes=1) + SECOND)
        keep(city_id=city.pk, found=EQUAL, now=NOW)

        assert (self.line().good, self.line().warning, self.line().since) == (True, True, NOW)

    def test_health_is_red_where_a_city_differs_and_says_by_how_many_won_and_since_when(self, city, at):
        at(NOW)
        keep(city_id=city.pk, found=replace(EQUAL, chain=EQUAL.chain + 1), now=NOW)

        assert (self.line().good, self.line().since) == (False, NOW)
        assert f"{city.slug} -1" in self.line().words.en

    @pytest.mark.usefixtures("city")
    def test_health_before_the_first_comparison_claims_nothing(self):
        assert self.line().words.en == "not compared yet"


class TestRiver:
    @given(st.builds(Flow, **dict.fromkeys(Flow.__dataclass_fields__, WON)))
    def test_river_of_a_flow_that_adds_up_names_each_won_once(self, flow):
        whole = replace(flow, issued=flow.reached_residents + flow.unexplained + flow.gone_otherwise)

        drawn = river_of(whole)

        assert drawn is not None
        left = sum(row.cells[0] for row in drawn.table.rows if "→" in row.label)
        assert left == whole.issued

    def test_river_is_not_drawn_where_more_came_out_than_was_issued(self):
        assert river_of(Flow(9, 10, 0, 0, 0, 0, 0)) is None


class TestRegister:
    def test_register_names_the_office_the_reason_and_no_person(self, city, official):
        decision = decided(city, 500, NOW)
        Proposal.objects.create(
            city=city, kind="budget", facts=decision.facts, purpose="추석 지원", legal_basis="조례 제3조",
            proposed_by=official, proposed_at=NOW, expires_at=NOW, decision=decision,
        )  # fmt: skip

        (entry,) = register(city.pk, kinds=[BUDGET])

        assert (entry.code, entry.amount, entry.purpose) == (f"D-{decision.pk}", 500, "추석 지원")
        assert entry.legal_basis == "조례 제3조"
        assert official.person.username not in repr(entry)
        assert "담당 공무원" in entry.by.ko

    def test_register_says_whether_the_reason_published_is_the_one_signed(self, city):
        decision = decided(city, 500, NOW, basis_on_chain=WHY.basis)
        path = f"/bukgu/register/D-{decision.pk}"
        (entry,) = register(city.pk, kinds=[BUDGET])
        assert entry.basis.agrees
        assert "서명된 것과 같음" in Client().get(path).content.decode()

        Decision.objects.filter(pk=decision.pk).update(purpose="추석 지원과 다른 것")

        (entry,) = register(city.pk, kinds=[BUDGET])
        assert (entry.basis.on_chain, entry.basis.agrees) == (WHY.basis, False)
        page = Client().get(path).content.decode()
        assert "서명된 것과 다름" in page
        assert entry.basis.published in page
        (said,) = Client().get("/bukgu/register.json?kind=budget").json()["entries"]
        assert said["basis"] == {"published": entry.basis.published, "on_chain": WHY.basis, "agrees": False}

    def test_register_claims_nothing_of_a_reason_before_its_block_is_final(self, city):
        decision = decided(city, 500, NOW)

        (entry,) = register(city.pk, kinds=[BUDGET])

        assert entry.basis is None
        assert "서명된 것과" not in Client().get(f"/bukgu/register/D-{decision.pk}").content.decode()

    def test_register_is_newest_first_across_its_kinds(self, city, official):
        for number in range(1, 4):
            decided(city, number, NOW - number * timedelta(hours=2), number)
        Stop.objects.create(city=city, stopped_by=official, reason="점검", stopped_at=NOW - timedelta(hours=3))

        found = list(register(city.pk, kinds=DECIDED))

        assert [each.kind for each in found] == [BUDGET, STOP, BUDGET, BUDGET]
        assert all(one.at >= next_one.at for one, next_one in pairwise(found))

    def test_register_between_two_days_has_the_whole_last_day_of_seoul(self, city):
        decided(city, 1, datetime(2026, 11, 29, 14, 59, 59, tzinfo=UTC), 1)
        decided(city, 2, datetime(2026, 11, 29, 15, tzinfo=UTC), 2)
        asked = Filter(since=date(2026, 11, 29), until=date(2026, 11, 29))

        assert [each.amount for each in register(city.pk, window=asked.window)] == [1]

    def test_register_of_another_city_is_not_seen(self, city):
        decided(City.objects.create(slug="namgu", name_ko="남구", name_en="Namgu"), 1, NOW)

        assert list(register(city.pk, window=Window())) == []

    def test_each_entry_is_found_by_its_code_and_the_other_city_has_none_of_them(self, city, official):
        for number in range(1, 4):
            decided(city, number, NOW - number * timedelta(hours=2), number)
        Decision.objects.filter(digest=f"0x{2:064x}").update(kind="kinds")
        Stop.objects.create(city=city, stopped_by=official, reason="점검", stopped_at=NOW)
        other = City.objects.create(slug="namgu", name_ko="남구", name_en="Namgu")

        entries = list(register(city.pk))

        assert len(entries) == 4
        assert [entry_of(city.pk, each.code) for each in entries] == entries
        for each in entries:
            with pytest.raises(EntryUnknown):
                entry_of(other.pk, each.code)

    @given(st.one_of(st.text(max_size=30), st.from_regex(r"[A-Za-z]-[0-9]{1,30}")))
    def test_whatever_is_asked_as_a_code_is_found_or_unknown(self, code):
        with pytest.raises(EntryUnknown):
            entry_of(0, code)

    def test_page_of_an_entry_says_all_of_it_with_its_lasting_address_and_no_person(self, city, official):
        decision = decided(city, 12_000_000, NOW)
        Proposal.objects.create(
            city=city, kind="budget", facts=decision.facts, purpose="추석 지원", legal_basis="조례 제3조",
            proposed_by=official, proposed_at=NOW, expires_at=NOW, decided_at=NOW, decision=decision,
        )  # fmt: skip
        path = f"/bukgu/register/D-{decision.pk}"

        page = Client().get(path).content.decode()

        assert f'<link rel="canonical" href="{settings.PUBLIC_URL}{path}">' in page
        for said in (
            "2026년 발행 한도를 정함",
            "추석 지원",
            "조례 제3조",
            "12,000,000원",
            "다른 1명이 승인",
            f"D-{decision.pk}",
        ):
            assert said in page
        assert official.person.username not in page
        assert path in Client().get("/bukgu/register").content.decode()

    @given(count=st.integers(0, 40), size=st.integers(1, 9))
    def test_pages_together_are_the_whole(self, count, size):
        seen, number, more = [], 1, True
        while more:
            found, more = page_of(iter(range(count)), number=number, size=size)
            seen += found
            number += 1

        assert seen == list(range(count))


class TestFilter:
    @pytest.mark.parametrize(
        ("asked", "wrong"),
        [
            (("gifts", "", "", ""), "kind"),
            (("", "2026-02-30", "", ""), "since"),
            (("", "", "yesterday", ""), "until"),
            (("", "", "", "0"), "page"),
            (("", "", "", "999"), "page"),
            (("", "", "", "-1"), "page"),
        ],
    )
    def test_filter_that_cannot_be_read_is_named_and_refused(self, asked, wrong):
        with pytest.raises(FilterWrong) as refusal:
            Filter.of(*asked)

        assert refusal.value.details == {"fields": [wrong]}

    def test_filter_is_written_into_an_address_and_read_back(self):
        asked = Filter.of("budget", "2026-11-01", "2026-11-30", "3")

        assert asked.query(page=3) == "kind=budget&since=2026-11-01&until=2026-11-30&page=3"
        assert asked.query(kind="", since="", until="") == ""


class TestTerms:
    def test_terms_page_explains_each_word_and_says_what_is_hidden_and_below_which_threshold(self, city):
        page = Client().get(reverse("city-terms", args=[city.slug])).content.decode()
        shown = terms_page(city)

        assert [term.key for term in (*TERMS, *UNPUBLISHED) if f'id="{term.key}"' not in page] == []
        said = [str(term.says) for term in (*shown.terms, *shown.unpublished)]
        assert [each for each in said if "{" in each or escape(each) not in page] == []
        assert f"{FEWEST_SHOWN}명 미만" in page

    @pytest.mark.parametrize("page", ["city", "register"])
    def test_public_page_leads_to_the_terms(self, city, page):
        assert (
            f'href="{reverse("city-terms", args=[city.slug])}'
            in Client().get(reverse(page, args=[city.slug])).content.decode()
        )

    def test_terms_are_those_of_the_glossary(self):
        glossary = (ROOT / "docs" / "glossary.md").read_text()

        assert [term.name.ko for term in TERMS if f"| {term.name.ko.partition(' (')[0]} |" not in glossary] == []
