"""People: residents and shopkeepers sign in by phone, officials and operators by password and second factor."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from citycoin.foundation.fields import NameField
from citycoin.platform.cities.models import City


class Person(AbstractBaseUser):
    """Somebody who signs in. Phone and name lie sealed; a fingerprint finds the phone's person."""

    # What their secrets are sealed for: it survives a move to another installation, which a row's number doesn't.
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # The name that an official or an operator signs in with; residents and shopkeepers have none.
    username = NameField(max_length=40, null=True, unique=True)
    phone_fingerprint = models.BinaryField(max_length=32, null=True, unique=True)
    phone_sealed = models.BinaryField(null=True)
    name_sealed = models.BinaryField(null=True)
    # The second factor (RFC 6238), and the last time step whose code was taken, so that none is taken twice.
    totp_sealed = models.BinaryField(null=True)
    totp_used_step = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    joined_at = models.DateTimeField()
    passkey_declined_at = models.DateTimeField(null=True)  # they were offered one, and said no

    USERNAME_FIELD = "username"
    objects = BaseUserManager["Person"]()

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                condition=Q(username__isnull=False) | Q(phone_fingerprint__isnull=False),
                name="a_person_signs_in_by_name_or_phone",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class SignInCode(models.Model):
    """A one-time code sent to a phone. Kept as a fingerprint; a few wrong tries end it."""

    phone_fingerprint = models.BinaryField(max_length=32, db_index=True)
    code_fingerprint = models.BinaryField(max_length=32)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"code {self.pk}"


class TextMessage(models.Model):
    """A text message on its way to a phone. Sealed; the demo's inbox reads it where a gateway would send it."""

    phone_sealed = models.BinaryField()
    text_sealed = models.BinaryField()
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"message {self.pk}"


class Official(models.Model):
    """A person who works for a city. The key that signs on chain is issuance's."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="officials")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="offices")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city", "person"], condition=Q(until=None), name="a_person_holds_one_office_in_a_city"
            ),
        ]

    def __str__(self) -> str:
        return f"official {self.pk}"


class Operator(models.Model):
    """A person who looks after the installation. They see every city's rows and act for none: never an official."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="operator")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"operator {self.pk}"


class OfficialSession(models.Model):
    """A browser in which an official has signed in, and when it last asked for something. Kept after its end."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="official_sessions")
    session_key = models.CharField(max_length=40, unique=True)  # of Django's session, which is gone when it has ended
    browser = models.BinaryField(max_length=32)  # SHA-256 of what the browser keeps to be known again
    agent = models.CharField(max_length=300)  # what it says of itself
    is_new = models.BooleanField()  # no earlier session of theirs was in it
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"session {self.pk}"
