"""Incidents."""

from django.db import models

from citycoin.platform.cities.models import City


class Incident(models.Model):
    """What should not have happened, for the officials: a payment voided, won that nothing explains, a row set aside.

    ``city`` is None where it concerns the installation and no city of it.
    """

    city = models.ForeignKey(City, on_delete=models.PROTECT, null=True, related_name="incidents")
    what = models.CharField(max_length=40)
    details = models.JSONField()  # no personal data
    noticed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"
