"""Money, moments and names as people read them, in both languages."""

import re
from datetime import UTC, date, datetime

import pytest
from django.template import Context, Engine
from django.test import Client
from django.urls import path
from django.utils.translation import override

from citycoin import urls as product
from citycoin.foundation.kernel.periods import Period
from citycoin.money.issuance.domain.purchases import PurchaseTerms
from citycoin.platform.accounts.domain.phones import PhoneWrong, digits_of, masked, shown
from citycoin.platform.pages.templatetags.pages import kst, kst_day, kst_until, large, won
from citycoin.platform.rules.domain import Dated
from citycoin.web.console.contexts.words import rule_in_words


class TestWon:
    @pytest.mark.parametrize(
        ("amount", "ko", "en"),
        [(0, "0원", "₩0"), (52_000, "52,000원", "₩52,000"), (-1_234_567, "−1,234,567원", "−₩1,234,567")],
    )
    def test_won_are_written_as_each_language_writes_them(self, amount, ko, en):
        with override("ko"):
            assert won(amount) == ko
        with override("en"):
            assert won(amount) == en

    @pytest.mark.parametrize(
        ("amount", "said"),
        [
            (999_999, '<span class="money">999,999<span class="unit">원</span></span>'),
            (520_000_000, '<span class="money">5억 2,000만 원</span><span class="exact">520,000,000원</span>'),
        ],
    )
    def test_large_sum_is_said_in_words_first_with_the_exact_one_below(self, amount, said):
        with override("ko"):
            assert large(amount) == said


class TestMoments:
    def test_moment_is_shown_in_the_time_of_seoul_whatever_zone_it_comes_in(self):
        at = datetime(2026, 11, 21, 6, 7, tzinfo=UTC)

        with override("ko"):
            assert kst(at) == "2026년 11월 21일(토) 오후 3:07"
        with override("en"):
            assert kst(at) == "Sat 21 Nov 2026 3:07 pm"

    @pytest.mark.parametrize("day", [date(2033, 2, 28), datetime(2033, 2, 27, 15, 1, tzinfo=UTC)])
    def test_day_is_shown_whether_it_comes_as_a_day_or_as_a_moment_of_it(self, day):
        with override("ko"):
            assert kst_day(day) == "2033년 2월 28일(월)"
        with override("en"):
            assert kst_day(day) == "Mon 28 Feb 2033"

    def test_end_at_midnight_is_shown_as_the_last_minute_of_the_day_before(self):
        with override("ko"):
            assert kst_until(datetime(2033, 2, 28, 15, tzinfo=UTC)) == "2033년 2월 28일(월) 오후 11:59"

    @pytest.mark.parametrize(("hour", "said"), [(15, "오전 12:00"), (3, "오후 12:00"), (16, "오전 1:00")])
    def test_moment_in_the_hour_after_midnight_or_noon_is_shown_with_12_and_not_0(self, hour, said):
        with override("ko"):
            assert kst(datetime(2026, 1, 1, hour, tzinfo=UTC)).endswith(said)


class TestRuleInWords:
    @pytest.mark.parametrize(
        ("validity", "ko", "en"),
        [
            (
                Period(5, "years"),
                "발행한 날부터 5년, 마지막 날이 끝날 때까지",
                "valid for 5 years from the day of issue",
            ),
            (
                Period(1, "months"),
                "발행한 날부터 1개월, 마지막 날이 끝날 때까지",
                "valid for 1 month from the day of issue",
            ),
            (Period(1_825, "days"), "발행한 날부터 1,825일, 마지막", "valid for 1,825 days from the day of issue"),
        ],
    )
    def test_rule_in_words_says_how_long_won_are_valid_by_the_calendar(self, validity, ko, en):
        terms = PurchaseTerms(
            discount_per_mille=0,
            funders={"city": 1},
            validity=validity,
            purchase_step=1_000,
            monthly_cap=300_000,
            holding_cap=500_000,
        )

        words = rule_in_words(Dated(date(2026, 1, 1), terms), {})

        assert ko in words.ko
        assert en in words.en


class TestSay:
    def rendered(self, text, **values):
        engine = Engine(builtins=["citycoin.platform.pages.templatetags.pages"])
        return engine.from_string(text).render(Context(values))

    def test_say_tag_chooses_the_readers_language_and_english_where_a_further_one_lacks_the_sentence(self):
        for language, said in (("ko", "안녕"), ("en", "Hello"), ("fr", "Hello")):
            with override(language):
                assert self.rendered('{% say "안녕" "Hello" %}') == said

    def test_say_tag_escapes_the_values_it_is_given(self):
        with override("en"):
            said = self.rendered('{% say "{who} 님" "Hello {who}" who=who %}', who="<b>")

        assert said == "Hello &lt;b&gt;"

    def test_say_tag_refuses_a_sentence_in_one_language_only(self):
        with pytest.raises(Exception, match="did not receive value"):
            self.rendered('{% say "안녕" %}')


class TestPhones:
    @pytest.mark.parametrize(
        "typed",
        [
            "010-1234-5678",
            "01012345678",
            " 010 1234 5678 ",
            "+82 10-1234-5678",
            "+82 010 1234 5678",
            "０１０１２３４５６７８",
        ],
    )
    def test_phone_number_typed_in_any_usual_form_gets_one_spelling(self, typed):
        assert digits_of(typed) == "01012345678"
        assert shown(digits_of(typed)) == "010-1234-5678"

    @pytest.mark.parametrize("typed", ["", "0212345678", "010123456", "010123456789", "010-1234-٥٦٧٨"])
    def test_phone_number_of_another_form_is_refused(self, typed):
        with pytest.raises(PhoneWrong):
            digits_of(typed)


@pytest.mark.parametrize(
    ("name", "seen"), [("김김포", "김*포"), ("김포", "김*"), ("김", "김*"), ("", "*"), ("Jonathan", "J******n")]
)
def test_masked_name_shows_at_most_its_first_and_last_letter(name, seen):
    assert masked(name) == seen


def _view_with_a_fault(_request):
    raise LookupError("a fault of ours")


urlpatterns = [path("fault", _view_with_a_fault), *product.urlpatterns]
handler500 = product.handler500


class TestFaultOfOurs:
    def test_page_has_a_number_to_read_out_that_stands_in_the_log_beside_the_traceback(self, settings, caplog):
        settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
        client = Client(raise_request_exception=False)

        answers = [client.get("/fault", headers={"host": "localhost"}) for _ in range(2)]

        numbers = [re.findall("G-1000-[0-9a-f]{6}", answer.content.decode()) for answer in answers]
        told = [record.getMessage() for record in caplog.records if "fault of ours: G-1000" in record.getMessage()]
        assert [answer.status_code for answer in answers] == [500, 500]
        assert [len(each) for each in numbers] == [1, 1]
        assert [line.rpartition(" ")[2] for line in told] == [numbers[0][0], numbers[1][0]]
        assert numbers[0] != numbers[1]
