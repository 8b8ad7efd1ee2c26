"""Files that the worker makes: who asked for which, how far each is, and where it ends."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City


class FileJob(models.Model):
    """One file that somebody asked for. The file itself lies below ``var``, and goes with its row when it has expired.

    ``recipe`` and ``of`` say which rows, ``key`` is a hash of all that was asked: while it is under way, the same is asked
    once. ``title`` is in the file's language.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting"
        MAKING = "making"
        DONE = "done"
        REFUSED = "refused"
        CANCELLED = "cancelled"

    class Reason(models.TextChoices):
        """Why there is no file."""

        NOT_THEIRS = "not_theirs"  # who asked may no longer see the rows
        TOO_LONG = "too_long"

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="file_jobs")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="file_jobs")
    client_id = models.UUIDField(unique=True)  # chosen by the page that asked
    recipe = models.CharField(max_length=40)
    of = models.JSONField()
    format = models.CharField(max_length=8)
    language = models.CharField(max_length=8)
    key = models.BinaryField(max_length=32)
    title = models.CharField(max_length=300)
    name = models.CharField(max_length=100)  # the file's in ASCII, without its ending
    back = models.CharField(max_length=200)  # the path of the page where it was asked for
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True, default="")
    done = models.PositiveIntegerField(default=0)  # rows
    total = models.PositiveIntegerField()  # rows, as they were counted when it was asked for or begun
    size = models.PositiveBigIntegerField(null=True)  # bytes
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(ended_at=None), name="the_same_file_is_under_way_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "making"], ended_at=None, expires_at=None)
                | Q(state__in=["done", "refused", "cancelled"], ended_at__isnull=False, expires_at__gt=F("ended_at")),
                name="a_file_is_under_way_or_expires",
            ),
            models.CheckConstraint(
                condition=Q(state="done", size__isnull=False) | ~Q(state="done") & Q(size=None),
                name="a_file_that_is_done_has_a_size",
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(reason="") | ~Q(state="refused") & Q(reason=""),
                name="a_file_is_refused_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["ended_at", "id"], name="file_job_under_way", condition=Q(ended_at=None)),
            models.Index(fields=["person", "city", "-id"], name="file_jobs_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.recipe} {self.client_id}"
