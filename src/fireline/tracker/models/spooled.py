"""What the digest remembers of the spool."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Receipt(models.Model):
    """
    An entry that is stored, and that the spool may hand out again.

    Its row is deleted when it no longer can: there are few, so the time needs no index.
    """

    entry_id = models.UUIDField(primary_key=True)
    stored_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.entry_id.hex


class SetAside(models.Model):
    """An entry that could not be digested: kept, shown, and in nobody's way."""

    entry_id = models.CharField(max_length=32, unique=True)
    project = models.CharField(max_length=100)
    """As the entry says: there may be no such project."""
    received_at = models.DateTimeField()
    set_aside_at = models.DateTimeField(db_index=True)
    reason = models.TextField()
    size = models.PositiveIntegerField()
    """In bytes, before compression."""
    envelope = models.BinaryField()

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-set_aside_at"]
        verbose_name = "entry set aside"
        verbose_name_plural = "entries set aside"

    def __str__(self) -> str:
        return self.reason[:80]
