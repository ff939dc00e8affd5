"""Events: every stored occurrence, and what came with it."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Length

from fireline.tracker.models.issues import Fingerprint, Issue
from fireline.tracker.models.projects import Environment, Project, Release


class Outcome(models.IntegerChoices):
    """What an event changed."""

    NEW = 1
    """It made an issue."""
    REGRESSED = 2
    """It opened a resolved issue again."""
    REPEATED = 3
    """It is one more of its issue."""


class Event(models.Model):
    """One stored occurrence. What people look for has a column; all of it is in the payload."""

    project = models.ForeignKey(Project, models.CASCADE, db_index=False, related_name="events")
    issue = models.ForeignKey(Issue, models.CASCADE, db_index=False, related_name="events")
    fingerprint = models.ForeignKey(
        Fingerprint,
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    """Which of its issue's; so that a person can take issues apart again. Both go with the issue."""
    event_id = models.CharField(max_length=32)
    """Sentry's id of it: 32 hexadecimal digits."""
    outcome = models.PositiveSmallIntegerField(choices=Outcome)
    received_at = models.DateTimeField()
    occurred_at = models.DateTimeField()
    """By the client's clock, corrected by the difference to ours."""
    error_id = models.CharField(max_length=40, blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)
    level = models.CharField(max_length=10)
    user_hash = models.BigIntegerField(null=True, blank=True)
    """Whom it met, as AffectedUser counts it."""
    release = models.ForeignKey(
        Release,
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    """One that is deleted has no events any more; a constraint would look for them in the whole table."""
    environment = models.ForeignKey(
        Environment, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )
    size = models.GeneratedField(
        expression=Length("payload"), output_field=models.PositiveIntegerField(), db_persist=True
    )
    """Bytes of the payload; the database counts them. Beside the age in its index, all are summed in no time."""
    payload = models.BinaryField()
    """The event, scrubbed, as compressed JSON. The last column of the table, so that SQLite reads lists without it."""

    class Meta:
        """Found by its ids and in its issue."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "event_id"], name="fireline_tracker_event_id"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["issue", "-received_at", "-id"], name="fireline_tracker_event_issue"
            ),
            models.Index(fields=["received_at", "size"], name="fireline_tracker_event_age"),
            models.Index(
                fields=["error_id"],
                name="fireline_tracker_event_error",
                condition=~models.Q(error_id=""),
            ),
            models.Index(
                fields=["correlation_id"],
                name="fireline_tracker_event_corr",
                condition=~models.Q(correlation_id=""),
            ),
        ]

    def __str__(self) -> str:
        return self.event_id


class Attachment(models.Model):
    """A file that came with an event."""

    project = models.ForeignKey(Project, models.CASCADE, db_index=False, related_name="+")
    event_id = models.CharField(max_length=32)
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField()
    """In bytes, before compression."""
    received_at = models.DateTimeField()
    body = models.BinaryField()

    class Meta:
        """Found by its event."""

        indexes: ClassVar = [
            models.Index(fields=["project", "event_id"], name="fireline_tracker_attached_to"),
            models.Index(fields=["received_at", "size"], name="fireline_tracker_attached_at"),
        ]

    def __str__(self) -> str:
        return self.filename


class Feedback(models.Model):
    """What a person who met a failure has written about it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="feedback")
    feedback_id = models.CharField(max_length=32)
    event_id = models.CharField(max_length=32, blank=True)
    """The event it is about, where it names one."""
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    message = models.TextField()
    url = models.CharField(max_length=2000, blank=True)
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        """Each is kept once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "feedback_id"], name="fireline_tracker_feedback_id"
            )
        ]

    def __str__(self) -> str:
        return self.message[:80]
