"""One issue becomes several: a fingerprint leaves its issue, or is made finer."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import router, transaction
from django.db.models import Count, Max, Min

from fireline import conf
from fireline.tracker.grouping.by_hand import figures
from fireline.tracker.grouping.by_hand.locking import locked
from fireline.tracker.grouping.grouped import SPLITS, fingerprint_of
from fireline.tracker.grouping.headline import Headline, headline_of
from fireline.tracker.models import Event, Fingerprint, Issue
from fireline.tracker.payload import unpacked
from fireline.tracker.storms import occurrences
from fireline.tracker.tags import tags_of
from fireline.tracker.texts import cut

MOST_ISSUES = 100
"""Issues that one split makes; more would be a split by something that is different in each event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """One event that is kept, and what its figures have to know."""

    pk: int
    hash: str
    headline: Headline
    transaction: str
    release_id: int | None
    kept: figures.Kept


def split(fingerprint: Fingerprint, by: str = "") -> list[Issue]:
    """
    The issues that the events of this fingerprint are in from now on, stored ones and later ones.

    Without `by` it leaves its issue for one of its own, which undoes a merge. With `by`, which is one of
    `message`, `frames` and `transaction`, its events are told apart by that, too: what most of them have
    stays in the issue, each other gets one of its own. Figures follow the events that are still kept.
    Raises ValueError where there is nothing to split, or far too much.
    """
    if by and by not in SPLITS:
        raise ValueError(f"Nothing can be split by {by!r}. Split it by {', '.join(SPLITS)}.")
    using = router.db_for_write(Fingerprint, instance=fingerprint)
    rows = Fingerprint.objects.using(using).filter(pk=fingerprint.pk)
    issue_ids = list(rows.values_list("issue", flat=True))
    with transaction.atomic(using):
        ours = locked(using, issue_ids)
        found = rows.filter(issue__in=ours).first()
        if found is None:
            raise ValueError(
                f"{fingerprint} is no more, or just being merged. Look again where it leads."
            )
        issue = ours[found.issue_id]
        return _finer(using, found, issue, by) if by else [_alone(using, found, issue)]


def _alone(using: str, fingerprint: Fingerprint, issue: Issue) -> Issue:
    if not issue.fingerprints.using(using).exclude(pk=fingerprint.pk).exists():
        raise ValueError(
            f"{issue} has one fingerprint only. Split that by {', '.join(SPLITS)}, where it joins two bugs."
        )
    stored = list(_stored(using, fingerprint, issue))
    own = _made(using, stored, issue)
    _move(using, stored, issue, own, fingerprint)
    Fingerprint.objects.using(using).filter(pk=fingerprint.pk).update(issue=own)
    _renew(using, issue)
    return own


def _finer(using: str, fingerprint: Fingerprint, issue: Issue, by: str) -> list[Issue]:
    if fingerprint.split_by:
        raise ValueError(
            f"{fingerprint} is split by {fingerprint.split_by} already. Split one of those that came of it."
        )
    before = _split_by(using, fingerprint, issue)
    if by in before:
        raise ValueError(f"{fingerprint} is already what came of a split by {by}.")
    together = "+".join((*before, by))
    groups: defaultdict[str, list[_Stored]] = defaultdict(list)
    for stored in _stored(using, fingerprint, issue, together):
        groups[stored.hash].append(stored)
    if len(groups) > MOST_ISSUES:
        raise ValueError(
            f"A split by {by} would make {len(groups)} issues of {issue}; there is a limit of {MOST_ISSUES}."
            " Write a rule into TRACKER_FINGERPRINT_RULES instead."
        )
    Fingerprint.objects.using(using).filter(pk=fingerprint.pk).update(split_by=together)
    issues = [issue]
    for number, hash_ in enumerate(sorted(groups, key=lambda hash_: -len(groups[hash_]))):
        stored_of = groups[hash_]
        home = issue if number == 0 else _made(using, stored_of, issue)
        finer = Fingerprint.objects.using(using).create(
            project_id=issue.project_id, issue=home, version=fingerprint.version, hash=hash_
        )
        _move(using, stored_of, issue, home, finer)
        issues += [home] if number else []
    _renew(using, issue)
    return issues


