"""What was found when the books were last compared with the chain."""

from __future__ import annotations

from django.db import models

from citycoin.foundation.fields import WonField
from citycoin.platform.cities.models import City


class Comparison(models.Model):
    """A city's won in all, as books and chain say them of the same block; one row a city, overwritten each time.

    ``differs_since``: when a difference that is still there was first seen.
    """

    city = models.OneToOneField(City, on_delete=models.PROTECT, related_name="comparison")
    block = models.PositiveBigIntegerField()
    books = WonField()
    chain = WonField()
    compared_at = models.DateTimeField()
    differs_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"comparison {self.city_id} at {self.block}"
