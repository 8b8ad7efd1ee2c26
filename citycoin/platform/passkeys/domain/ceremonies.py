"""Making and asking a passkey (Web Authentication, level 2), as bytes and dicts; the one place that knows the library for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
    parse_client_data_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.options_to_json_dict import options_to_json_dict
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from citycoin.platform.passkeys.domain.sites import Site

CHALLENGE_BYTES: Final = 32
LONGEST_ID: Final = 1_023  # of a credential, by the standard
LONGEST_KEY: Final = 1_024  # COSE; that of RSA with 4,096 bits is some 530 bytes
PATIENCE_MS: Final = 120_000
# No statement of who made the authenticator is asked for: browsers send none, or the key's own signature.
STATEMENTS: Final = (AttestationFormat.NONE, AttestationFormat.PACKED)
TRANSPORTS: Final = frozenset(each.value for each in AuthenticatorTransport)


class NotProven(Exception):
    """What was sent doesn't prove what it should; why is for logs and nobody else."""


@dataclass(frozen=True, slots=True)
class Known:
    """A passkey that may be asked: its id, and how a browser reaches it."""

    credential_id: bytes
    transports: Sequence[str]


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a browser sends of a new passkey."""

    credential_id: bytes
    client_data: bytes
    attestation: bytes
    transports: Sequence[str]


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a browser sends when a passkey has said yes to a challenge. ``user_handle``: empty where the browser knows none."""

    credential_id: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes
    user_handle: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey that is proven: its id, its public key (COSE), how often it was used by its own count, its model."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    aaguid: UUID


def purpose(what: str, site: Site, *facts: object) -> bytes:
    """What a challenge is for, as 32 bytes: a yes to one thing is no yes to any other."""
    return hashlib.sha256(json.dumps([what, site.host, *map(str, facts)]).encode()).digest()


def making(
    site: Site, *, challenge: bytes, service: str, user_handle: bytes, user_name: str, but: Sequence[Known]
) -> dict[str, Any]:
    """What a browser is asked for a new passkey that knows its person; none where one of ``but`` is kept there already."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=service,
        user_id=user_handle,
        user_name=user_name,
        challenge=challenge,
        timeout=PATIENCE_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_described(but),
    )
    return options_to_json_dict(options)


def asking(site: Site, *, challenge: bytes, among: Sequence[Known] = ()) -> dict[str, Any]:
    """What a browser is asked for a yes of one of these passkeys; of any that it keeps for the site where none is named."""
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=PATIENCE_MS,
        allow_credentials=_described(among),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def challenge_in(client_data: bytes) -> bytes:
    """The challenge that a browser says it was given. Raises NotProven."""
    try:
        return bytes(parse_client_data_json(client_data).challenge)
    except (WebAuthnException, ValueError, TypeError, RecursionError) as wrong:
        raise NotProven("the client data can't be read") from wrong


def proven_new(sent: Attestation, site: Site, *, challenge: bytes) -> Made:
    """The passkey that was made for this challenge, its person verified by their device. Raises NotProven."""
    credential = RegistrationCredential(
        id=bytes_to_base64url(sent.credential_id),
        raw_id=sent.credential_id,
        response=AuthenticatorAttestationResponse(
            client_data_json=sent.client_data, attestation_object=sent.attestation
        ),
    )
    try:
        if parse_attestation_object(sent.attestation).fmt not in STATEMENTS:
            raise NotProven("a statement that nobody asked for")
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
    except NotProven:
        raise
    except Exception as wrong:  # whatever a library for a stranger's bytes says of them, they prove nothing
        raise NotProven("no new passkey") from wrong
    if made.credential_id != sent.credential_id or len(made.credential_public_key) > LONGEST_KEY:
        raise NotProven("another credential, or too long a key")
    return Made(made.credential_id, made.credential_public_key, made.sign_count, UUID(made.aaguid))


def proven_count(sent: Assertion, site: Site, *, challenge: bytes, public_key: bytes) -> int:
    """How often the passkey was used by its own count, where it says yes to this challenge. Raises NotProven.

    The count is the caller's to judge, so the library is told of none.
    """
    credential = AuthenticationCredential(
        id=bytes_to_base64url(sent.credential_id),
        raw_id=sent.credential_id,
        response=AuthenticatorAssertionResponse(
            client_data_json=sent.client_data,
            authenticator_data=sent.authenticator_data,
            signature=sent.signature,
            user_handle=sent.user_handle,
        ),
    )
    try:
        said = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as wrong:  # as above
        raise NotProven("no yes of this passkey") from wrong
    return said.new_sign_count


def _described(known: Sequence[Known]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=each.credential_id, transports=[AuthenticatorTransport(t) for t in each.transports]
        )
        for each in known
    ]