def _stored(
    using: str, fingerprint: Fingerprint, issue: Issue, split_by: str = ""
) -> Iterator[_Stored]:
    rules = conf.current().TRACKER_FINGERPRINT_RULES
    rows = Event.objects.using(using).filter(issue=issue, fingerprint=fingerprint)
    for row in rows.order_by("received_at", "pk").iterator(200):
        event = unpacked(row.payload)
        yield _Stored(
            pk=row.pk,
            hash=fingerprint_of(event, rules, split_by).hash if split_by else fingerprint.hash,
            release_id=row.release_id,
            transaction=cut(event.get("transaction"), 200),
            headline=headline_of(event),
            kept=figures.Kept(
                received_at=row.received_at,
                occurrences=occurrences(event),
                environment_id=row.environment_id,
                user_hash=row.user_hash,
                tags=tuple(tags_of(event)),
            ),
        )


def _split_by(using: str, fingerprint: Fingerprint, issue: Issue) -> tuple[str, ...]:
    """What this fingerprint is split by itself: found by following one of its events."""
    row = Event.objects.using(using).filter(issue=issue, fingerprint=fingerprint).first()
    if row is None:
        return ()
    event, split_by = unpacked(row.payload), ""
    rules = conf.current().TRACKER_FINGERPRINT_RULES
    for _ in SPLITS:
        hash_ = fingerprint_of(event, rules, split_by).hash
        if hash_ == fingerprint.hash:
            break
        known = Fingerprint.objects.using(using).filter(project=issue.project_id, hash=hash_)
        split_by = known.values_list("split_by", flat=True).first() or split_by
    return tuple(split_by.split("+")) if split_by else ()


_KEPT = (
    "project_id", "status", "type", "message", "place", "transaction", "level", "platform",
    "is_handled", "first_seen_at", "last_seen_at", "resolved_at", "resolved_release_id",
)  # fmt: skip


def _made(using: str, stored: Sequence[_Stored], issue: Issue) -> Issue:
    """A new issue for these events, in the state that the old one is in."""
    made = Issue(**{name: getattr(issue, name) for name in _KEPT})
    if stored:
        releases = [each.release_id for each in stored if each.release_id]
        made.first_seen_at = stored[0].kept.received_at
        made.last_seen_at = stored[-1].kept.received_at
        made.first_release_id = releases[0] if releases else None
        made.last_release_id = releases[-1] if releases else None
        _name(made, stored[-1].headline, stored[-1].transaction)
    made.save(using=using, force_insert=True)
    return made


def _name(issue: Issue, headline: Headline, transaction: str) -> None:
    issue.type, issue.message, issue.place = headline.type, headline.message, headline.place
    issue.transaction = transaction


def _move(
    using: str, stored: Sequence[_Stored], issue: Issue, into: Issue, fingerprint: Fingerprint
) -> None:
    pks = [each.pk for each in stored]
    for start in range(0, len(pks), 500):
        rows = Event.objects.using(using).filter(pk__in=pks[start : start + 500])
        rows.update(issue=into, fingerprint=fingerprint)
    if into.pk != issue.pk:
        figures.move(using, [each.kept for each in stored], issue, into)
        into.event_count = sum(each.kept.occurrences for each in stored)
        issue.event_count = max(0, issue.event_count - into.event_count)
        into.user_count = figures.users_of(using, into.pk)
        into.save(using=using, update_fields=["event_count", "user_count"])


def _renew(using: str, issue: Issue) -> None:
    """What an issue says of itself, when events have left it."""
    left = Event.objects.using(using).filter(issue=issue)
    seen = left.aggregate(first=Min("received_at"), last=Max("received_at"), count=Count("pk"))
    if newest := left.order_by("-received_at", "-pk").first():
        event = unpacked(newest.payload)
        _name(issue, headline_of(event), cut(event.get("transaction"), 200))
        issue.last_seen_at = seen["last"]
    if seen["count"] and seen["count"] >= issue.event_count:  # else the first ones are not kept
        issue.first_seen_at = seen["first"]
    issue.user_count = figures.users_of(using, issue.pk)
    issue.save(using=using)
