"""The last sign of life of each background process, and the steps that fail."""

from typing import Final

from django.db import models

# The reasons of a step that fails for a part with a line of its own.
BROKER_UNAVAILABLE: Final = "broker_unavailable"
CHAIN_UNAVAILABLE: Final = "chain_unavailable"


class Heartbeat(models.Model):
    """When ``process`` last wrote that it lives; one row a process, overwritten every two seconds."""

    process = models.CharField(max_length=40, unique=True)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.process} {self.host}:{self.pid}"


class FailingStep(models.Model):
    """A step of the worker's rounds that failed ``times`` in a row, since the first of them; gone when it goes through again.

    ``reason`` is the error's name or code, nothing personal.
    """

    step = models.CharField(max_length=40, unique=True)
    times = models.PositiveIntegerField()
    since = models.DateTimeField()
    reason = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.step} {self.times}"
