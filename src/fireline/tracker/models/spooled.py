"""What the digest remembers of the spool."""

from typing import ClassVar

from django.db import models


class Receipt(models.Model):
    """
    An entry that is stored, for those whose items bear no id of their own.

    The spool may hand out an entry twice; its row is deleted when it no longer can.
    """

    entry_id = models.CharField(primary_key=True, max_length=32)
    stored_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.entry_id


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
