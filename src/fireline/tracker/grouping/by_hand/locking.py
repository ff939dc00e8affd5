"""While people merge and split, digesting goes on: who comes second sees what the first has done."""

from collections.abc import Iterable
from typing import Any

from django.db import connections
from django.db.models import F

from fireline.tracker.models import Fingerprint, Issue


def locked(using: str, issue_ids: Iterable[int]) -> dict[int, Issue]:
    """
    These issues, ours with their fingerprints until the transaction ends; those that are gone are left out.

    A digest that has looked one of the fingerprints up holds it until it has stored its events, and
    they are seen here; one that asks later waits for us. Fingerprints come first, as there.
    """
    ids = sorted(set(issue_ids))
    fingerprints = Fingerprint.objects.using(using).filter(issue__in=ids)
    if connections[using].vendor == "sqlite":  # who begins by reading may be refused to write later
        fingerprints.update(version=F("version"))
    list(fingerprints.order_by("pk").select_for_update())
    rows: Any = Issue.objects.using(using).filter(pk__in=ids).order_by("pk").select_for_update()
    return {issue.pk: issue for issue in rows}
