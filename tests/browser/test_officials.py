"""Officials at their screens: a session that rests keeps what was typed, and an emergency stop is seen by everybody."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect

from citycoin.platform.accounts.doors.permissions import SEEN_AT
from tests.browser import acts
from tests.browser.people import demo_officials
from tests.browser.screens import DESK_PX
from tests.browser.test_pictures import beyond_the_edge, grave_violations

TYPED = "추석을 앞두고 한도를 올립니다"
REASON = "정산 금액이 서로 다름"
FINDING = "은행 자료와 대조해 차이가 없음을 확인"


@pytest.fixture(scope="module")
def people(system, town):
    """The officials of the town's city; their authenticators know which codes were used."""
    return demo_officials(system, town.slug)


@pytest.fixture
def desks(screens, people):
    """Each of them, signed in at a desk of their own."""
    signed_in = []
    for each in people:
        page = screens.of(px=DESK_PX)
        acts.sign_in_official(page, each)
        expect(page.get_by_role("heading", name="할 일")).to_be_visible()
        signed_in.append((page, each))
    return signed_in


def rests_too_long(page: Page) -> None:
    """As if nothing had been asked for in that browser for longer than a session may rest."""
    key = next(each["value"] for each in page.context.cookies() if each["name"] == settings.SESSION_COOKIE_NAME)
    session = SessionStore(key)
    session[SEEN_AT] = time.time() - settings.OFFICIAL_IDLE_SECONDS - 1
    session.save()


def test_text_typed_by_an_official_is_kept_after_an_idle_sign_out(desks, town):
    page, official = desks[0]
    page.clock.install()
    page.goto(town.url("console/budget/propose"))
    page.get_by_label("목적", exact=True).fill(TYPED)

    expect(page.get_by_role("alert")).to_be_hidden()
    page.clock.fast_forward((settings.OFFICIAL_IDLE_SECONDS - 59) * 1000)
    expect(page.get_by_role("alert")).to_contain_text("1분 뒤에 자동으로 로그아웃됩니다")
    rests_too_long(page)
    page.get_by_role("button", name="계속 일하기").click()
    acts.fill_in_factors(page, official)

    expect(page.get_by_label("목적", exact=True)).to_have_value(TYPED)


def test_a_stop_is_seen_by_everybody_until_another_official_lets_the_city_go_on(desks, screens, town):
    (first, stopper), (second, reviewer) = desks
    resident, shop = screens.of(town.citizen().person), screens.of(town.owners[0], px=DESK_PX)
    notice, counter = "결제가 잠시 멈췄어요", screens.of(town.owners[0], px=DESK_PX)
    counter.goto(town.counter())
    expect(counter.get_by_text("실시간")).to_be_visible()

    first.get_by_role("link", name="긴급 정지").click()
    first.get_by_label("사유").fill(REASON)
    first.get_by_label("인증 앱의 코드 6자리").fill(stopper.authenticator.code())
    first.get_by_role("button", name="모두 멈추기").click()

    said_at_the_counter = counter.get_by_text("시에서 결제를 잠시 멈췄어요")
    expect(said_at_the_counter).to_be_visible(timeout=acts.BLOCKS_MS)  # it was open before, and isn't loaded anew
    second.goto(town.url("console/budget"))
    expect(second.get_by_role("alert").filter(has_text=REASON)).to_be_visible()
    for page, path in ((resident, "wallet/"), (resident, f"pay/{town.code_of_request()}"), (shop, "")):
        page.goto(town.url(path) if page is resident else town.counter())
        expect(page.get_by_text(notice).or_(page.get_by_text("시에서 결제를 잠시 멈췄어요")).first).to_be_visible()
        assert grave_violations(page) == []
        assert beyond_the_edge(page) == []
    second.get_by_role("link", name="정지를 살펴보기").click()
    expect(second.locator("#state[data-state=stopped]")).to_be_visible(timeout=acts.BLOCKS_MS)
    assert grave_violations(second) == []
    expect(first.get_by_label("무엇을 확인했습니까")).to_have_count(0)

    second.get_by_label("무엇을 확인했습니까").fill(FINDING)
    second.get_by_label("인증 앱의 코드 6자리").fill(reviewer.authenticator.code())
    second.get_by_role("button", name="다시 시작하기").click()

    expect(second.locator("#state[data-state=free]")).to_be_visible(timeout=acts.BLOCKS_MS)
    expect(second.get_by_text(FINDING)).to_be_visible()
    for board in (counter, shop):
        expect(
            board.get_by_text("결제를 잠시 멈췄어요").or_(board.get_by_text(notice)).locator("visible=true")
        ).to_have_count(0, timeout=acts.BLOCKS_MS)
    resident.goto(town.url("wallet/"))
    expect(resident.get_by_text(notice)).to_have_count(0)
