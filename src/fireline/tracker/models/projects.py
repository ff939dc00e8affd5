"""Whose events these are: projects, the keys by which they are sent, releases and environments."""

from secrets import token_hex
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


def new_public_key() -> str:
    """32 hexadecimal digits, as SDKs expect them in a DSN."""
    return token_hex(16)


class Project(models.Model):
    """One service that sends; `name` is SERVICE for the service's own process."""

    name = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """By name, as people look for them."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Key(models.Model):
    """A key by which events are sent over HTTP; it is public, for browsers bear it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="keys")
    public_key = models.CharField(max_length=32, unique=True, default=new_public_key)
    label = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)
    allowed_origins = models.JSONField(default=list, blank=True)
    """Origins of pages that may send, such as https://shop.example; where empty, all."""
    events_per_minute = models.PositiveIntegerField(null=True, blank=True)
    """More are refused until the minute is over; None sets no limit."""
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The oldest first."""

        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.label or self.public_key


class Release(models.Model):
    """A version of a project's service."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="releases")
    version = models.CharField(max_length=200)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    event_count = models.PositiveBigIntegerField(default=0)

    class Meta:
        """One row for each version."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "version"], name="fireline_tracker_release_version"
            )
        ]

    def __str__(self) -> str:
        return self.version


class Environment(models.Model):
    """Where a project's service runs; the empty name is for events that name none."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="environments")
    name = models.CharField(max_length=64, blank=True)

    class Meta:
        """One row for each name."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "name"], name="fireline_tracker_environment_name"
            )
        ]

    def __str__(self) -> str:
        return self.name
