"""Where browsers make passkeys, what one is called, and that bytes of a stranger prove nothing and break nothing."""

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError
from webauthn.helpers import encode_cbor

from citycoin.platform.accounts.domain.phones import shown_in_part
from citycoin.platform.passkeys.domain.ceremonies import (
    Assertion,
    Attestation,
    NotProven,
    challenge_in,
    proven_count,
    proven_new,
    purpose,
)
from citycoin.platform.passkeys.domain.makers import called
from citycoin.platform.passkeys.domain.sites import Site, site_at
from citycoin.platform.passkeys.doors.fields import Base64Bytes
from tests.passkeys import SoftPasskey, bytes_of, text_of

HERE = Site("localhost", "http://localhost:8000")
CHALLENGE = bytes(range(32))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.binary(max_size=80) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.integers(-9, 9), inner, max_size=5)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("address", "https", "site"),
    [
        ("localhost:8000", False, HERE),
        ("LOCALHOST:8000", False, HERE),
        ("coin.example", True, Site("coin.example", "https://coin.example")),
        ("coin.example:8443", True, Site("coin.example", "https://coin.example:8443")),
        ("coin.example", False, None),
        ("127.0.0.1:8000", False, None),
        ("127.0.0.1", True, None),
        ("[::1]:8000", True, None),
        ("notlocalhost", False, None),
    ],
)
def test_site_is_a_domain_with_tls_or_this_machine_by_its_name(address, https, site):
    assert site_at(address, https=https) == site


def test_passkey_is_called_by_who_keeps_it_or_by_its_kind():
    unknown = UUID(int=0)

    assert called(UUID("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"), ["usb"]).ko == "구글 비밀번호 관리자"
    assert [called(unknown, each).ko for each in (["internal"], ["usb", "nfc"], [])] == [
        "기기의 패스키",
        "보안 키",
        "기기의 패스키",
    ]


def test_purposes_differ_by_each_of_their_facts():
    facts = [("pay", HERE, 1, 2), ("pay", HERE, 12, ""), ("pay", HERE, 2, 1), ("add", HERE, 1, 2)]
    facts.append(("pay", Site("coin.example", "https://coin.example"), 1, 2))

    assert len({purpose(*each) for each in facts}) == len(facts)


def test_passkey_made_and_asked_as_the_standard_says_is_proven():
    passkey = SoftPasskey(HERE.origin)
    options = {"rp": {"id": HERE.host}, "user": {"id": "AAAA"}, "challenge": text_of(CHALLENGE)}
    sent = passkey.made(options)
    made = proven_new(_attestation(sent), HERE, challenge=CHALLENGE)
    yes = passkey.yes({"rpId": HERE.host, "challenge": text_of(CHALLENGE)})

    assert made.credential_id == passkey.credential_id
    assert proven_count(_assertion(yes), HERE, challenge=CHALLENGE, public_key=made.public_key) == 1


@given(ANYTHING, ANYTHING, st.binary(max_size=60))
def test_attestation_of_anything_is_no_new_passkey(statement, inside, data):
    client_data = json.dumps(
        {"type": "webauthn.create", "challenge": text_of(CHALLENGE), "origin": HERE.origin}
    ).encode()
    for each in (statement, {"fmt": "none", "attStmt": inside, "authData": data}, {"fmt": "packed", "authData": data}):
        with pytest.raises(NotProven):
            proven_new(Attestation(b"x", client_data, bytes(encode_cbor(each)), []), HERE, challenge=CHALLENGE)


@given(ANYTHING)
def test_new_passkey_whose_key_is_anything_is_none(key):
    options = {"rp": {"id": HERE.host}, "user": {"id": "AAAA"}, "challenge": text_of(CHALLENGE)}
    sent = SoftPasskey(HERE.origin).made(options, public_key=bytes(encode_cbor(key)))

    with pytest.raises(NotProven):
        proven_new(_attestation(sent), HERE, challenge=CHALLENGE)


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode) | st.just(b"[" * 2_000))
def test_client_data_of_anything_holds_no_challenge(client_data):
    with pytest.raises(NotProven):
        challenge_in(client_data)


@given(
    st.dictionaries(
        st.sampled_from(["type", "challenge", "origin", "tokenBinding"]),
        st.none() | st.integers() | st.text() | st.lists(st.none()),
    )
)
def test_client_data_of_any_members_is_read_or_refused(members):
    try:
        challenge_in(json.dumps(members).encode())
    except NotProven:
        return
    assert {"type", "challenge", "origin"} <= members.keys()


@given(st.binary(max_size=64))
def test_base64url_is_read_as_it_was_written(data):
    field = Base64Bytes(most=64)

    assert field.to_internal_value(field.to_representation(data)) == data == bytes_of(text_of(data))


@pytest.mark.parametrize("wrong", ["A", "AA=", "가나다라", "A+/A", "A" * 200, None, 1, ["AA"], "AA AA", "AAAA\n"])
def test_what_is_no_base64url_is_refused(wrong):
    with pytest.raises(ValidationError):
        Base64Bytes(most=64).to_internal_value(wrong)


def test_phone_shown_in_part_keeps_four_digits_back():
    assert (shown_in_part("010-1234-5678"), shown_in_part("")) == ("010-****-5678", "")


def _attestation(sent):
    return Attestation(bytes_of(sent["id"]), bytes_of(sent["client_data"]), bytes_of(sent["attestation"]), [])


def _assertion(sent):
    names = ("id", "client_data", "authenticator_data", "signature", "user_handle")
    return Assertion(*(bytes_of(sent[name]) for name in names))
