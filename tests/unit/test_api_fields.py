"""The door takes one spelling of a thing and no other."""

import io
import json
import string
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from citycoin.foundation.http.fields import (
    Address,
    HexBytes,
    Identifier,
    PinDigits,
    StrictSerializer,
    WholeNumber,
    WonAmount,
)
from citycoin.foundation.http.parsers import LONGEST_BODY_BYTES, BodyUnreadable, StrictJSONParser
from citycoin.foundation.kernel.money import LARGEST_MOVEMENT, Won

NO_NUMBERS = ["1", "１００", True, False, 1.0, 1e3, None, [1], {"amount": 1}]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


def parsed(body: bytes) -> object:
    return StrictJSONParser().parse(io.BytesIO(body))


class TestStrictJSONParser:
    @given(st.dictionaries(WORDS, VALUES))
    def test_json_body_of_every_object_that_json_can_write_is_read(self, said):
        assert parsed(json.dumps(said, ensure_ascii=False).encode()) == said

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b'"text"',
            b"1",
            b"null",
            b"{",
            b'{"a": 1} {}',
            b"{'a': 1}",
            b'{"a": 1, "a": 1}',
            b'{"a": {"b": 1, "b": 2}}',
            b'{"a": NaN}',
            b'{"a": Infinity}',
            b'{"a": -Infinity}',
            b'{"a": 01}',
            b'{"a": "\xff"}',
            b'{"a": "\xed\xa0\x80"}',
            b'{"a": ' + b"9" * 5_000 + b"}",
            b'{"\\ud800": 1}',
            b'{"a": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
            b'{"a": [' + b"{}," * 1_000 + b"{}]}",
        ],
        ids=lambda body: body[:20],
    )
    def test_json_body_that_is_no_object_or_not_strict_or_too_deep_is_refused(self, body):
        with pytest.raises(BodyUnreadable):
            parsed(body)

    def test_json_body_of_the_longest_length_is_read_and_a_longer_one_is_refused(self):
        longest = b"{" + b" " * (LONGEST_BODY_BYTES - 2) + b"}"

        assert parsed(longest) == {}
        with pytest.raises(BodyUnreadable):
            parsed(longest + b" ")


class TestWholeNumber:
    @given(st.integers(min_value=3, max_value=9))
    def test_whole_number_within_its_bounds_is_taken(self, number):
        assert WholeNumber(least=3, most=9).to_internal_value(number) == number

    @pytest.mark.parametrize("outside", [2, 10, -3, 2**63, 10**400, *NO_NUMBERS])
    def test_whole_number_outside_its_bounds_or_no_integer_is_refused(self, outside):
        with pytest.raises(ValidationError):
            WholeNumber(least=3, most=9).to_internal_value(outside)


class TestWonAmount:
    @pytest.mark.parametrize("amount", [1, LARGEST_MOVEMENT])
    def test_won_amount_that_a_record_of_a_batch_carries_is_taken(self, amount):
        assert WonAmount().to_internal_value(amount) == Won(amount)
        assert amount.to_bytes(6, "big")

    @pytest.mark.parametrize("amount", [0, -1, LARGEST_MOVEMENT + 1, 2**63, *NO_NUMBERS])
    def test_won_amount_that_a_record_of_a_batch_does_not_carry_is_refused(self, amount):
        with pytest.raises(ValidationError):
            WonAmount().to_internal_value(amount)


class TestAddress:
    @given(st.text(string.hexdigits, min_size=40, max_size=40))
    @example("AB" * 20)
    @example("ab" * 20)
    @example("aB" * 20)
    def test_address_in_any_case_is_taken_and_kept_in_small_letters(self, digits):
        assert Address().to_internal_value("0x" + digits) == "0x" + digits.lower()

    @pytest.mark.parametrize(
        "text", ["", "0x", "00" * 20, "0x" + "00" * 19, "0x" + "00" * 21, "0X" + "00" * 20, "0x" + "0g" * 20, 0, None]
    )
    def test_address_of_any_other_form_is_refused(self, text):
        with pytest.raises(ValidationError):
            Address().to_internal_value(text)

    def test_address_with_a_line_feed_at_the_end_is_refused(self):
        with pytest.raises(ValidationError):
            Address().to_internal_value("0x" + "00" * 20 + "\n")


class TestIdentifier:
    @given(st.text(string.hexdigits, min_size=32, max_size=32))
    @example("AB" * 16)
    @example("ab" * 16)
    @example("aB" * 16)
    def test_identifier_that_is_a_uuid_of_any_case_is_taken_and_shown_in_small_letters(self, digits):
        text = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

        one = Identifier().to_internal_value(text)

        assert one == UUID(digits)
        assert Identifier().to_representation(one) == text.lower()

    @pytest.mark.parametrize(
        "text", ["", "5", 5, True, None, "0" * 32, "{" + "0" * 8 + "-0000-0000-0000-" + "0" * 12 + "}"]
    )
    def test_identifier_of_any_other_form_is_refused(self, text):
        with pytest.raises(ValidationError):
            Identifier().to_internal_value(text)


class TestPinDigits:
    def test_pin_of_six_digits_is_taken_with_the_zeros_before(self):
        assert PinDigits().to_internal_value("001230") == "001230"

    @pytest.mark.parametrize(
        "text", ["", "12345", "1234567", "１２３４５６", " 23456", "12345\n", "123456\n", 123456, None]
    )
    def test_pin_of_any_other_form_is_refused(self, text):
        with pytest.raises(ValidationError):
            PinDigits().to_internal_value(text)

    def test_pin_is_never_shown(self):
        with pytest.raises(TypeError):
            PinDigits().to_representation("135790")


class TestHexBytes:
    @given(st.binary(min_size=64, max_size=64))
    def test_hex_bytes_are_read_back_as_they_are_shown(self, raw):
        field = HexBytes(lengths=(64, 65))

        assert field.to_internal_value(field.to_representation(raw)) == raw

    @pytest.mark.parametrize(
        "text", ["", "0x", "0x" + "00" * 63, "0x" + "00" * 66, "00" * 64, "0x" + "0" * 127, "0x" + "zz" * 64, 7, None]
    )
    def test_hex_bytes_of_another_length_or_with_other_letters_are_refused(self, text):
        with pytest.raises(ValidationError):
            HexBytes(lengths=(64, 65)).to_internal_value(text)


class TestStrictSerializer:
    class Order(StrictSerializer):
        amount = WonAmount()

    def test_serializer_takes_the_fields_that_it_knows(self):
        order = self.Order(data={"amount": 100})

        assert order.is_valid()
        assert order.validated_data == {"amount": Won(100)}

    def test_serializer_refuses_a_field_that_it_does_not_know(self):
        order = self.Order(data={"amount": 100, "status": "settled"})

        assert not order.is_valid()
        assert order.errors == {"status": ["no such field"]}
