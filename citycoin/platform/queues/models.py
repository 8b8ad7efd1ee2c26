"""What failed, by queue and row."""

from django.db import models
from django.db.models import Q

from citycoin.platform.incidents.models import Incident


class FailedRow(models.Model):
    """A row of a queue whose own failure it was: tried again from ``again_at`` on, or set aside until somebody requeues it.

    ``row`` is its key in the queue's table. ``reason`` names an error, a constraint or a place in the code, nothing personal.
    """

    queue = models.CharField(max_length=20)
    row = models.PositiveBigIntegerField()
    tries = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200)
    again_at = models.DateTimeField(null=True)  # None: set aside
    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, null=True, related_name="row_set_aside")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["queue", "row"], name="a_row_fails_in_a_queue_once"),
            models.CheckConstraint(
                condition=Q(again_at=None, incident__isnull=False) | Q(again_at__isnull=False, incident=None),
                name="a_row_is_tried_again_or_set_aside_as_an_incident",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.queue} {self.row}"
