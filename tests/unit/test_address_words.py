"""An address as words: the same wherever it is shown, another for another address, of a list that everybody has."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain.address_words import BITS_A_WORD, WORDS, compared, word_list

ADDRESSES = st.binary(min_size=20, max_size=20).map(lambda raw: f"0x{raw.hex()}")
# The lists' SHA-256 as BIP39 publishes them, one word a line; the Korean one in its decomposed form.
PUBLISHED = {"english": "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"}


@pytest.mark.parametrize("language", ["korean", "english"])
def test_word_list_has_2048_words_that_nobody_takes_for_another(language):
    words = word_list(language)

    assert len(words) == len(set(words)) == 2**BITS_A_WORD == 2048
    assert all(" " not in each for each in words)


@pytest.mark.parametrize("language", PUBLISHED)
def test_word_list_is_the_published_one(language):
    text = "".join(f"{each}\n" for each in word_list(language))

    assert hashlib.sha256(text.encode()).hexdigest() == PUBLISHED[language]


@given(address=ADDRESSES)
def test_address_is_six_words_that_hold_the_first_66_bits_of_its_hash(address):
    said = compared(address)

    places = [word_list("english").index(each) for each in said.words.en.split()]
    bits = "".join(f"{each:011b}" for each in places)
    hashed = hashlib.sha256(bytes.fromhex(address[2:])).digest()
    assert len(places) == WORDS == 6
    assert bits == f"{int.from_bytes(hashed):0256b}"[:66]
    assert [word_list("korean")[each] for each in places] == said.words.ko.split()


@given(address=ADDRESSES)
def test_address_in_capitals_has_the_same_words(address):
    assert compared(f"0x{address[2:].upper()}").words == compared(address).words


@given(address=ADDRESSES, place=st.integers(2, 41))
def test_address_with_another_digit_has_other_words(address, place):
    other = "1" if address[place] == "0" else "0"

    assert (
        compared(address[:place] + other + address[place + 1 :]).words != compared(address).words
        or address[place] == other
    )


def test_address_is_shown_by_the_words_that_other_code_finds_too():
    said = compared("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")

    assert said.short == "0x7e5f…5bdf"
    assert len(said.words.ko.split()) == WORDS
