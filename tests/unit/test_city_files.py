"""City files: the two that are shipped are whole, what is wrong in one is named, and the plan of days keeps their rules."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from datetime import date, datetime

import pytest
from django.core.management import CommandError, call_command

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.clock import KST
from citycoin.runtime.domain.addresses import ROOT
from citycoin.runtime.doors.chain import beginning
from contracts.doors import wiring
from seeds.domain.city_file import read_city
from seeds.domain.plan import DAYS, bought, plan
from seeds.domain.tables import CityFileWrong

SHIPPED = sorted((ROOT / "seeds" / "cities").glob("*.toml"))
WRONG = [
    ('slug = "', 'slug = "Not A ', "slug: small letters, digits and hyphens"),
    ("budget = { cap = ", "budget = { cap = -", "budget.cap: a whole number from 1"),
    ("token = ", "tokens = ", "token: a table is missing"),
    ("people = 437_221", "people = 0", "population.people: a whole number from 1"),
    ("year = 2019 }", 'year = 2019, of = "us" }', "population.of: there is no such key"),
    ('category = "food"', 'category = "foot"', "shops[1].category: foot is none of"),
    (
        'ko = "사우동 손칼국수"',
        'ko = "\\u202e사우동"',
        "shops[1].name.ko: a name of 1 to 60 characters is needed: U+202E at 1",
    ),
    ("discount_per_mille = 100", "discount_per_mille = 1000", "discount_per_mille: a whole number from 0 to 999"),
    ('business_number = "0000000112"', 'business_number = "0000000000"', "shops[1].business_number: 0000000000"),
    ('business_number = "0000000112"', 'business_number = "0000000113"', "shops[1].business_number: 0000000113"),
    ('district = "사우동", c', 'district = "종로", c', "shops[1].district: 종로 is none of the city's districts"),
    ("from = 2026-01-01", 'from = "2026-01-01"', "programmes[1].rules[2].from: a date without quotes"),
    ("from = 2026-01-01", "from = 2023-02-22", "programmes[1].rules: 2023-02-22 stands there twice"),
    ("province = 20, city = 50", "province = 20", "programmes[1].rules[2].funders.city: the city pays"),
    (
        "province = 20, city = 50",
        "of = 20, city = 50",
        "programmes[1].rules[2].funders.of: is none of the city's funders",
    ),
    (
        "[funders.state]",
        "[funders.buyer]",
        "funders.buyer: small letters are needed, and no word that means whoever buys",
    ),
    ("[funders.city]", "[funders.town]", "funders.city: the city pays what rounding leaves"),
    ("opening = 450_000_000", "opening = -1", "funders.state.opening: a whole number from 0"),
    (
        'name = { ko = "일반 판매", en = "General sale" }',
        'name = { ko = "일반 판매", en = "General sale" }\nfirst_day = 2026-05-02\nlast_day = 2026-05-01',
        "programmes[1].last_day: it is before the first one",
    ),
    ("holding_cap = 2_000_000", "holding_cap = 2_000_000\n    cashback = 1", "rules[2].cashback: there is no such key"),
    ("number = 1", "number = true", "programmes[1].number: a whole number"),
    (
        'kind = "payment"',
        'kind = "gift"',
        "rules[1].kind: gift is none of payment, small_payment, refund, payment_request, shop_refund, refund_claim, budget_alert",
    ),
    (
        "authorisation = { days = 30 }",
        "authorisation = { days = 0 }",
        "rules[1].authorisation: days: a whole number from 1",
    ),
    ("validity = { years = 5 }", "validity = 1825", "programmes[1].rules[1].validity: a table is needed, not 1825"),
    (
        "validity = { years = 5 }",
        "validity = { years = 5, days = 1 }",
        "rules[1].validity: exactly one of years, months",
    ),
    ("validity = { years = 5 }", "validity = { weeks = 5 }", "rules[1].validity: one of years, months, days"),
    (
        "validity = { years = 5 }",
        "validity = { years = true }",
        "rules[1].validity: years: a whole number from 1 to 100",
    ),
    ("after_lapse = { days = 30 }", "days = 30", "rules[2].after_lapse: Field required"),
    ("good_for_seconds = 180", "good_for_seconds = 180\nfor = 1", "rules[4].for: Extra inputs are not permitted"),
    ("[70, 85, 95]", "[85, 70, 95]", "rules[5].per_cent: each share has to be above the one before"),
    ("[70, 85, 95]", "[70, 70]", "rules[5].per_cent: each share has to be above the one before"),
    ("[70, 85, 95]", "[0, 70]", "rules[5].per_cent.0: Input should be greater than or equal to 1"),
    ("[70, 85, 95]", "[70, 101]", "rules[5].per_cent.1: Input should be less than or equal to 100"),
    ("[70, 85, 95]", "[]", "rules[5].per_cent: List should have at least 1 item"),
    ("[70, 85, 95]", "[70.5]", "rules[5].per_cent.0: Input should be a valid integer"),
    ("most_won = 30_000", "most_won = 50_001", "rules[6].most_won: Input should be less than or equal to 50000"),
    ('kind = "refund"', 'kind = "payment"', "rules[2].authorisation: Field required"),
    ('colour = "#0b6268"', 'colour = "teal"', "identity.colour: teal is no colour of the form #rrggbb"),
    ('colour = "#0b6268"', 'colour = "#f4f4e8"', "identity.colour: #f4f4e8 is too light: white letters on it have"),
    ('second = "#1d5fb8"', 'second = "#ffd24d"', "identity.second: #ffd24d is too light: white letters on it have"),
    (
        'light_point = "#a9e4ff"',
        'light_point = "#333333"',
        "identity.light_point: the light point on the city's colour",
    ),
    ('emblem = "gimpo-', 'emblem = "../gimpo-', "identity.emblem: the name of a file with .svg beside this one"),
    ('emblem = "gimpo-', 'emblem = "no-', "identity.emblem: [Errno 2] No such file"),
    ("picture_says", "picture_say", "identity.picture_says: a picture, and what it shows"),
    ('ko = "김포나루"', f'ko = "{21 * "가"}"', "identity.money.ko: a name of 1 to 20 characters is needed"),
    ("light_point", "lightpoint", "identity.lightpoint: there is no such key"),
    ("[[programmes]]", "[[programmes", "Expected"),
]


@pytest.fixture
def text(tmp_path):
    """The file as it is shipped, its drawings beside where a test writes it."""
    for drawing in (ROOT / "seeds" / "cities").glob("*.svg"):
        (tmp_path / drawing.name).write_bytes(drawing.read_bytes())
    return next(file for file in SHIPPED if file.stem == "gimpo").read_text(encoding="utf-8")


class TestCityFile:
    @pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
    def test_city_file_that_is_shipped_has_thirty_shops_in_its_districts(self, file):
        city = read_city(file)

        assert city.slug == file.stem
        assert len(city.shops) == 30
        assert {shop.district for shop in city.shops} <= {ko for ko, _ in city.districts}

    def test_city_files_that_are_shipped_number_no_business_twice(self):
        numbers = [shop.business_number for file in SHIPPED for shop in read_city(file).shops]

        assert len(set(numbers)) == len(numbers) == 60
        assert all(number.startswith("000") for number in numbers), "no tax office has the code 000"

    def test_demo_shows_a_city_that_sells_two_programmes_of_which_its_people_have_bought_the_first(self):
        (city,) = (each for each in map(read_city, SHIPPED) if len(each.programmes) > 1)
        general, special = (each.rules[-1].terms for each in city.programmes)

        assert bought(city) == city.programmes[0]
        assert special.discount_per_mille > general.discount_per_mille
        assert special.monthly_cap < general.monthly_cap

    @pytest.mark.parametrize(("right", "wrong", "says"), WRONG, ids=[says for _, _, says in WRONG])
    def test_city_file_that_is_wrong_is_refused_by_file_and_key(self, tmp_path, text, right, wrong, says):
        assert right in text
        file = tmp_path / "city.toml"
        file.write_text(text.replace(right, wrong, 1), encoding="utf-8")

        with pytest.raises(CityFileWrong) as refusal:
            read_city(file)

        assert str(refusal.value).startswith(f"{file}: ")
        assert says in str(refusal.value)

    @pytest.mark.django_db
    def test_add_city_without_a_chain_ends_in_a_sentence_that_says_how_to_go_on(self, settings):
        settings.CHAIN_RPC_URL = "http://127.0.0.1:9"
        wiring.chain_gateway.cache_clear()

        with pytest.raises(CommandError, match=r"start the system with \./city up, then call this again"):
            call_command("add_city", SHIPPED[0])

        wiring.chain_gateway.cache_clear()

    def test_city_file_with_a_hostile_emblem_is_refused_by_what_stands_in_it(self, tmp_path, text):
        (tmp_path / "gimpo-emblem.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="alert(1)"><path d="M0 0h1"/></svg>'
        )

        with pytest.raises(CityFileWrong, match=r"identity\.emblem: the attribute onload of <svg> is not allowed"):
            read_city(written(tmp_path, text.encode()))

    def test_city_file_without_an_identity_founds_a_city_with_a_face_all_the_same(self, tmp_path, text):
        before, rest = text.split("[identity]")
        bare = read_city(written(tmp_path, (before + rest[rest.index("# A signature") :]).encode()))

        assert bare.face.money == Words("김포시 지역화폐", "Gimpo local currency")
        assert bare.face.emblem != read_city(written(tmp_path, text.encode())).face.emblem

    def test_city_file_with_a_byte_order_mark_is_read_as_without(self, tmp_path, text):
        assert read_city(written(tmp_path, text.encode("utf-8-sig"))) == read_city(written(tmp_path, text.encode()))

    @pytest.mark.parametrize("form", ["NFD", "NFKD"])
    def test_city_file_in_decomposed_hangul_is_read_as_composed(self, tmp_path, text, form):
        decomposed = unicodedata.normalize(form, text)
        assert decomposed != text

        assert read_city(written(tmp_path, decomposed.encode())) == read_city(written(tmp_path, text.encode()))

    def test_city_file_whose_shop_names_its_district_in_decomposed_hangul_is_read(self, tmp_path, text):
        district = 'district = "사우동"'
        mixed = text.replace(district, unicodedata.normalize("NFD", district))
        assert mixed != text

        assert read_city(written(tmp_path, mixed.encode())) == read_city(written(tmp_path, text.encode()))

    @pytest.mark.parametrize("encoding", ["cp949", "utf-16", "utf-16-be"])
    def test_city_file_that_is_not_utf_8_is_refused_with_what_to_do_in_both_languages(self, tmp_path, text, encoding):
        file = written(tmp_path, text.encode(encoding))

        with pytest.raises(CityFileWrong) as refusal:
            read_city(file)

        assert str(refusal.value).startswith(f"{file}: ")
        assert "UTF-8로 저장해 주세요" in str(refusal.value)
        assert "save as UTF-8" in str(refusal.value)

    def test_city_file_that_is_missing_is_refused_by_its_name(self, tmp_path):
        with pytest.raises(CityFileWrong, match=r"nowhere\.toml"):
            read_city(tmp_path / "nowhere.toml")

    def test_city_files_in_the_folder_of_the_settings_are_those_that_are_shipped(self, settings):
        assert sorted(settings.CITIES_FOLDER.glob("*.toml")) == SHIPPED

    def test_city_files_are_read_by_the_seeds_from_the_folder_of_the_settings(self, tmp_path, settings):
        settings.CITIES_FOLDER = tmp_path
        file = tmp_path / "town.toml"
        file.write_text('slug = "Not A town"', encoding="utf-8")

        with pytest.raises(CommandError) as refusal:
            call_command("seed")

        assert str(refusal.value).startswith(f"{file}: ")


def written(folder, content):
    file = folder / "city.toml"
    file.write_bytes(content)
    return file


class TestPlan:
    @pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
    def test_seed_plan_is_the_same_each_time_and_fewer_days_are_its_beginning(self, file):
        whole = plan(read_city(file), days=DAYS)

        assert plan(read_city(file), days=DAYS) == whole
        assert plan(read_city(file), days=1) == tuple(act for act in whole if act.day == 0)
        assert len({act.id for act in whole}) == len(whole)

    @pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
    def test_seed_plan_spends_only_won_bought_and_buys_half_a_monthly_cap_at_most(self, file):
        city = read_city(file)
        has, bought = defaultdict(int), defaultdict(int)
        for act in plan(city, days=DAYS):
            has[act.resident] += -act.won.amount if act.shop else act.won.amount
            bought[act.resident] += 0 if act.shop else act.won.amount
            assert has[act.resident] >= 0

        terms = city.programmes[0].rules[-1].terms
        assert max(bought.values()) * 2 <= terms.monthly_cap
        assert not any(won % terms.purchase_step for won in bought.values())

    def test_act_of_a_seed_plan_has_its_moment_in_the_time_of_seoul(self):
        act = plan(read_city(SHIPPED[0]), days=1)[0]

        assert act.moment(date(2026, 5, 1)) == datetime(2026, 5, 1, 8, act.minute % 60, tzinfo=KST)


class TestChainsBeginning:
    def test_chain_of_three_days_begins_in_the_morning_three_days_ago(self):
        assert beginning(datetime(2026, 5, 20, 2, tzinfo=KST), days_ago=3) == datetime(2026, 5, 17, 6, tzinfo=KST)

    def test_chain_never_begins_in_the_year_before(self):
        assert beginning(datetime(2026, 1, 2, 9, tzinfo=KST), days_ago=3) == datetime(2026, 1, 1, 6, tzinfo=KST)
