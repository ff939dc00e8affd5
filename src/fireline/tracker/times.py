"""Times of rows as people read them, also where the project has USE_TZ = False."""

from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone


def local(at: datetime) -> datetime:
    """In the reader's zone; times without one are there already."""
    return timezone.localtime(at) if timezone.is_aware(at) else at


def utc(at: datetime) -> datetime:
    """In UTC, whose days and hours are counted."""
    return (at if timezone.is_aware(at) else timezone.make_aware(at)).astimezone(UTC)


def stored(at: datetime) -> datetime:
    """As the project's rows bear it."""
    return at if settings.USE_TZ else timezone.make_naive(at)
