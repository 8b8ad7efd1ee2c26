"""Programmes side by side, on the running system: two officials open and change them, and many buy of one at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import KST
from citycoin.money.funding.models import FunderAccount
from citycoin.money.issuance.models import Programme, Proposal
from citycoin.money.issuance.queries.budgets import left_for_programmes, promised_cap
from citycoin.platform.audit.models import AuditEvent
from citycoin.platform.cities.models import City
from tests.api.test_budgets import while_posting
from tests.officials import number_of, official_at_work
from tests.outside import code_of, eventually
from tests.visitor import Visitor, said

pytestmark = pytest.mark.both_databases

CAP = 20_000
FREED = 1_000_000
START = {
    "key": "city", "pin": "240613", "pin_again": "240613", "terms": "yes", "privacy": "yes",
}  # fmt: skip


@pytest.fixture(scope="module")
def officials(world):
    sejong = City.objects.get(slug="sejong")
    return [official_at_work(world.system.web_url, sejong) for _ in range(2)]


@pytest.fixture(scope="module")
def sales(world, officials):
    """The city's first programme with room beside it, and a small one with more off, on sale while these tests run."""
    first = Programme.objects.get(city__slug="sejong", number=1)
    lowered = decided(officials, "change", first, cap=first.cap - FREED)
    form = {
        "step": "submit",
        "name_ko": "작은 판매",
        "name_en": "Small sale",
        "cap": str(CAP),
        "in_force_from": "2026-01-01",
        "discount": "15",
        "share_state": "4",
        "share_city": "6",
        "validity": "6",
        "validity_unit": "months",
        "purchase_step": "1000",
        "monthly_cap": "20000",
        "holding_cap": "2000000",
        "purpose": "시험",
        "legal_basis": "조례 제7조",
    }
    number = number_of(officials[0].send("programmes/propose", form))
    number_of(officials[1].send(f"proposals/{number}/approve", page="audit"))
    small = Programme.objects.filter(city__slug="sejong").latest("pk")
    eventually(lambda: len(on_sale(world)) == 2, what="the small programme's opening")
    yield SimpleNamespace(first=first, small=small, lowered=lowered)
    # No page ends a sale before midnight; other tests buy of the one programme that there is.
    yesterday = (clock.now() - timedelta(days=1)).astimezone(KST).date()
    Programme.objects.filter(pk=small.pk).update(last_day=yesterday)


def on_sale(world):
    return world.sejong.ok("GET", "programmes")["programmes"]


def changed(programme, **typed):
    """The form of a change as its page fills it in, but for what was typed."""
    programme.refresh_from_db()
    form = {"step": "submit", "cap": programme.cap, "last_day": programme.last_day or "", "in_force_from": ""}
    form |= {"discount": 10, "share_state": 4, "share_city": 6, "validity": 5, "validity_unit": "years"}
    form |= {"purchase_step": 1000, "monthly_cap": 300_000, "holding_cap": 150_000, "purpose": "한도 조정"}
    return {name: str(value) for name, value in (form | typed).items()}


def decided(officials, what, programme, **typed):
    """What the first proposes and the second approves; the proposal."""
    first, second = officials
    number = number_of(first.send(f"programmes/{programme.pk}/{what}", changed(programme, **typed)))
    number_of(second.send(f"proposals/{number}/approve", page="audit"))
    return Proposal.objects.get(pk=number)


