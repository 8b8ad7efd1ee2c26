"""Reports: what somebody says is wrong, who looks after it, until when, and the answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from citycoin.foundation.fields import SentenceField
from citycoin.platform.accounts.models import Official
from citycoin.platform.cities.models import City


class Report(models.Model):
    """One report. Whoever knows its code reads its state and answer; who wrote it is not kept."""

    class Kind(models.TextChoices):
        """What is said to be wrong."""

        SHOP_NAME = "shop_name"
        SHOP_DETAILS = "shop_details"
        PUBLIC_DATA = "public_data"

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="reports")
    code = models.CharField(max_length=8, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    about = SentenceField(max_length=40, blank=True)  # "shop 12", "D-7"; empty: nothing in particular
    text = SentenceField(max_length=1000)
    # A keyed hash of the network that it came from, for the pace alone; emptied when the report is answered.
    network = models.BinaryField(max_length=32)
    reported_at = models.DateTimeField()
    due_at = models.DateTimeField()
    owner = models.ForeignKey(Official, on_delete=models.PROTECT, null=True, related_name="reports")
    answer = SentenceField(max_length=1000, default="", blank=True)
    answered_by = models.ForeignKey(Official, on_delete=models.PROTECT, null=True, related_name="answered_reports")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="a_report_is_answered_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["city"], name="report_unanswered", condition=Q(answered_at=None)),
            models.Index(fields=["network", "reported_at"], name="report_of_a_network"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
