"""Events: rows written in the transaction of the fact that they tell."""

from django.db import models
from django.db.models import Q

from citycoin.platform.cities.models import City


class Event(models.Model):
    """Something happened that concerns ``wallet`` (its key here; the ledger lies above). Ids only, nothing personal."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="events")
    wallet = models.PositiveBigIntegerField()
    name = models.CharField(max_length=40)
    facts = models.JSONField()
    at = models.DateTimeField()
    relayed_at = models.DateTimeField(null=True)

    class Meta:
        # By state and never by "id above the last": ids commit out of order.
        indexes = [models.Index(fields=["id"], name="event_to_relay", condition=Q(relayed_at=None))]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
