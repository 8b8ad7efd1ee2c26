"""What a page's script asked for wasn't done: each of five ends has its own sentence, and a page too old loads anew by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pyotp
import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from citycoin.foundation.kernel import clock
from citycoin.money.issuance.models import Proposal
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.operations.people import open_official, person_of_phone
from merchants.models import Staff
from tests.browser import acts
from tests.browser.people import Authenticator, DemoOfficial, new_phone
from tests.browser.screens import DESK_PX
from tests.browser.town import proposal_of
from wallets.models import Payment

OFFLINE = "연결이 끊겼어요. 인터넷을 확인하고 다시 해 주세요."
OLD = "페이지가 오래되어 새로 불러왔어요. 다시 한번 해 주세요."
SIGNED_OUT = "로그인이 끝났어요. 다시 로그인해 주세요."
REFUSED = "금액은 5,000처럼 1원 이상의 숫자로 적어 주세요."
AT_THE_TOP_PX = 60
BROKEN = "우리 쪽에 문제가 생겼어요. 잠시 뒤에 다시 해 주세요."


def breaks(route: Route) -> None:
    """What a fault of ours, or a proxy before us, answers."""
    route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")


def sign_out_in_another_tab(page: Page) -> None:
    """As the same browser's other page does it."""
    other = page.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="로그아웃").click()
    expect(other.get_by_role("link", name="로그인", exact=True)).to_be_visible()
    other.close()


def sign_in_again_in_another_tab(page: Page, phone: str) -> None:
    """Out and in: the form's token of every other page is of a session that is over."""
    sign_out_in_another_tab(page)
    other = page.context.new_page()
    other.goto("/sign-in")
    acts.sign_in_by_phone(other, phone)
    expect(other).not_to_have_url(re.compile("/sign-in"))
    other.close()


def grow_old(context: BrowserContext) -> None:
    """The pages' token is no longer the browser's, as after signing in anew."""
    context.clear_cookies(name=settings.CSRF_COOKIE_NAME)


