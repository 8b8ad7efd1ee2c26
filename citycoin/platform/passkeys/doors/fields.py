"""What a browser sends of a passkey, in base64url as the Web Authentication API writes bytes into JSON."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final

from rest_framework import serializers

from citycoin.foundation.http.fields import StrictSerializer
from citycoin.platform.passkeys.domain.ceremonies import LONGEST_ID, Assertion, Attestation

_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*")
LONGEST_CLIENT_DATA: Final = 2_048
LONGEST_AUTHENTICATOR_DATA: Final = 2_048
LONGEST_SIGNATURE: Final = 1_024
LONGEST_USER_HANDLE: Final = 64  # by the standard
LONGEST_ATTESTATION: Final = 8_192
MOST_TRANSPORTS: Final = 10


class Base64Bytes(serializers.Field[bytes, str, str, Any]):
    """At most so many bytes as base64url, without padding."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def to_internal_value(self, data: Any) -> bytes:
        """The bytes. Raises ValidationError."""
        longest = -(-self.most * 4 // 3)
        if not isinstance(data, str) or len(data) > longest or len(data) % 4 == 1 or not _BASE64URL.fullmatch(data):
            raise serializers.ValidationError(f"base64url of at most {self.most} bytes is wanted")
        return urlsafe_b64decode(data + "=" * (-len(data) % 4))

    def to_representation(self, value: bytes) -> str:
        """Base64url."""
        return urlsafe_b64encode(value).rstrip(b"=").decode()


class AssertionSent(StrictSerializer):
    """A passkey's yes."""

    id = Base64Bytes(most=LONGEST_ID)
    client_data = Base64Bytes(most=LONGEST_CLIENT_DATA)
    authenticator_data = Base64Bytes(most=LONGEST_AUTHENTICATOR_DATA)
    signature = Base64Bytes(most=LONGEST_SIGNATURE)
    user_handle = Base64Bytes(most=LONGEST_USER_HANDLE, required=False)

    def to_internal_value(self, data: Any) -> Assertion:
        """As the domain knows it. Raises ValidationError."""
        given = super().to_internal_value(data)
        return Assertion(
            credential_id=given["id"],
            client_data=given["client_data"],
            authenticator_data=given["authenticator_data"],
            signature=given["signature"],
            user_handle=given.get("user_handle", b""),
        )


class AttestationSent(StrictSerializer):
    """A new passkey."""

    id = Base64Bytes(most=LONGEST_ID)
    client_data = Base64Bytes(most=LONGEST_CLIENT_DATA)
    attestation = Base64Bytes(most=LONGEST_ATTESTATION)
    transports = serializers.ListField(child=serializers.CharField(max_length=20), max_length=MOST_TRANSPORTS)

    def to_internal_value(self, data: Any) -> Attestation:
        """As the domain knows it. Raises ValidationError."""
        given = super().to_internal_value(data)
        return Attestation(
            credential_id=given["id"],
            client_data=given["client_data"],
            attestation=given["attestation"],
            transports=given["transports"],
        )
