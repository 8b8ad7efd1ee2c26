"""Fields of forms and of tables that read by a type: what is wrong is said by that type, and what was typed stays."""

import unicodedata

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from citycoin.foundation.http.errors import FieldsWrong
from citycoin.foundation.http.forms import (
    AmountField,
    AmountWrong,
    DayField,
    NameField,
    NumberField,
    OneOfNames,
    PageForm,
    SentenceField,
    WonField,
)
from citycoin.foundation.kernel.money import Amount, Won
from citycoin.foundation.kernel.text import NameWrong
from citycoin.platform.cities.models import City


class Sale(PageForm):
    name = NameField(longest=10)
    amount = AmountField()
    fee = WonField(required=False)
    days = NumberField(least=1, most=30)
    first = DayField()
    place = OneOfNames(choices=[("사우동", "Sau-dong")])
    why = SentenceField(longest=5, required=False)


RIGHT = {
    "name": " 봄 ",
    "amount": "5,000원",
    "fee": "0",
    "days": "30",
    "first": "2026-11-29",
    "place": unicodedata.normalize("NFD", "사우동"),
    "why": "",
}


class TestPageForm:
    def test_form_is_read_by_the_types_of_its_fields(self):
        said = Sale(RIGHT).said()

        assert (said["name"], said["amount"], said["fee"], said["days"]) == ("봄", Amount(5_000), Won(0), 30)
        assert (said["first"].isoformat(), said["place"], said["why"]) == ("2026-11-29", "사우동", "")
        assert type(said["amount"]) is Amount

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"name": "\u202e봄"}, NameWrong),
            ({"name": ""}, NameWrong),
            ({"name": "봄" * 11}, NameWrong),
            ({"amount": "0"}, AmountWrong),
            ({"amount": "５０００"}, AmountWrong),
            ({"amount": ""}, AmountWrong),
            ({"fee": "-1"}, FieldsWrong),
            ({"days": "0"}, FieldsWrong),
            ({"days": "31"}, FieldsWrong),
            ({"days": "9" * 5_000}, FieldsWrong),
            ({"first": "9999-12-31"}, FieldsWrong),
            ({"place": "없는 동네"}, FieldsWrong),
            ({"why": "여섯 글자야"}, FieldsWrong),
            ({"name": "", "amount": ""}, FieldsWrong),
            ({"name": "", "days": ""}, FieldsWrong),
        ],
    )
    def test_form_with_a_wrong_field_is_refused_by_what_its_type_says_and_keeps_what_was_typed(self, wrong, error):
        form = Sale(RIGHT | wrong)

        with pytest.raises(error) as refusal:
            form.said()

        assert type(refusal.value) is error
        assert refusal.value.details["fields"] == [name for name in RIGHT if name in wrong]
        assert form.typed() == RIGHT | wrong

    @given(st.dictionaries(st.sampled_from(sorted(RIGHT)), st.text(st.characters(exclude_categories=["Cs"]))))
    def test_form_with_any_text_in_its_fields_is_read_or_refused(self, changed):
        form = Sale(RIGHT | changed)

        if form.is_valid():
            assert form.said()
        else:
            with pytest.raises((FieldsWrong, NameWrong, AmountWrong)):
                form.said()


@pytest.mark.django_db
class TestTable:
    def test_table_keeps_a_name_in_its_composed_form(self):
        made = City.objects.create(
            slug="a", name_ko=unicodedata.normalize("NFD", "김포\u00a0시"), name_en=" Gimpo  City "
        )

        kept = City.objects.get(pk=made.pk)

        assert (kept.name_ko, kept.name_en) == (made.name_ko, made.name_en) == ("김포 시", "Gimpo City")

    @pytest.mark.parametrize("name", ["", "\u3164", "\u200b", "\u202e김포", "김\n포", "김\0포", "1", "가" * 41])
    def test_table_refuses_what_is_no_name_whatever_code_writes_it(self, name):
        with pytest.raises(NameWrong), transaction.atomic():
            City.objects.create(slug="a", name_ko=name, name_en="Gimpo")

        assert not City.objects.exists()
