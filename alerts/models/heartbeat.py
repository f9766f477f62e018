"""The proof of life of whatever works in the background."""

from django.db import models


class Heartbeat(models.Model):
    """Written by a working loop itself, so that a process alive but deaf shows."""

    name = models.CharField(max_length=30, unique=True)
    boot_id = models.CharField(max_length=40)
    counter = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
