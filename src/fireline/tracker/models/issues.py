"""Issues, and the fingerprints that lead to them."""

from typing import ClassVar

from django.db import models

from fireline.tracker.models.projects import Project, Release


class Status(models.TextChoices):
    """What people have made of an issue."""

    OPEN = "open"
    RESOLVED = "resolved"
    MUTED = "muted"


class Issue(models.Model):
    """A group of events that are one bug. Its figures count every event, also those not kept."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="issues")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    type = models.CharField(max_length=200, blank=True)
    """The exception's type, such as ZeroDivisionError."""
    message = models.CharField(max_length=1000, blank=True)
    place = models.CharField(max_length=300, blank=True)
    """Where in the code, such as `crm.views in show`."""
    transaction = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=10)
    platform = models.CharField(max_length=32, blank=True)
    is_handled = models.BooleanField(default=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    event_count = models.PositiveBigIntegerField(default=0)
    user_count = models.PositiveBigIntegerField(default=0)
    first_release = models.ForeignKey(
        Release, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    last_release = models.ForeignKey(
        Release, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_release = models.ForeignKey(
        Release, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    """Where it is resolved with a release: only events of newer releases are a regression."""

    class Meta:
        """Found by what happened last."""

        indexes: ClassVar = [
            models.Index(
                fields=["project", "status", "-last_seen_at", "-id"],
                name="fireline_tracker_issue_seen",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.type else self.message


class Fingerprint(models.Model):
    """What the events of an issue have in common; an issue has more than one after merging by hand."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="fingerprints")
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="fingerprints")
    version = models.PositiveSmallIntegerField()
    """The version of the grouping that made it."""
    hash = models.CharField(max_length=32)
    split_by = models.CharField(max_length=40, blank=True)
    """Where a person has split it: the finer grouping that its later events get instead."""

    class Meta:
        """One issue for each."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "hash"], name="fireline_tracker_fingerprint_hash"
            )
        ]

    def __str__(self) -> str:
        return self.hash