def comes_back_to(page: Page) -> None:
    """The tab is in front again, at which a screen that watches looks at once."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


class TestTheCounter:
    @pytest.fixture
    def phone(self, town) -> str:
        """Of an owner who can sign in by it."""
        number = new_phone()
        person = person_of_phone(phone=digits_of(number), name="이주인", now=clock.now())
        Staff.objects.create(shop=town.shops[0], person=person, role=Staff.Role.OWNER, since=clock.now())
        return number

    @pytest.fixture
    def counter(self, screens, town, phone) -> Page:
        """Theirs, with an amount typed."""
        page = screens.of(person_of_phone(phone=digits_of(phone), now=clock.now()), px=DESK_PX)
        page.goto(town.counter())
        expect(page.get_by_text("실시간")).to_be_visible()
        page.get_by_label("받을 금액").fill("4300")
        return page

    def problem(self, counter: Page) -> Locator:
        """After the button was pressed."""
        counter.get_by_role("button", name="QR 보이기").click()
        said = counter.get_by_role("alert").filter(has_text="코드를 만들지 못했어요")
        expect(said).to_be_visible()
        return said

    def test_counter_of_a_browser_that_signed_in_again_loads_anew_and_keeps_the_amount(self, counter, phone):
        sign_in_again_in_another_tab(counter, phone)

        expect(self.problem(counter)).to_contain_text(OLD)

        expect(counter.get_by_label("받을 금액")).to_have_value("4,300")
        counter.get_by_role("button", name="QR 보이기").click()
        expect(counter.get_by_role("img", name="결제 QR 코드").locator("svg")).to_be_visible()
        expect(counter.locator("[data-part=amount]")).to_have_text("4,300원")

    def test_counter_tells_a_lost_connection_a_refusal_and_a_fault_apart_and_keeps_the_amount(self, counter):
        counter.route("**/requests", lambda route: route.abort(), times=1)
        expect(self.problem(counter)).to_contain_text(OFFLINE)

        counter.route("**/requests", breaks, times=1)
        expect(self.problem(counter)).to_contain_text(BROKEN)
        expect(counter.get_by_label("받을 금액")).to_have_value("4,300")

        # The page takes no such amount itself; a script of another day might.
        counter.evaluate("document.querySelector('shop-counter').ask(0)")
        expect(counter.get_by_role("alert").filter(has_text="코드를 만들지 못했어요")).to_contain_text(REFUSED)

    def test_counter_without_a_connection_says_so_at_the_top_and_takes_no_amount_until_it_is_back(self, counter):
        counter.context.set_offline(True)
        bar = counter.get_by_role("alert").filter(has_text="연결이 끊겼어요.")
        expect(bar).to_be_visible()
        expect(counter.get_by_role("button", name="QR 보이기")).to_be_disabled()
        expect(counter.get_by_role("button", name="1", exact=True)).to_be_disabled()
        box = bar.bounding_box()
        assert box is not None
        assert box["y"] < AT_THE_TOP_PX

        counter.context.set_offline(False)
        comes_back_to(counter)
        expect(counter.get_by_role("button", name="QR 보이기")).to_be_enabled()
        expect(counter.get_by_label("받을 금액")).to_have_value("4,300")
        expect(bar).to_be_hidden()

    def test_counter_that_was_signed_out_says_so_and_has_the_amount_after_signing_in(self, counter, phone):
        sign_out_in_another_tab(counter)

        expect(self.problem(counter)).to_contain_text(SIGNED_OUT)
        comes_back_to(counter)
        board = counter.get_by_role("alert").filter(has_text="5초마다 확인하고 있어요")
        expect(board).to_contain_text("로그인이 끝났어요.")

        board.get_by_role("link", name="로그인하기").click()
        acts.sign_in_by_phone(counter, phone)
        expect(counter.get_by_label("받을 금액")).to_have_value("4,300")
        expect(counter.get_by_text("실시간")).to_be_visible()

    def test_counter_of_somebody_whose_membership_ended_shows_the_page_that_says_so(self, counter, phone):
        Staff.objects.filter(person=person_of_phone(phone=digits_of(phone), now=clock.now())).update(until=clock.now())

        comes_back_to(counter)

        expect(counter.get_by_role("heading", name="볼 수 있는 페이지가 아니에요")).to_be_visible()


class TestALivePage:
    def test_wallet_page_tells_a_lost_connection_a_fault_and_the_end_of_a_session_apart(self, screens, town):
        page = screens.of(town.citizen().person)
        page.goto(town.url("wallet/"))
        lost = page.get_by_role("status").filter(has_text="지금과 다를 수 있어요")
        expect(lost).to_be_hidden()

        page.context.set_offline(True)
        comes_back_to(page)
        expect(lost).to_contain_text("연결이 끊겼어요.")
        page.context.set_offline(False)

        page.route("**/wallet/?why=*", breaks)
        comes_back_to(page)
        expect(lost).to_contain_text("우리 쪽에 문제가 생겼어요.")
        page.unroute_all(behavior="wait")
        comes_back_to(page)
        expect(lost).to_be_hidden()

        sign_out_in_another_tab(page)
        comes_back_to(page)
        expect(lost).to_contain_text("로그인이 끝났어요.")
        way = urlsplit(lost.get_by_role("link", name="로그인하기").get_attribute("href") or "")
        assert (way.path, parse_qs(way.query)) == ("/sign-in", {"next": [town.url("wallet/")]})

    def test_wallet_page_of_a_browser_whose_new_person_has_no_wallet_says_that_and_not_signed_out(self, screens, town):
        page = screens.of(town.citizen().person)
        page.goto(town.url("wallet/"))
        sign_in_again_in_another_tab(page, new_phone())

        comes_back_to(page)

        lost = page.get_by_role("status").filter(has_text="지금과 다를 수 있어요")
        expect(lost).to_contain_text("이 도시에 아직 지갑이 없어요. 지갑을 먼저 열어 주세요.")
        expect(lost.get_by_role("link")).to_have_count(0)


class TestAPageThatFollows:
    """An official waits for what is on its way to the chain."""

    @pytest.fixture
    def official(self, town) -> tuple[Official, DemoOfficial]:
        """One who can sign in again, and be sent away."""
        known = DemoOfficial(f"follower-{uuid4().hex[:8]}", uuid4().hex, Authenticator(pyotp.random_base32()))
        made = open_official(
            city=town.officials[0].city,
            username=known.username,
            password=known.password,
            totp_secret=known.authenticator.secret,
            now=clock.now(),
        )
        return made, known

    @pytest.fixture
    def proposal(self, town) -> Iterator[Proposal]:
        """Approved, and never opened on the chain, so that its page waits until a test rejects it."""
        made = proposal_of(town.officials[0])
        self.decide(made, Proposal.Status.APPROVED, town.officials[1])
        yield made
        self.decide(made, Proposal.Status.REJECTED, town.officials[1])

    def decide(self, proposal: Proposal, status: Proposal.Status, by: Official) -> None:
        Proposal.objects.filter(pk=proposal.pk).update(status=status, decided_by=by, decided_at=clock.now())

    @pytest.fixture
    def page(self, screens, town, official, proposal) -> Page:
        """The proposal's, which waits."""
        page = screens.of(official[0].person, px=DESK_PX)
        page.goto(town.url(f"console/proposals/{proposal.pk}"))
        expect(page.locator("[data-follow]")).to_be_visible()
        return page

    def lost(self, page: Page) -> Locator:
        return page.get_by_role("alert").filter(has_text="그동안 이 페이지는 바뀌지 않습니다")

    def test_page_that_follows_tells_a_lost_connection_and_a_fault_apart_and_goes_on_after_both(
        self, page, proposal, town
    ):
        page.context.set_offline(True)
        expect(self.lost(page)).to_contain_text("연결이 끊겼어요.")
        page.context.set_offline(False)
        expect(self.lost(page)).to_be_hidden()

        page.route("**/proposals/*/state", breaks)
        expect(self.lost(page)).to_contain_text("우리 쪽에 문제가 생겼어요.")
        page.unroute_all(behavior="wait")

        self.decide(proposal, Proposal.Status.REJECTED, town.officials[1])
        expect(page.locator("#state[data-state=rejected]")).to_be_visible()
        expect(self.lost(page)).to_be_hidden()

    def test_page_that_follows_in_a_browser_that_signed_in_again_goes_on(self, page, proposal, town, official):
        sign_out_in_another_tab(page)
        expect(self.lost(page)).to_contain_text("로그인이 끝났어요.")
        way = urlsplit(self.lost(page).get_by_role("link", name="로그인하기").get_attribute("href") or "")
        assert (way.path, parse_qs(way.query)) == ("/officials/sign-in", {"next": [urlsplit(page.url).path]})

        other = page.context.new_page()
        acts.sign_in_official(other, official[1])
        expect(other.get_by_role("heading", name="할 일")).to_be_visible()
        other.close()

        expect(self.lost(page)).to_be_hidden()
        self.decide(proposal, Proposal.Status.REJECTED, town.officials[1])
        expect(page.locator("#state[data-state=rejected]")).to_be_visible()

    def test_page_that_follows_of_somebody_who_is_no_official_any_more_says_so(self, page, official):
        Official.objects.filter(pk=official[0].pk).update(until=clock.now())

        expect(self.lost(page)).to_contain_text("볼 수 있는 페이지가 아니에요.")