class TestBuying:
    def test_city_says_what_is_on_sale_with_the_terms_of_each(self, world, sales):
        first, small = on_sale(world)

        assert (first["number"], small["ko"], small["en"]) == (1, "작은 판매", "Small sale")
        assert (small["cap"], small["left"]) == (CAP, CAP - small_used(sales))
        assert small["terms"]["discount_per_mille"] == 150
        assert small["terms"]["funders"] == {"state": 4, "city": 6}

    @pytest.mark.usefixtures("sales")
    def test_top_up_that_names_none_of_two_is_refused_with_what_there_is(self, world):
        answer = world.sejong.call(
            "POST", "top-ups", {"id": str(uuid4()), "amount": 1_000}, token=world.neighbour.token
        )

        assert code_of(answer) == (422, "programme_needed")
        assert [each["en"] for each in answer.json()["details"]["programmes"]] == ["General sale", "Small sale"]

    def test_last_won_of_a_programme_asked_for_by_many_at_once_are_sold_once_and_paid_for_by_its_funders(
        self, world, sales
    ):
        """I1 of issuing: 50 buyers through the API on PostgreSQL, 16 on SQLite, each for more than their part of the rest."""
        buyers, amount = (50, 1_000) if connection.vendor == "postgresql" else (16, 2_000)
        before = accounts()
        left = CAP - small_used(sales)
        with ThreadPoolExecutor(buyers) as at_once:
            tokens = list(at_once.map(lambda _: opened(world), range(buyers)))
            orders = [{"id": str(uuid4()), "amount": amount, "programme": sales.small.number} for _ in tokens]
            answers = list(
                at_once.map(
                    lambda order, token: world.sejong.call("POST", "top-ups", order, token=token), orders, tokens
                )
            )

        sold = [each.json() for each in answers if each.status_code == 201]
        refusals = [each for each in answers if each.status_code != 201]
        assert len(sold) == left // amount
        assert {code_of(each) for each in refusals} == {(422, "budget_used_up")}
        assert refusals[0].json()["details"]["programme"]["ko"] == "작은 판매"
        held = {who: part * len(sold) for who, part in {"state": 60, "city": 90}.items()}
        times = amount // 1_000
        assert {who: now[1] - before[who][1] for who, now in accounts().items()} == {
            who: won * times for who, won in held.items()
        }
        # One of them pays: its funders' part leaves their accounts with the won that come.
        place = next(place for place, each in enumerate(answers) if each.status_code == 201)
        world.sejong.send(sold[0])
        path = f"top-ups/{orders[place]['id']}"
        eventually(
            lambda: world.sejong.ok("GET", path, token=tokens[place])["status"] == "issued", what="the top-up's issue"
        )
        assert sold[0]["price"] == 850 * times
        assert {who: before[who][0] - now[0] for who, now in accounts().items()} == {
            "state": 60 * times,
            "city": 90 * times,
        }

    def test_page_of_a_top_up_lets_a_resident_choose_and_buys_what_they_chose(self, world, sales):
        resident = signed_in(world)
        page = resident.get("/sejong/top-up")
        form = {"id": str(uuid4()), "other": "1,000", "programme": "1"}
        there = resident.send("/sejong/top-up", form).headers["location"]
        shown = said(resident.get(there))

        assert set(re.findall(r'name="programme"\s+value="(\d+)"', page.text)) == {"1", str(sales.small.number)}
        assert "어느 판매로 충전할까요?" in page.text
        assert "900원" in shown

    @pytest.mark.usefixtures("sales")
    def test_page_of_a_top_up_that_was_sent_without_a_choice_keeps_what_was_typed(self, world):
        answer = signed_in(world).send("/sejong/top-up", {"id": str(uuid4()), "other": "7,000"})

        assert answer.status_code == 422
        assert "하나를 골라 다시 해 주세요" in answer.text
        assert re.search(r'id="other"[^>]*value="7,?000"', answer.text)


