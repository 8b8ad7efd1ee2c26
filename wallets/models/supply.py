"""What a city's won did in each month, kept by posting."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from citycoin.foundation.fields import WonField
from citycoin.platform.cities.models import City


class SupplyMonth(models.Model):
    """Won of a city issued and gone in a month of Seoul, by the time of the blocks that say so.

    ``gone``: burned or come to the treasury, less what left it again, so a month's may be below zero. ``benefit``: won among
    those issued that others than their buyer paid.
    """

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="supply_months")
    month = models.DateField()  # its first day
    issued = WonField(default=0)
    gone = WonField(default=0)
    benefit = WonField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "month"], name="a_city_has_one_supply_a_month"),
            models.CheckConstraint(
                condition=Q(benefit__gte=0) & Q(issued__gte=F("benefit")),
                name="a_benefit_is_a_part_of_what_is_issued",
            ),
        ]

    def __str__(self) -> str:
        return f"supply of {self.city_id} in {self.month:%Y-%m}"
