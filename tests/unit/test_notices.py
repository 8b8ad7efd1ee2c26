"""What people are told: once of each thing, in their language, as a text message by day; and old notices go."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.periods import Period
from citycoin.money.issuance.domain.purchases import PURCHASE, PurchaseTerms
from citycoin.money.issuance.models import Programme, SaleWish
from citycoin.money.issuance.operations import sale_wishes
from citycoin.money.issuance.queries import sale_wishes as wishes_read
from citycoin.platform.accounts.models import Official, Person
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.accounts.operations.texts import TextMessagesOff, send_text
from citycoin.platform.accounts.queries import messages, phone_of
from citycoin.platform.cities.models import City
from citycoin.platform.notices.domain.kinds import MEANINGS, FactsWrong, Kind, Topic, said
from citycoin.platform.notices.domain.quiet_hours import EVENING, MORNING, first_allowed, text_moment
from citycoin.platform.notices.models import Notice
from citycoin.platform.notices.operations import (
    KEPT_READ,
    KEPT_UNREAD,
    MOST_TEXTS_A_DAY,
    News,
    choose_texts,
    forget_old,
    read_up_to,
    tell,
    text_due,
)
from citycoin.platform.notices.queries import COUNTED, unread
from citycoin.platform.rules.domain import Dated
from citycoin.platform.rules.operations import write_rule
from contracts.models import Chain, Sender
from tests.unit.model import a_sender, a_submission, hash_of, number
from wallets.domain.warnings import DAYS_BEFORE, days_said, last_day, next_warning
from wallets.models import Lot, Stop, Wallet
from wallets.operations.warning import warn

NOON = datetime(2026, 5, 20, 12, tzinfo=KST)
NIGHT = datetime(2026, 5, 20, 23, 30, tzinfo=KST)
MORNING_AFTER = datetime(2026, 5, 21, 8, tzinfo=KST)
MOMENTS = st.integers(0, 74 * 365 * 24 * 3_600).map(lambda second: NOON + timedelta(seconds=second))
FACTS = {"won": 12_000, "shop": ["한강국수", "Han Noodles"], "day": [2026, 6, 30], "minutes": 10, "why": "late"}


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


@pytest.fixture
def city(db):  # noqa: ARG001 - it needs the database
    return City.objects.create(slug=f"news-{number()}", name_ko="김포시", name_en="Gimpo")


@pytest.fixture
def person(city):  # noqa: ARG001 - after the database
    return a_person()


def a_person() -> Person:
    return person_of_phone(phone=f"010{number():08}", now=NOON)


def news(person: Person, city: City | None, kind: Kind, subject: str = "1") -> News:
    facts = {name: FACTS[name] for name in MEANINGS[kind].facts}
    return News(person_id=person.pk, city_id=city and city.pk, kind=kind, subject=subject, facts=facts)


def told(person: Person) -> list[tuple[str, dict]]:
    """The kinds and facts of what they were told, oldest first."""
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", "facts"))


def texts(person: Person) -> list[str]:
    """What they were texted, oldest first."""
    return [text for to, text, _at in reversed(messages(100)) if to == phone_of(person)]


class TestWhatANoticeSays:
    @pytest.mark.parametrize("kind", Kind)
    def test_notice_of_each_kind_is_a_sentence_in_both_languages_with_its_facts_filled_in(self, kind):
        title, sentence = said(kind, {name: FACTS[name] for name in MEANINGS[kind].facts})

        for text in (title.ko, title.en, sentence.ko, sentence.en):
            assert text
            assert "{" not in text
        if "won" in MEANINGS[kind].facts:
            assert "12,000원" in sentence.ko
            assert "₩12,000" in sentence.en
        if "shop" in MEANINGS[kind].facts:
            assert "한강국수" in sentence.ko
            assert "Han Noodles" in sentence.en

    def test_notice_names_its_day_by_the_calendar_of_the_reader(self):
        _title, sentence = said(Kind.WON_LAPSING, {"won": 5_000, "day": [2026, 6, 30]})

        assert sentence.ko == "5,000원은 2026년 6월 30일(화)까지만 쓸 수 있어요. 그날이 지나면 사라져요."
        assert sentence.en == "You can spend ₩5,000 until Tue 30 Jun 2026. After that day it is gone."

    def test_notice_with_other_facts_than_its_kind_speaks_of_is_refused(self, city, person):
        wrong = News(person_id=person.pk, city_id=city.pk, kind=Kind.TOP_UP_IN, subject="1", facts={"name": "김하나"})

        with pytest.raises(FactsWrong):
            tell(wrong, now=NOON)

        assert told(person) == []


class TestQuietHours:
    @given(moment=MOMENTS)
    def test_news_goes_at_the_first_allowed_minute(self, moment):
        allowed = first_allowed(moment)

        assert allowed >= moment
        assert MORNING <= allowed.astimezone(KST).time() < EVENING
        assert allowed - moment <= timedelta(hours=11)
        if allowed > moment:
            assert allowed.astimezone(KST).time() == MORNING
            quiet = moment.astimezone(KST).time()
            assert quiet >= EVENING or quiet < MORNING

    @given(moment=MOMENTS, kind=st.sampled_from(Kind))
    def test_security_and_the_answer_somebody_waits_for_go_at_any_hour_and_all_else_by_day(self, moment, kind):
        waits = kind not in {Kind.PAYMENT_PAID, Kind.PAYMENT_NOT_MADE} and MEANINGS[kind].topic != Topic.SECURITY

        assert text_moment(kind, moment) == (first_allowed(moment) if waits else moment)

    @pytest.mark.parametrize(
        ("moment", "allowed"),
        [
            (time(7, 59, 59), time(8)),
            (time(8), time(8)),
            (time(20, 59, 59), time(20, 59, 59)),
            (time(21), time(8)),
            (time(0), time(8)),
        ],
    )
    def test_quiet_hours_begin_at_nine_in_the_evening_and_end_at_eight(self, moment, allowed):
        at = datetime.combine(date(2026, 5, 20), moment, KST)

        assert first_allowed(at).timetz().replace(tzinfo=None) == allowed


class TestTelling:
    def test_person_is_told_once_of_one_thing_however_often_the_task_runs(self, city, person):
        for _ in range(2):
            tell(news(person, city, Kind.TOP_UP_IN, "a"), news(person, city, Kind.TOP_UP_IN, "b"), now=NOON)

        assert Notice.objects.filter(person=person).count() == 2

    def test_notice_is_gone_with_the_transaction_of_the_fact_that_it_tells(self, city, person):
        with transaction.atomic():
            tell(news(person, city, Kind.TOP_UP_IN), now=NOON)
            transaction.set_rollback(True)

        assert told(person) == []

    def test_many_are_told_in_one_statement(self, city):
        people = [a_person() for _ in range(40)]
        with CaptureQueriesContext(connection) as asked:
            tell(*(news(each, city, Kind.TOP_UP_IN) for each in people), now=NOON)

        assert len([each for each in asked if "INSERT" in each["sql"]]) == 1
        assert Notice.objects.filter(city=city).count() == 40

    def test_unread_are_those_of_the_city_and_of_the_person_until_they_are_read(self, city, person):
        other = City.objects.create(slug=f"other-{number()}", name_ko="세종시", name_en="Sejong")
        tell(news(person, city, Kind.TOP_UP_IN), news(person, None, Kind.PASSKEY_ADDED), now=NOON)
        tell(news(person, other, Kind.TOP_UP_OVER), news(a_person(), city, Kind.TOP_UP_IN), now=NOON)
        newest = Notice.objects.filter(person=person, city=None).get().pk
        assert (unread(person, city.slug), unread(person, other.slug)) == (2, 2)

        assert read_up_to(person=person, city_id=city.pk, number=newest, now=NOON) == 2

        assert (unread(person, city.slug), unread(person, other.slug)) == (0, 1)
        tell(news(person, city, Kind.TOP_UP_IN, "later"), now=NOON)
        assert read_up_to(person=person, city_id=city.pk, number=newest, now=NOON) == 0, "it came after what they saw"
        assert unread(person, city.slug) == 1

    def test_unread_are_counted_up_to_a_limit(self, city, person):
        tell(*(news(person, city, Kind.TOP_UP_IN, str(each)) for each in range(COUNTED + 5)), now=NOON)

        assert unread(person, city.slug) == COUNTED

    def test_old_notices_go_ninety_days_after_they_were_read_and_a_year_after_they_came(self, city, person):
        tell(news(person, city, Kind.TOP_UP_IN, "read"), news(person, city, Kind.TOP_UP_OVER, "unread"), now=NOON)
        first = Notice.objects.filter(person=person).earliest("pk")
        read_up_to(person=person, city_id=city.pk, number=first.pk, now=NOON)

        assert forget_old(now=NOON + KEPT_READ - timedelta(seconds=1)) == 0
        assert forget_old(now=NOON + KEPT_READ) == 1
        assert [kind for kind, _ in told(person)] == [Kind.TOP_UP_OVER]
        assert forget_old(now=NOON + KEPT_UNREAD) == 1
        assert told(person) == []


class TestTextMessages:
    @pytest.fixture(autouse=True)
    def _clock(self, monkeypatch):
        """Which rows wait is asked by the clock; these tests set it."""
        self.now = NOON
        monkeypatch.setattr("citycoin.platform.notices.queries.clock.now", lambda: self.now)

    def at(self, moment: datetime) -> int:
        self.now = moment
        return text_due(now=moment)

    def test_news_told_at_night_is_texted_at_eight_and_once(self, city, person):
        tell(news(person, city, Kind.SALE_OPEN), now=NIGHT)

        assert self.at(NIGHT) == 0
        assert self.at(MORNING_AFTER - timedelta(minutes=1)) == 0
        assert self.at(MORNING_AFTER) == 1
        assert self.at(MORNING_AFTER) == 0
        assert texts(person) == ["[김포시] 기다리던 충전이 다시 열렸어요. 예산이 남아 있는 동안 살 수 있어요."]

    def test_news_that_a_late_worker_finds_at_night_waits_for_the_morning(self, city, person):
        tell(news(person, city, Kind.SALE_OPEN), now=NIGHT - timedelta(hours=3))

        self.at(NIGHT)
        assert texts(person) == []
        self.at(MORNING_AFTER)

        assert len(texts(person)) == 1

    def test_security_is_texted_at_night_though_everything_was_switched_off(self, city, person):
        choose_texts(person=person, topics=[], language="ko")
        tell(news(person, city, Kind.PIN_LOCKED), news(person, city, Kind.SALE_OPEN), now=NIGHT)

        self.at(NIGHT)
        self.at(MORNING_AFTER)

        (only,) = texts(person)
        assert "비밀번호를 여러 번 틀려" in only
        assert not Notice.objects.filter(person=person, text_due_at__isnull=False).exists()

    def test_who_has_chosen_nothing_is_texted_what_is_usual(self, city, person):
        tell(*(news(person, city, kind) for kind in Kind), now=NOON)

        self.at(NOON)

        usual = {kind for kind in Kind if MEANINGS[kind].topic not in {Topic.REFUNDS, Topic.TOP_UPS}}
        assert set(Notice.objects.filter(person=person, texted_at=NOON).values_list("kind", flat=True)) == usual
        assert len(texts(person)) == len(usual)

    def test_topic_that_was_chosen_is_texted_in_the_language_of_the_choice(self, city, person):
        choose_texts(person=person, topics=[Topic.TOP_UPS], language="en")
        tell(news(person, city, Kind.TOP_UP_IN), news(person, city, Kind.SALE_OPEN), now=NOON)

        with translation.override("ko"):
            self.at(NOON)

        assert texts(person) == ["[Gimpo] ₩12,000 is in your wallet. You can spend it now."]

    def test_no_more_news_than_a_days_is_texted_to_one_person_and_security_still_is(self, city, person):
        tell(*(news(person, city, Kind.SALE_OPEN, str(each)) for each in range(MOST_TEXTS_A_DAY + 3)), now=NOON)
        self.at(NOON)
        tell(news(person, city, Kind.PIN_LOCKED), news(a_person(), city, Kind.SALE_OPEN), now=NOON)

        self.at(NOON)

        assert len(texts(person)) == MOST_TEXTS_A_DAY + 1
        assert Notice.objects.filter(texted_at=NOON).count() == MOST_TEXTS_A_DAY + 2

    def test_what_was_read_meanwhile_is_not_texted(self, city, person):
        tell(news(person, city, Kind.SALE_OPEN), now=NIGHT)
        read_up_to(person=person, city_id=city.pk, number=Notice.objects.latest("pk").pk, now=NIGHT)

        self.at(MORNING_AFTER)

        assert texts(person) == []

    def test_who_signs_in_by_name_has_no_phone_and_keeps_the_notice(self, city):
        nameless = Person.objects.create(username=f"n-{number()}", joined_at=NOON)
        tell(news(nameless, city, Kind.PASSKEY_ADDED), now=NOON)

        assert self.at(NOON) == 1

        assert Notice.objects.get(person=nameless).text_due_at is None

    def test_without_a_gateway_notices_are_kept_and_no_text_waits_for_one(self, city, person, settings):
        settings.DEMO = False

        tell(news(person, city, Kind.PIN_LOCKED), now=NOON)

        assert Notice.objects.get(person=person).text_due_at is None
        with pytest.raises(TextMessagesOff):
            send_text(phone="01012345678", text="-", now=NOON)


class TestWhenWonLapse:
    @given(
        now=MOMENTS,
        last=st.dates(date(2026, 1, 2), date(2099, 12, 31)),
    )
    def test_each_warning_comes_on_its_day_and_the_last_a_day_before_the_end(self, now, last):
        expires_at = datetime.combine(last + timedelta(days=1), time(), KST)
        moments, after = [], now
        while following := next_warning(expires_at, after=after):
            moments.append(following)
            after = following

        assert all(one < other for one, other in pairwise(moments))
        assert all(now < each < expires_at for each in moments)
        days = [(last - each.astimezone(KST).date()).days for each in moments]
        assert days == [each for each in DAYS_BEFORE if expires_at - timedelta(days=each + 1) > now]
        assert [days_said(expires_at, now=each) for each in moments] == days
        assert last_day(expires_at) == last

    def test_owner_is_told_of_all_that_lapses_with_a_day_at_once_and_of_each_warning_once(self, city, person):
        wallet = a_wallet(city, person)
        end = datetime(2026, 6, 20, tzinfo=KST)  # the last day is the 19th
        for won, taken in ((3_000, 0), (5_000, 1_000), (900, 900)):
            a_lot(wallet, won, taken, end)
        a_lot(wallet, 700, 0, end + timedelta(days=60))
        a_lot(a_wallet(city, None), 700, 0, end)

        for at in (datetime(2026, 5, 20, 0, 1, tzinfo=KST), NOON):
            run_warnings(at)

        assert told(person) == [(Kind.WON_LAPSING, {"won": 7_000, "day": [2026, 6, 19]})]
        Lot.objects.filter(wallet=wallet, amount=3_000).update(taken=3_000)
        run_warnings(datetime(2026, 6, 12, 0, 1, tzinfo=KST))
        assert told(person)[-1] == (Kind.WON_LAPSING, {"won": 4_000, "day": [2026, 6, 19]})
        run_warnings(end + timedelta(days=3))
        assert not Lot.objects.filter(wallet__city=city, expires_at=end, warn_at__isnull=False).exists()

    def test_nobody_is_told_of_won_that_are_spent_or_gone_already(self, city, person):
        wallet, end = a_wallet(city, person), datetime(2026, 6, 20, tzinfo=KST)
        a_lot(wallet, 900, 900, end)
        run_warnings(NOON)
        a_lot(wallet, 900, 0, end)
        run_warnings(end)

        assert told(person) == []


def run_warnings(at: datetime) -> None:
    """As the worker does at that moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wallets.queries.waiting.clock.now", lambda: at)
        warn(now=at)


