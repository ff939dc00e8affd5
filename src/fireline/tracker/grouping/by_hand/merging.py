"""Several issues become one, with all that is known of them."""

from collections.abc import Iterable

from django.db import router, transaction

from fireline.tracker.grouping.by_hand import figures
from fireline.tracker.grouping.by_hand.locking import locked
from fireline.tracker.models import Event, Fingerprint, Issue, Status


def merge(issues: Iterable[Issue], into: Issue) -> Issue:
    """
    Move all events, fingerprints and figures of these issues into this one, and delete them.

    Later events follow, for they are led by their fingerprints. Raises ValueError where the issues
    are of different projects.
    """
    using = router.db_for_write(Issue, instance=into)
    given = {issue.pk: issue for issue in issues if issue.pk != into.pk}
    for issue in given.values():
        if issue.project_id != into.project_id:
            raise ValueError(
                f"{issue} is of another project than {into}. Merge issues of one project only."
            )
    with transaction.atomic(using):
        ours = locked(using, [into.pk, *given])
        merged = ours.pop(into.pk, None)
        if merged is None:
            raise ValueError(
                f"{into} is no more: somebody has merged it. Look for where its events are now."
            )
        if ours:
            _merge(using, list(ours.values()), merged)
    return merged


def _merge(using: str, others: list[Issue], into: Issue) -> None:
    ids = [issue.pk for issue in others]
    Fingerprint.objects.using(using).filter(issue__in=ids).update(issue=into)
    Event.objects.using(using).filter(issue__in=ids).update(issue=into)
    figures.add_up(using, ids, into.pk)
    both = [into, *others]
    first = min(both, key=lambda issue: issue.first_seen_at)
    last = max(both, key=lambda issue: issue.last_seen_at)
    into.first_seen_at, into.last_seen_at = first.first_seen_at, last.last_seen_at
    into.first_release_id = first.first_release_id or into.first_release_id
    into.last_release_id = last.last_release_id or into.last_release_id
    into.event_count = sum(issue.event_count for issue in both)
    # Of a crowded table the users of some issues are gone; their number is not.
    into.user_count = max(figures.users_of(using, into.pk), *(issue.user_count for issue in both))
    into.is_handled = all(issue.is_handled for issue in both)
    if into.status == Status.RESOLVED and any(issue.status == Status.OPEN for issue in others):
        into.status, into.resolved_at, into.resolved_release = Status.OPEN, None, None
    into.save(using=using)
    Issue.objects.using(using).filter(pk__in=ids).delete()