class TestAPayment:
    AMOUNT = 1_900

    @pytest.fixture
    def citizen(self, town):
        """Somebody with won."""
        return town.citizen()

    @pytest.fixture
    def page(self, screens, town, citizen) -> Page:
        """Before a shop's own code, with amount and all but the PIN's last digit typed."""
        page = screens.of(citizen.person)
        page.goto(town.url(f"pay/{town.code_of_shop()}"))
        page.get_by_label("얼마를 낼까요?").fill(str(self.AMOUNT))
        acts.almost_confirm(page)
        return page

    def test_payment_page_that_is_too_old_loads_anew_keeps_the_amount_and_pays_once(self, page, citizen):
        before = citizen.available
        grow_old(page.context)

        acts.last_digit(page).click()

        expect(page.get_by_role("alert").filter(has_text=OLD)).to_be_visible()
        expect(page.get_by_label("얼마를 낼까요?")).to_have_value("1,900")
        acts.confirm(page)
        acts.is_paid(page, self.AMOUNT)
        assert citizen.available == before - self.AMOUNT

    @pytest.mark.parametrize("arrived", [True, False], ids=["arrived", "lost"])
    def test_payment_sent_by_a_page_that_grew_too_old_ends_as_what_became_of_it(self, page, citizen, arrived):
        before, sent = citizen.available, parse_qs(urlsplit(page.url).query)["id"][0]

        def swallow(route: Route) -> None:
            if arrived:
                route.fetch()
            grow_old(page.context)
            route.abort()

        page.route("**/api/v1/*/payments", swallow)
        acts.last_digit(page).click()

        expect(page.get_by_role("heading", name="영수증" if arrived else "결제되지 않았어요")).to_be_visible()
        assert Payment.objects.filter(client_id=sent).exists() is arrived
        assert citizen.available == before - self.AMOUNT * arrived

    def test_payment_page_says_why_it_does_not_know_yet_and_finds_out(self, page, citizen):
        before = citizen.available
        page.route(re.compile(r"/payments(/.*)?$"), breaks)
        acts.last_digit(page).click()
        unknown = page.get_by_text("결제됐는지 아직 몰라요.")
        expect(unknown).to_contain_text("우리 쪽에 문제가 생겼어요. 계속 알아보고 있어요.")

        page.context.set_offline(True)
        page.unroute_all(behavior="wait")
        expect(unknown).to_contain_text("연결이 끊겼어요. 계속 알아보고 있어요.")

        page.context.set_offline(False)
        expect(page.get_by_role("heading", name="결제되지 않았어요")).to_be_visible()
        expect(page.locator("[data-not-done]")).to_contain_text("결제가 도착하지 않았어요.")
        assert citizen.available == before

        page.context.set_offline(True)
        page.get_by_role("button", name="다시 결제하기").click()
        expect(page.get_by_role("alert").filter(has_text=OFFLINE)).to_be_visible()
        page.context.set_offline(False)
        page.get_by_role("button", name="다시 결제하기").click()
        acts.confirm(page)
        acts.is_paid(page, self.AMOUNT)

    def test_payment_page_that_was_signed_out_says_so_and_leads_back_with_the_amount(self, page):
        sign_out_in_another_tab(page)

        acts.last_digit(page).click()

        expect(page.get_by_role("heading", name="로그인이 끝났어요")).to_be_visible()
        way = urlsplit(page.get_by_role("link", name="로그인하기").get_attribute("href") or "")
        assert "amount=1900" in parse_qs(way.query)["next"][0]