def a_wallet(city: City, owner: Person | None) -> Wallet:
    return Wallet.objects.create(city=city, kind=Wallet.Kind.RESIDENT, owner=owner, created_at=NOON, registered_at=NOON)


def a_lot(wallet: Wallet, won: int, taken: int, expires_at: datetime) -> Lot:
    before = expires_at - timedelta(days=100)
    return Lot.objects.create(
        wallet=wallet,
        programme=1,
        issue_id=hash_of("lot", number()),
        issue_index=0,
        amount=won,
        taken=taken,
        funders={"buyer": won},
        expires_at=expires_at,
        final_at=before,
        warn_at=next_warning(expires_at, after=before),
    )


def a_programme(city: City, **facts) -> Programme:
    terms = PurchaseTerms(
        discount_per_mille=100,
        funders={"state": 30, "province": 20, "city": 50},
        validity=Period(5, "years"),
        purchase_step=1_000,
        monthly_cap=300_000,
        holding_cap=1_500_000,
    )
    write_rule(city_id=city.pk, kind=PURCHASE, rule=Dated(date(2026, 1, 1), terms), number=1)
    shown = {"year": 2026, "cap": 1_000_000, "open_at": NOON, **facts}
    return Programme.objects.create(
        city=city, number=1, name_ko="판매", name_en="Sale", submission=a_submission(city), **shown
    )


