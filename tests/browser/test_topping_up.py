"""The time to pay a top-up: it is warned of before it ends, and more of it is one press away."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from citycoin.foundation.kernel import clock
from citycoin.money.issuance.models import TopUp
from tests.browser import acts


class TestTimeToPay:
    def test_end_of_the_time_to_pay_is_warned_of_by_itself_and_put_off_by_one_press_of_a_key(self, screens, town):
        page = screens.of(town.citizen().person)
        page.goto(town.url("top-up"))
        page.get_by_role("radio", name=acts.won(10_000), exact=True).check()
        page.get_by_role("button", name="충전하기").click()
        expect(page.locator("count-down")).to_have_text(re.compile("10:00|9:[0-5][0-9]"))
        made = TopUp.objects.latest("pk")
        TopUp.objects.filter(pk=made.pk).update(reserved_until=clock.now() + timedelta(seconds=100))

        more = page.get_by_role("button", name="10분 늘리기")
        expect(page.get_by_role("status").filter(has_text="2분 안에 시간이 끝나요.")).to_be_visible()
        more.focus()
        # The page is drawn again each two seconds; what didn't change stays, and so does the focus.
        with page.expect_response("**/top-up/*why=poll"), page.expect_response("**/top-up/*why=poll"):
            pass
        expect(more).to_be_focused()
        page.keyboard.press("Enter")

        expect(more).to_have_count(0)
        expect(page.locator("count-down")).to_contain_text(":")
        made.refresh_from_db()
        assert made.reserved_until - made.reserved_at == timedelta(minutes=20)
