"""The audit log's rows."""

from __future__ import annotations

from django.db import models

from citycoin.platform.accounts.models import Official
from citycoin.platform.cities.models import City


class AuditEvent(models.Model):
    """One act in one city. Each names the hash of the one before, and the database refuses to change or delete it."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="audit_events")
    number = models.PositiveIntegerField()  # 1, 2, 3 … in its city
    official = models.ForeignKey(
        Official, on_delete=models.PROTECT, null=True, related_name="acts"
    )  # None: the operator
    act = models.CharField(max_length=40)
    facts = models.JSONField()  # no personal data
    at = models.DateTimeField()
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="audit_events_are_numbered_without_forks"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.city_id}/{self.number}"
