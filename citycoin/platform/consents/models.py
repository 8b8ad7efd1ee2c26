"""Consents: rows with a beginning and an end."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City


class Consent(models.Model):
    """A person's agreement with one city to one version of one text, from ``since`` until they take it back.

    The texts are ``consents.domain``'s. A newer version is agreed to by a row of its own.
    """

    class Kind(models.TextChoices):
        """What is agreed to."""

        TERMS = "terms"
        PRIVACY = "privacy"
        NEWS = "news"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    version = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "city", "kind"],
                condition=Q(until=None),
                name="a_thing_is_agreed_to_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version} from {self.since}"