class TestChanging:
    def test_lower_cap_holds_in_the_books_at_once_and_on_the_chain_soon(self, sales, officials):
        before, seen = Programme.objects.get(pk=sales.first.pk).cap, []

        def lower():
            decided(officials, "change", sales.first, cap=before - 1_000)
            seen.append(Programme.objects.get(pk=sales.first.pk).cap)

        while_posting(lower)

        assert seen == [before - 1_000]
        settled(sales.first)
        assert Programme.objects.get(pk=sales.first.pk).cap == before - 1_000

    def test_higher_cap_waits_for_the_chain(self, sales, officials):
        before, seen = Programme.objects.get(pk=sales.first.pk).cap, []

        def higher():
            decided(officials, "change", sales.first, cap=before + 1_000)
            row = Programme.objects.get(pk=sales.first.pk)
            seen.append((row.cap, row.next_cap))

        while_posting(higher)

        assert seen == [(before, before + 1_000)]
        settled(sales.first)
        assert Programme.objects.get(pk=sales.first.pk).cap == before + 1_000

    def test_change_is_in_the_register_and_the_audit_log_with_what_it_was_and_what_it_became(self, world, sales):
        settled(sales.first)
        visitor = Visitor(world.system.web_url)
        entries = visitor.get("/sejong/register.json?kind=change").json()["entries"]
        page = said(visitor.get(f"/sejong/register/C-{sales.lowered.pk}"))

        entry = next(each for each in entries if each["code"] == f"C-{sales.lowered.pk}")
        facts = sales.lowered.facts
        assert (entry["amount"], entry["details"]["was"]["cap"]) == (facts["cap"], facts["was"]["cap"])
        assert "한글원 일반 판매 사업의 한도를 바꿈" in page
        acts = AuditEvent.objects.filter(facts__proposal=sales.lowered.pk).order_by("pk")
        assert [each.act for each in acts] == ["change.proposed", "proposal.approved"]

    def test_new_rules_and_a_last_day_are_shown_before_and_after_and_hold_from_their_day(self, world, sales, officials):
        tomorrow = (clock.now() + timedelta(days=1)).astimezone(KST).date()
        typed = {"in_force_from": tomorrow, "discount": "7.5", "last_day": f"{world.year}-12-31"}
        first, _ = officials

        check = said(first.send(f"programmes/{sales.small.pk}/change", changed(sales.small, **typed, step="check")))
        settled(sales.small)
        decided(officials, "change", sales.small, **typed)

        assert "한 달 20,000원까지 15% 할인해" in check
        assert "한 달 300,000원까지 7.5% 할인해" in check
        assert "그해의 마지막 날" in check
        # Today's are as they were.
        assert on_sale(world)[1]["terms"]["discount_per_mille"] == 150
        assert on_sale(world)[1]["last_day"] == f"{world.year}-12-31"
        assert "7.5% 할인해" in first.get("programmes").text

    def test_nobody_approves_their_own_change(self, sales, officials):
        first, _ = officials
        number = number_of(first.send(f"programmes/{sales.small.pk}/change", changed(sales.small, cap=CAP + 5)))

        answer = first.send(f"proposals/{number}/approve", page="audit")

        assert (answer.status_code, "own_proposal" in answer.text) == (422, True)
        assert Programme.objects.get(pk=sales.small.pk).cap == CAP
        Proposal.objects.filter(pk=number).update(status=Proposal.Status.REJECTED)

    def test_cap_above_what_the_budget_leaves_is_refused_and_what_was_typed_stays(self, sales, officials):
        left = left_for_programmes(sales.small.city_id, sales.small.year) + promised_cap(sales.small)
        typed = changed(sales.small, cap=left + 1, purpose="더 크게")

        answer = officials[0].send(f"programmes/{sales.small.pk}/change", typed)

        assert (answer.status_code, "programmes_exceed_budget" in answer.text) == (422, True)
        assert 'value="더 크게"' in answer.text


def settled(programme):
    """Until a cap on its way is in the books."""
    eventually(lambda: Programme.objects.get(pk=programme.pk).change_id is None, what="the programme's cap")


def small_used(sales):
    row = Programme.objects.get(pk=sales.small.pk)
    return row.issued + row.reserved


def accounts():
    rows = FunderAccount.objects.filter(city__slug="sejong")
    return {each.funder: (each.balance, each.held) for each in rows}


def opened(world):
    """The token of a new wallet; a purchase doesn't wait for its registration."""
    body = {"code": world.sejong.new_code(), "pin": "135790"}
    return world.sejong.ok("POST", "wallets", body)["token"]


def signed_in(world):
    resident = Visitor(world.system.web_url)
    resident.sign_in(f"010-7{uuid4().int % 1000:03}-{uuid4().int % 10_000:04}")
    resident.send("/sejong/wallet/start", START)
    return resident
