"""Entries that cannot be digested: kept where people can look at them, in nobody's way."""

from datetime import UTC, datetime

from django.db import transaction

from fireline.scrub import scrubbed_text
from fireline.tracker import payload
from fireline.tracker.digest.complaints import complain
from fireline.tracker.digest.statements import fit
from fireline.tracker.models import SetAside
from fireline.tracker.spool import Entry

MOST = 500
"""Entries that are kept; the oldest go first."""
LARGEST = 1_000_000
"""Bytes that are kept of one."""


def set_aside(using: str, entry: Entry, error: BaseException) -> None:
    """Keep the entry, with what was wrong. Raises django.db.Error where that is impossible now."""
    complain(f"An entry was set aside: {type(error).__name__}. The admin shows it.", error)
    with transaction.atomic(using):
        SetAside.objects.using(using).update_or_create(
            entry_id=entry.id,
            defaults={
                "project": entry.project.replace("\0", "")[:100],
                "received_at": fit(datetime.fromtimestamp(entry.received_at, UTC)),
                "set_aside_at": fit(datetime.now(UTC)),
                "reason": _reason(error),
                "size": len(entry.envelope),
                "envelope": payload.compressed(_shown(entry)),
            },
        )
        kept = SetAside.objects.using(using).order_by("-set_aside_at", "-id")
        if oldest := kept.values_list("id", flat=True)[MOST : MOST + 1]:
            SetAside.objects.using(using).filter(id__lte=oldest[0]).delete()


def _reason(error: BaseException) -> str:
    return scrubbed_text(f"{type(error).__name__}: {error}".replace("\0", ""))[:1000]


def _shown(entry: Entry) -> bytes:
    body = entry.envelope[:LARGEST]
    if entry.is_scrubbed:
        return body
    try:
        return scrubbed_text(body.decode("utf-8", "replace")).encode()
    except Exception:  # it may be what nobody could digest it for
        return b""
