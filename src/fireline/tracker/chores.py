"""Upkeep that one process of all does now and then, on whichever host."""

from datetime import timedelta

from django.utils import timezone

from fireline.tracker.models import Chore


def claimed(name: str, every: timedelta) -> bool:
    """Whether this chore is due and falls to the caller; then it is due again after `every`."""
    now = timezone.now()
    if Chore.objects.filter(name=name, due_at__lte=now).update(due_at=now + every):
        return True
    if Chore.objects.filter(name=name).exists():
        return False
    made = Chore.objects.bulk_create([Chore(name=name, due_at=now)], ignore_conflicts=True)
    return bool(made) and claimed(name, every)


def put_off(name: str, by: timedelta) -> None:
    """Let this chore be due that much from now: it goes on, or took long."""
    Chore.objects.filter(name=name).update(due_at=timezone.now() + by)
