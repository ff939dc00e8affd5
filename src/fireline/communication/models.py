"""The table of attempts: what must be known after a restart, and to every process."""

from typing import ClassVar

from django.db import models


class Attempt(models.Model):
    """
    One attempt to send a message, without its text and with a masked recipient.

    It is written before anything is sent, as unknown: a process that dies has not sent for nothing.
    """

    id = models.CharField(primary_key=True, max_length=32)
    claim = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001
    """One for each key and channel, while it was or may have been sent; NULL is nobody's claim."""
    key = models.CharField(max_length=200, db_index=True)
    channel = models.CharField(max_length=40)
    outcome = models.CharField(max_length=12)
    cause = models.CharField(max_length=16, blank=True)
    recipient = models.CharField(max_length=100, blank=True)
    code = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=320, blank=True)
    message_id = models.CharField(max_length=255, blank=True, db_index=True)
    correlation_id = models.CharField(max_length=64, blank=True)
    characters = models.PositiveIntegerField(default=0)
    took = models.FloatField(default=0.0)
    began_at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField()
    """Until then the process that sends may still be at it."""
    ended_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    """When the provider has last told what became of it."""

    class Meta:
        """In the order in which they were made."""

        ordering: ClassVar = ["began_at", "id"]

    def __str__(self) -> str:
        return f"{self.key} by {self.channel}: {self.outcome}"