class TestAPlainForm:
    """It is sent by the browser and not by a script."""

    NOTHING_DONE = "페이지가 오래되어 새로 불러왔어요. 아무것도 처리되지 않았어요."

    @pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
    def test_form_of_a_browser_that_signed_in_again_is_shown_again_with_what_was_typed(self, screens, town, scripts):
        phone = new_phone()
        person = person_of_phone(phone=digits_of(phone), name="이주인", now=clock.now())
        Staff.objects.create(shop=town.shops[0], person=person, role=Staff.Role.OWNER, since=clock.now())
        page = screens.of(person, java_script_enabled=scripts)
        page.goto(town.url(f"shops/{town.shops[0].pk}/staff"))
        before = page.get_by_role("button", name="내보내기").count()
        page.get_by_label("휴대전화 번호").fill("010-12")
        page.get_by_label("역할", exact=True).select_option("manager")
        sign_in_again_in_another_tab(page, phone)

        page.get_by_role("button", name="더하기").click()

        expect(page.get_by_role("alert").filter(has_text=self.NOTHING_DONE)).to_be_visible()
        expect(page.get_by_label("휴대전화 번호")).to_have_value("010-12")
        expect(page.get_by_label("역할", exact=True)).to_have_value("manager")
        page.get_by_label("휴대전화 번호").fill(new_phone())
        page.get_by_role("button", name="더하기").click()
        expect(page.get_by_role("alert").filter(has_text=self.NOTHING_DONE)).to_be_hidden()
        expect(page.get_by_role("button", name="내보내기")).to_have_count(before + 1)

    def test_button_of_a_page_that_watches_and_is_too_old_leaves_that_page_where_it_was(self, screens, town):
        page = screens.of(town.citizen().person)
        page.goto(town.url("wallet/"))
        grow_old(page.context)

        page.get_by_role("button", name="English").click()

        expect(page.get_by_role("alert").filter(has_text=self.NOTHING_DONE)).to_be_visible()
        assert urlsplit(page.url).path == town.url("wallet/")
        with page.expect_response("**/wallet/?why=*") as looked:
            comes_back_to(page)
        assert looked.value.ok
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", name="My wallet")).to_be_attached()


class TestOtherPages:
    def test_wallet_form_that_is_too_old_for_a_key_of_the_browser_loads_anew_with_what_was_chosen(self, screens, town):
        page = screens.of(town.person("newcomer"))
        page.goto(town.url("wallet/start"))
        page.get_by_role("radio", name="이 기기의 열쇠").check()
        acts.agree(page)
        grow_old(page.context)

        page.get_by_role("button", name="지갑 열기").click()

        expect(page.get_by_role("alert").filter(has_text=OLD)).to_be_visible()
        expect(page.get_by_role("radio", name="이 기기의 열쇠")).to_be_checked()
        page.get_by_role("button", name="지갑 열기").click()
        expect(page.get_by_role("heading", name="내 지갑")).to_be_attached()

    def test_official_who_stays_at_work_without_a_connection_is_told_so_and_stays(self, screens, town):
        page = screens.of(town.person("official"), px=DESK_PX, language="en")
        page.goto(town.url("console/"))
        page.locator("#idle").evaluate("notice => { notice.hidden = false; }")

        page.context.set_offline(True)
        page.get_by_role("button", name="Keep working").click()
        expect(page.locator("#idle")).to_contain_text("The connection is lost. Please check it and try again.")

        page.context.set_offline(False)
        page.get_by_role("button", name="Keep working").click()
        expect(page.locator("#idle")).to_be_hidden()
