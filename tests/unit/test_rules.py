"""Dated rules: which one holds on which day of Seoul, what a schema refuses, and that none is ever written over."""

from datetime import date, datetime, timedelta

import pytest

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.periods import Period
from citycoin.money.issuance.domain.purchases import PURCHASE
from citycoin.platform.cities.models import City
from citycoin.platform.rules.domain import Dated, TermsWrong
from citycoin.platform.rules.models import Rule
from citycoin.platform.rules.operations import write_rule
from citycoin.platform.rules.queries import dated, rule_in_force, terms_in_force
from merchants.domain.rules import REQUEST, RequestTerms
from wallets.domain.rules import PAYMENT, PaymentTerms
from wallets.queries.ledger import signature_expires

JUNE = date(2026, 6, 1)
MIDNIGHT = datetime(2026, 6, 1, tzinfo=KST)
PURCHASE_BODY = {
    "discount_per_mille": 100,
    "funders": {"city": 1},
    "validity": {"years": 5},
    "purchase_step": 1_000,
    "monthly_cap": 300_000,
    "holding_cap": 500_000,
}


@pytest.fixture
def city(db):  # noqa: ARG001 - it needs the database
    return City.objects.create(slug="town", name_ko="시", name_en="Town")


def good_for(city, first_day, seconds):
    rule = Dated(first_day, RequestTerms(good_for_seconds=seconds), "조례 제7조")
    return write_rule(city_id=city.pk, kind=REQUEST, rule=rule)


class TestInForce:
    def test_rule_begins_at_midnight_in_seoul_and_ends_with_the_next(self, city):
        good_for(city, date(2026, 1, 1), 60)
        good_for(city, JUNE, 90)

        assert terms_in_force(city.pk, REQUEST, MIDNIGHT - timedelta(seconds=1)).good_for_seconds == 60
        assert terms_in_force(city.pk, REQUEST, MIDNIGHT).good_for_seconds == 90

    def test_usual_terms_hold_before_the_first_rule(self, city):
        good_for(city, JUNE, 90)

        assert terms_in_force(city.pk, REQUEST, MIDNIGHT - timedelta(days=1)) == REQUEST.usual
        assert rule_in_force(city.pk, REQUEST, MIDNIGHT - timedelta(days=1)) is None

    def test_rule_of_one_city_does_not_hold_in_another(self, city):
        good_for(city, JUNE, 90)
        other = City.objects.create(slug="other", name_ko="시", name_en="Other")

        assert terms_in_force(other.pk, REQUEST, MIDNIGHT) == REQUEST.usual

    def test_rule_holds_only_for_its_kind_and_its_number(self, city):
        first = good_for(city, JUNE, 90)

        assert rule_in_force(city.pk, PAYMENT, MIDNIGHT) is None
        assert rule_in_force(city.pk, REQUEST, MIDNIGHT, number=1) is None
        assert rule_in_force(city.pk, REQUEST, MIDNIGHT) == first

    def test_signature_made_here_is_good_to_the_last_second_of_the_rules_last_day(self, city):
        terms = PaymentTerms(authorisation=Period(1, "months"), exposure_won=0)
        write_rule(city_id=city.pk, kind=PAYMENT, rule=Dated(JUNE, terms))

        expires = signature_expires(city.pk, datetime(2026, 7, 30, 9, tzinfo=KST))

        assert datetime.fromtimestamp(expires, KST) == datetime(2026, 8, 30, 23, 59, 59, tzinfo=KST)


class TestWriting:
    def test_rule_of_a_day_stays_as_it_was_written_first(self, city):
        first, again = good_for(city, JUNE, 90), good_for(city, JUNE, 120)

        assert first == again
        assert dated(REQUEST, again) == Dated(JUNE, RequestTerms(good_for_seconds=90), "조례 제7조")
        assert Rule.objects.count() == 1


class TestSchema:
    @pytest.mark.parametrize(
        ("changed", "key"),
        [
            ({"monthly_cap": 0}, "monthly_cap"),
            ({"monthly_cap": 2**48}, "monthly_cap"),
            ({"monthly_cap": "300000"}, "monthly_cap"),
            ({"monthly_cap": 300_000.0}, "monthly_cap"),
            ({"monthly_cap": True}, "monthly_cap"),
            ({"monthly_cap": None}, "monthly_cap"),
            ({"discount_per_mille": 1_000}, "discount_per_mille"),
            ({"funders": {}}, "funders"),
            ({"funders": {"city": 0}}, "funders.city"),
            ({"cashback": 5}, "cashback"),
        ],
        ids=str,
    )
    def test_terms_that_their_schema_does_not_allow_are_refused_by_the_key(self, changed, key):
        with pytest.raises(TermsWrong) as refusal:
            PURCHASE.read({**PURCHASE_BODY, **changed})

        assert refusal.value.key == key

    @pytest.mark.parametrize("missing", PURCHASE_BODY)
    def test_terms_with_a_missing_key_are_refused_by_its_name(self, missing):
        body = {key: value for key, value in PURCHASE_BODY.items() if key != missing}

        with pytest.raises(TermsWrong, match=f"^{missing}: "):
            PURCHASE.read(body)

    def test_terms_that_were_written_are_read_back_as_the_same(self):
        assert PURCHASE.read(PURCHASE.read(PURCHASE_BODY).model_dump(mode="json")) == PURCHASE.read(PURCHASE_BODY)