@pytest.fixture
def sold_by(city, monkeypatch):
    """The city's programme, everything of it issued; and the clock of the year in which it sells."""
    monkeypatch.setattr(wishes_read.clock, "now", lambda: NOON)
    chain = Chain.objects.create(chain_id=number(), first_block_hash=hash_of("first", number()), seen_at=NOON)
    a_sender(city, Sender.Role.CLERK, chain)
    return a_programme(city, issued=1_000_000)


class TestSales:
    def test_who_asked_is_told_once_when_there_is_room_again_and_may_ask_anew(self, city, person, sold_by):
        wallet = a_wallet(city, person)
        for _ in range(2):
            sale_wishes.ask_to_be_told(wallet=wallet, now=NOON)
        assert sale_wishes.tell_of_sales(now=NOON) == 0
        Programme.objects.filter(pk=sold_by.pk).update(cap=1_020_000)

        assert [sale_wishes.tell_of_sales(now=NOON) for _ in range(2)] == [1, 0]

        assert told(person) == [(Kind.SALE_OPEN, {})]
        sale_wishes.ask_to_be_told(wallet=wallet, now=NOON)
        sale_wishes.tell_of_sales(now=NOON)
        assert len(told(person)) == 2

    def test_room_that_one_lapsed_reservation_leaves_is_no_sale(self, city, person, sold_by):
        sale_wishes.ask_to_be_told(wallet=a_wallet(city, person), now=NOON)
        Programme.objects.filter(pk=sold_by.pk).update(issued=1_000_000 - 9_999)
        assert sale_wishes.tell_of_sales(now=NOON) == 0
        Programme.objects.filter(pk=sold_by.pk).update(issued=1_000_000 - 10_000)

        assert sale_wishes.tell_of_sales(now=NOON) == 1

    @pytest.mark.parametrize("facts", [{"open_at": None}, {"year": 2027}])
    def test_programme_that_does_not_sell_today_is_no_sale(self, city, person, sold_by, facts):
        sale_wishes.ask_to_be_told(wallet=a_wallet(city, person), now=NOON)
        Programme.objects.filter(pk=sold_by.pk).update(issued=0, **facts)

        assert sale_wishes.tell_of_sales(now=NOON) == 0

    def test_stopped_city_tells_nobody_until_it_goes_on(self, city, person, sold_by):
        sale_wishes.ask_to_be_told(wallet=a_wallet(city, person), now=NOON)
        Programme.objects.filter(pk=sold_by.pk).update(issued=0)
        official = Official.objects.create(city=city, person=a_person(), since=NOON)
        stop = Stop.objects.create(city=city, stopped_by=official, reason="시험", stopped_at=NOON)
        assert sale_wishes.tell_of_sales(now=NOON) == 0
        stop.delete()

        assert sale_wishes.tell_of_sales(now=NOON) == 1
        assert SaleWish.objects.get().told_at == NOON
