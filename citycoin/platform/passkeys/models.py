"""Passkeys, and the challenges that they are asked."""

from __future__ import annotations

from django.db import models

from citycoin.platform.accounts.models import Person
from citycoin.platform.passkeys.domain.ceremonies import CHALLENGE_BYTES, LONGEST_ID, LONGEST_KEY


class Passkey(models.Model):
    """A key with which a person says who they are at one host; its private half never leaves their device or their keychain."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="passkeys")
    host = models.CharField(max_length=253)
    credential_id = models.BinaryField(max_length=LONGEST_ID, unique=True)
    public_key = models.BinaryField(max_length=LONGEST_KEY)  # COSE
    sign_count = models.PositiveBigIntegerField()  # as it counts itself; 0 for ever where it doesn't
    transports = models.JSONField()
    aaguid = models.UUIDField()  # its model; zeros where that isn't said
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"passkey {self.pk}"


class PasskeyChallenge(models.Model):
    """What a passkey is asked to sign, for one purpose. The row goes when it is used: nobody uses it twice."""

    challenge = models.BinaryField(max_length=CHALLENGE_BYTES, unique=True)
    purpose = models.BinaryField(max_length=32)  # SHA-256 of whom, where and what it is for
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"challenge {self.pk}"
