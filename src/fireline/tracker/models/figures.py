"""Figures that stay when events go: counts by hour and day, tags, affected users, what was dropped."""

from typing import ClassVar

from django.db import models

from fireline.tracker.models.issues import Issue
from fireline.tracker.models.projects import Environment, Key, Project, Release


class Count(models.Model):
    """
    How many events there were in one hour or one day.

    A row for each issue and environment; those of a project are the sum of its issues', and a row
    with a release counts the events of that release, over all issues.
    """

    class Per(models.TextChoices):
        """The length of the time that is counted."""

        HOUR = "h"
        DAY = "d"

    project = models.ForeignKey(Project, models.CASCADE, db_index=False, related_name="+")
    environment = models.ForeignKey(Environment, models.CASCADE, db_index=False, related_name="+")
    issue = models.ForeignKey(
        Issue, models.CASCADE, null=True, db_index=False, related_name="counts"
    )
    release = models.ForeignKey(
        Release, models.CASCADE, null=True, db_index=False, related_name="counts"
    )
    per = models.CharField(max_length=1, choices=Per)
    begins_at = models.DateTimeField()
    events = models.PositiveBigIntegerField()

    class Meta:
        """One row for each thing that is counted and each time: upserts win races."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["issue", "per", "begins_at", "environment"],
                name="fireline_tracker_count_issue",
                condition=models.Q(issue__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["release", "per", "begins_at", "environment"],
                name="fireline_tracker_count_release",
                condition=models.Q(release__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["project", "per", "begins_at", "environment"],
                name="fireline_tracker_count_project",
                condition=models.Q(issue__isnull=True, release__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.events} from {self.begins_at}"


class TagCount(models.Model):
    """How many events of an issue bear one value of one tag."""

    issue = models.ForeignKey(Issue, models.CASCADE, db_index=False, related_name="tags")
    key = models.CharField(max_length=32)
    value = models.CharField(max_length=200)
    events = models.PositiveBigIntegerField()
    last_seen_at = models.DateTimeField()

    class Meta:
        """One row for each value."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "key", "value"], name="fireline_tracker_tag")
        ]

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


class AffectedUser(models.Model):
    """One user whom an issue has met: counted by a keyed hash, never stored in clear."""

    issue = models.ForeignKey(Issue, models.CASCADE, db_index=False, related_name="users")
    user_hash = models.BigIntegerField()
    events = models.PositiveBigIntegerField()

    class Meta:
        """One row for each."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "user_hash"], name="fireline_tracker_user")
        ]

    def __str__(self) -> str:
        return f"{self.user_hash:x}"


class Discarded(models.Model):
    """What was not kept: by the client, by a limit, or because nothing here understands it."""

    project = models.ForeignKey(Project, models.CASCADE, db_index=False, related_name="+")
    key = models.ForeignKey(Key, models.SET_NULL, null=True, db_index=False, related_name="+")
    day = models.DateField()
    by = models.CharField(max_length=10)
    """`client` as its reports say, or `tracker`."""
    reason = models.CharField(max_length=40)
    category = models.CharField(max_length=40)
    """What it was, such as `error`, or the name of an unknown kind of item."""
    quantity = models.PositiveBigIntegerField()

    class Meta:
        """One row for each day and reason."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "day", "by", "reason", "category"],
                name="fireline_tracker_discarded_why",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.category}: {self.reason}"
