"""What officials look at and decide of a city's won: incidents, and the emergency stop."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from citycoin.platform.accounts.models import Officer
from citycoin.platform.cities.models import City


class Incident(models.Model):
    """What should not have happened, for the officials: a payment voided, won that nothing explains."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="incidents")
    what = models.CharField(max_length=40)
    details = models.JSONField()
    noticed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"


class Stop(models.Model):
    """The city's emergency stop: one official's word, and the review by another without which it doesn't go on.

    While ``ended_at`` is None nothing new is authorised, batched or issued.
    """

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="stops")
    stopped_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="stops")
    reason = models.CharField(max_length=300)
    stopped_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, related_name="stop_reviews")
    review = models.CharField(max_length=1000, default="")
    reviewed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # the chain lets won move again for good, or another stop took its place

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city"], condition=Q(ended_at=None), name="a_city_has_one_stop_at_a_time"),
            models.CheckConstraint(condition=~Q(reviewed_by=F("stopped_by")), name="nobody_reviews_her_own_stop"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(reviewed_at=None) & ~Q(review=""), name="a_stop_ends_after_its_review"
            ),
        ]

    def __str__(self) -> str:
        return f"stop {self.pk}"
