"""The last sign of life of each background process."""

from django.db import models


class Heartbeat(models.Model):
    """When ``process`` last wrote that it lives; one row a process, overwritten every two seconds."""

    process = models.CharField(max_length=40, unique=True)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.process} {self.host}:{self.pid}"
