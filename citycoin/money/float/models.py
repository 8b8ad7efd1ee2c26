"""What was found when a city's float was last summed up: small enough to be read by anybody, however large the city is."""

from __future__ import annotations

from django.db import models

from citycoin.foundation.fields import WonField
from citycoin.platform.cities.models import City
from citycoin.platform.incidents.models import Incident


class FloatCheck(models.Model):
    """What the bank has and what it is owed for, of one moment; one row a city, overwritten each time.

    ``differs_since``: when a difference was first seen, of those that were seen at each look since; ``looks``: how often that is.
    ``incident``: that of the difference that there is now. Once an official has closed it with what they found, the difference is
    known: issues go on, until it is another.
    """

    city = models.OneToOneField(City, on_delete=models.PROTECT, related_name="float_check")
    bank = WonField()
    owed = WonField()
    lines = models.JSONField()  # of both sums, as Float of domain.sums has them
    checked_at = models.DateTimeField()
    differs_since = models.DateTimeField(null=True)
    looks = models.PositiveIntegerField(default=0)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"float of {self.city_id}"
