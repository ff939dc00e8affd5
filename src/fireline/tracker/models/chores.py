"""What one process of all does now and then."""

from django.db import models


class Chore(models.Model):
    """A piece of upkeep, and when it is due again: who puts that time off does it, on whichever host."""

    name = models.CharField(primary_key=True, max_length=32)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
