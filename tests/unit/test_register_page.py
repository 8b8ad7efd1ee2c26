"""The console's register of shops as its official uses it: columns, saved views, and an act on several shops."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.utils.html import escape

from citycoin.foundation.kernel import clock
from citycoin.money.issuance.models import Proposal
from citycoin.platform.accounts.doors.permissions import SEEN_AT
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.operations.people import open_official
from citycoin.platform.audit.models import AuditEvent
from citycoin.platform.cities.models import City
from citycoin.web.console.contexts.shops_act import MOST_AT_ONCE
from merchants.models import RegisterView, Shop
from merchants.operations.register_views import MOST_VIEWS
from tests.api.test_tenancy import PROGRAMME
from tests.unit.refunding import RefundingLedger
from wallets.models import Wallet

pytestmark = pytest.mark.django_db

SECRET = pyotp.random_base32()


@dataclass
class Desk:
    """An official of a city with two shops, who has signed in."""

    client: Client
    official: Official
    shops: list[Shop]

    @property
    def console(self) -> str:
        return f"/{self.official.city.slug}/console/shops"

    def shown(self, query: str = "") -> str:
        return str(self.client.get(f"{self.console}{query}").content.decode())

    def act(self, act: str, shops: list[Shop], **said: str):
        person = self.official.person
        type(person).objects.filter(pk=person.pk).update(totp_used_step=0)
        code = {"code": pyotp.TOTP(SECRET).now(), "reason": "신고 접수"} | said
        return self.client.post(f"{self.console}/act", {"act": act, "shop": [each.pk for each in shops], **code})

    def preview(self, act: str, numbers: list[object]) -> str:
        page = self.client.get(f"{self.console}/act", {"act": act, "shop": numbers})
        return str(page.content.decode())


@pytest.fixture
def desk() -> Desk:
    ledger = RefundingLedger()
    ledger.found_a_city()
    return at_work(ledger.city)


def at_work(city: City, name: str = "o") -> Desk:
    official = open_official(
        city=city, username=f"{name}-{city.slug}", password="a long password", totp_secret=SECRET, now=clock.now()
    )
    client = Client()
    client.force_login(official.person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SEEN_AT] = time.time()
    session.save()
    return Desk(client, official, list(Shop.objects.filter(city=city).order_by("pk")))


def acts(desk: Desk) -> list[str]:
    return list(AuditEvent.objects.filter(official=desk.official).order_by("number").values_list("act", flat=True))


def changes(page: str, shop: Shop) -> bool:
    """Whether the preview says that the act changes the shop; every chosen one stands in it."""
    (row,) = [part for part in page.split("<tr ") if f'data-shop="{shop.pk}"' in part]
    return "data-changes" in row


class TestColumns:
    def test_columns_of_the_url_are_those_that_are_shown(self, desk):
        page = desk.shown("?columns=state.district")

        assert page.count('<th scope="col"') == 3  # the name stands always
        assert 'data-label="지역"' in page
        assert 'data-label="업종"' not in page

    @pytest.mark.parametrize("query", ["", "?columns=", "?columns=price", "?columns=..."])
    def test_all_columns_are_shown_where_the_url_names_none_of_them(self, desk, query):
        assert desk.shown(query).count('<th scope="col"') == 7


class TestViews:
    def save(self, desk: Desk, name: str, query: str):
        return desk.client.post(f"{desk.console}/views", {"name": name, "query": query})

    def test_view_keeps_filter_order_and_columns_and_is_a_link_on_the_register(self, desk):
        query = "?q=가게&state=open&columns=district&sort=-month"

        answer = self.save(desk, "바쁜 가게", f"{query}&page=3&nonsense=1")

        kept = RegisterView.objects.get(official=desk.official).query
        assert answer.headers["location"] == f"{desk.console}{kept}"
        assert {*kept.removeprefix("?").split("&")} == {
            "q=%EA%B0%80%EA%B2%8C", "state=open", "columns=district", "sort=-month"
        }  # fmt: skip
        assert f'href="{escape(kept)}"' in desk.shown()
        assert "바쁜 가게" in desk.shown()

    def test_view_saved_under_a_name_that_there_is_takes_its_place(self, desk):
        for query in ("?state=open", "?state=frozen"):
            self.save(desk, "보기", query)

        assert RegisterView.objects.get(official=desk.official).query == "?state=frozen"

    def test_views_beyond_the_most_are_refused_and_what_was_typed_stays(self, desk):
        for number in range(MOST_VIEWS):
            self.save(desk, f"보기 {number}", "")

        answer = self.save(desk, "하나 더", "?state=open")

        page = answer.content.decode()
        assert (answer.status_code, 'value="하나 더"' in page) == (409, True)
        assert 'aria-current="true">영업 중' in page
        assert RegisterView.objects.filter(official=desk.official).count() == MOST_VIEWS

    @pytest.mark.parametrize("name", ["", "   ", "\u202e", "가" * 31])
    def test_name_that_is_none_is_refused(self, desk, name):
        assert self.save(desk, name, "").status_code == 400
        assert not RegisterView.objects.exists()

    def test_view_is_its_officials_own_and_nobody_else_removes_it(self, desk):
        self.save(desk, "내 보기", "?state=open")
        view = RegisterView.objects.get()
        colleague = at_work(desk.official.city, "colleague")
        other = at_work(City.objects.create(slug="namgu", name_ko="남구", name_en="Namgu"))

        other.client.post(f"{other.console}/views/{view.pk}/remove")
        colleague.client.post(f"{desk.console}/views/{view.pk}/remove")
        assert RegisterView.objects.filter(pk=view.pk).exists()

        desk.client.post(f"{desk.console}/views/{view.pk}/remove")
        assert not RegisterView.objects.exists()
        assert desk.client.post(f"{desk.console}/views/{view.pk}/remove").status_code == 404


class TestOtherLists:
    def test_audit_log_is_sorted_by_what_was_done_and_by_when(self, desk):
        desk.act("freeze", desk.shops)
        desk.act("unfreeze", desk.shops[:1])

        def shown(sort: str) -> list[str]:
            page = desk.client.get(f"/{desk.official.city.slug}/console/audit?sort={sort}").content.decode()
            return re.findall(r'<th scope="row">\s*([0-9]+)\.', page)

        assert shown("") == shown("-at") == ["3", "2", "1"]
        assert shown("at") == ["1", "2", "3"]
        assert shown("act") == ["2", "1", "3"]
        assert shown("-act") == ["3", "2", "1"]

    def test_proposals_are_sorted_by_who_proposed_them_and_by_when_within_their_filter(self, desk):
        colleague = at_work(desk.official.city, "colleague").official
        now = clock.now()
        for proposer in (colleague, desk.official, colleague):
            Proposal.objects.create(
                city=desk.official.city, kind="programme", facts=PROGRAMME, purpose="까닭", proposed_by=proposer,
                proposed_at=now, expires_at=now + timedelta(days=1),
            )  # fmt: skip
        numbers = sorted(Proposal.objects.values_list("pk", flat=True))

        def shown(query: str) -> list[int]:
            page = desk.client.get(f"/{desk.official.city.slug}/console/proposals?{query}").content.decode()
            return [numbers.index(int(each)) for each in re.findall(r"console/proposals/([0-9]+)", page)]

        assert shown("") == [2, 1, 0]
        assert shown("sort=at") == [0, 1, 2]
        assert shown("sort=who") == [2, 0, 1]
        assert shown("sort=-who") == [1, 2, 0]
        assert shown("state=mine&sort=at") == [0, 2]


class TestActOnSeveral:
    def test_preview_says_what_changes_and_what_is_skipped_and_changes_nothing(self, desk):
        first, second = desk.shops
        desk.act("freeze", [first])
        before = acts(desk)

        page = desk.preview("freeze", [first.pk, second.pk, 999_999_999, "x"])

        assert "가게 1곳을 정지합니까?" in page
        assert (changes(page, first), changes(page, second)) == (False, True)
        assert "이미 정지되어 있습니다" in page
        assert "2개는 뺐습니다" in page
        assert acts(desk) == before
        assert Wallet.objects.get(pk=second.wallet_id).frozen_at is None

    def test_act_sent_twice_is_done_once_with_one_record_for_each_shop(self, desk):
        for _ in range(2):
            answer = desk.act("freeze", desk.shops)

        assert answer.status_code == 302
        assert acts(desk) == ["wallet.frozen"] * 2
        assert all(Wallet.objects.get(pk=each.wallet_id).frozen_at for each in desk.shops)
        assert "2개는 뺐습니다" not in desk.client.get(answer.headers["location"]).content.decode()

    def test_frozen_shops_are_let_go_together_and_the_others_are_skipped(self, desk):
        first, second = desk.shops
        desk.act("freeze", [first])

        page = desk.preview("unfreeze", [first.pk, second.pk])
        desk.act("unfreeze", desk.shops)

        assert (changes(page, first), changes(page, second)) == (True, False)
        assert acts(desk) == ["wallet.frozen", "wallet.unfrozen"]
        assert not any(Wallet.objects.get(pk=each.wallet_id).frozen_at for each in desk.shops)

    @pytest.mark.parametrize("said", [{"code": "000000"}, {"reason": "  "}])
    def test_act_without_second_factor_or_reason_changes_nothing_and_keeps_what_was_typed(self, desk, said):
        answer = desk.act("freeze", desk.shops, **said)

        page = answer.content.decode()
        assert answer.status_code >= 400
        assert all(f'name="shop" value="{each.pk}"' in page for each in desk.shops)
        assert ('value="신고 접수"' in page) == ("code" in said)
        assert acts(desk) == []

    def test_shops_of_another_city_are_left_out(self, desk):
        other = at_work(City.objects.create(slug="namgu", name_ko="남구", name_en="Namgu"))

        page = other.preview("freeze", [each.pk for each in desk.shops])
        other.act("freeze", desk.shops)

        assert "고른 가게가 없습니다." in page
        assert not any(Wallet.objects.get(pk=each.wallet_id).frozen_at for each in desk.shops)

    def test_shops_beyond_the_most_at_once_are_left_out_and_counted(self, desk):
        page = desk.preview("freeze", [*range(10**6, 10**6 + MOST_AT_ONCE - 1), *(each.pk for each in desk.shops)])

        assert page.count("data-changes") == 1
        assert f"{MOST_AT_ONCE}개는 뺐습니다" in page
