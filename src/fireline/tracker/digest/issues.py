"""Which issue an event belongs to: found by its fingerprint, or made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connections

from fireline import conf
from fireline.tracker.digest.arrivals import Arrival
from fireline.tracker.digest.statements import fit, insert, look_up
from fireline.tracker.grouping import fingerprint_of, headline_of
from fireline.tracker.models import Fingerprint, Issue
from fireline.tracker.texts import cut

MOST_SPLITS = 3
"""How often one fingerprint can have been split again."""

Place = tuple[int, str]
"""The number of a project, and the hash of a fingerprint in it."""

EventKey = tuple[int, str]
"""The number of a project, and the id of an event in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where events of one fingerprint belong."""

    issue_id: int
    fingerprint_id: int
    split_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Led:
    """The issues of a batch."""

    homes: Mapping[EventKey, Home]
    made: frozenset[int]
    """Those that this batch has made."""


def lead(using: str, arrivals: dict[EventKey, Arrival]) -> Led:
    """
    Find the issue of each event, and make those that are missing.

    Two workers that make the same issue at the same moment make one: the fingerprint that is written
    first wins, and the other worker waits for it.
    """
    places, known = _split(using, arrivals)
    missing = {places[key]: key for key in reversed(arrivals) if places[key] not in known}
    made = _made(using, {place: arrivals[key] for place, key in sorted(missing.items())})
    known |= made
    if lost := missing.keys() - made.keys():
        known |= _found(using, lost)
    return Led(
        homes={key: known[places[key]] for key in arrivals},
        made=frozenset(home.issue_id for home in made.values()),
    )


def _split(
    using: str, arrivals: Mapping[EventKey, Arrival]
) -> tuple[dict[EventKey, Place], dict[Place, Home]]:
    """The place of each event, finer where a person has split an issue; the homes that are known."""
    places = {key: (key[0], arrival.fingerprint.hash) for key, arrival in arrivals.items()}
    known: dict[Place, Home] = {}
    asked = set(places.values())
    for _ in range(MOST_SPLITS + 1):
        found = _found(using, asked)
        known |= found
        finer = {place: home.split_by for place, home in found.items() if home.split_by}
        if not finer:
            break
        rules = conf.current().TRACKER_FINGERPRINT_RULES
        moved = [key for key, place in places.items() if place in finer]
        for key in moved:
            split_by = finer[places[key]]
            again = fingerprint_of(arrivals[key].event(), rules, split_by=split_by)
            places[key] = (key[0], again.hash)
        asked = {places[key] for key in moved} - known.keys()
    return places, known


def _found(using: str, places: Iterable[Place]) -> dict[Place, Home]:
    """
    Those there are; nobody merges or splits them by hand until the transaction ends.

    They are asked for in one order, which is that of whoever wants them for himself, too.
    """
    rows = look_up(
        using,
        Fingerprint,
        ("project", "hash"),
        places,
        "t.project_id, t.hash, t.issue_id, t.id, t.split_by",
        "ORDER BY t.id FOR KEY SHARE OF t" if connections[using].vendor == "postgresql" else "",
    )
    return {
        (project_id, hash_): Home(issue_id=issue_id, fingerprint_id=id_, split_by=split_by)
        for project_id, hash_, issue_id, id_, split_by in rows
    }


def _made(using: str, firsts: Mapping[Place, Arrival]) -> dict[Place, Home]:
    """The issues that are really ours; of those that another worker has made, nothing stays."""
    if not firsts:
        return {}
    issues = Issue.objects.using(using).bulk_create(
        [_issue(project_id, arrival) for (project_id, _), arrival in firsts.items()]
    )
    ids = {place: int(issue.pk) for place, issue in zip(firsts, issues, strict=True)}
    won = insert(
        using,
        Fingerprint,
        ("project", "hash", "version", "issue", "split_by"),
        [(*place, firsts[place].fingerprint.version, ids[place], "") for place in firsts],
        "ON CONFLICT (project_id, hash) DO NOTHING RETURNING project_id, hash, id",
    )
    ours = {(project_id, hash_): id_ for project_id, hash_, id_ in won}
    if lost := [ids[place] for place in firsts if place not in ours]:
        Issue.objects.using(using).filter(id__in=lost).delete()
    return {place: Home(issue_id=ids[place], fingerprint_id=ours[place]) for place in ours}


def _issue(project_id: int, arrival: Arrival) -> Issue:
    event = arrival.event()
    headline = headline_of(event)
    return Issue(
        project_id=project_id,
        type=cut(headline.type, 200),
        message=cut(headline.message, 1000),
        place=cut(headline.place, 300),
        transaction=cut(event.get("transaction"), 200),
        level=arrival.level,
        platform=cut(event.get("platform"), 32),
        is_handled=is_handled(event),
        first_seen_at=fit(arrival.received_at),
        last_seen_at=fit(arrival.received_at),
    )


def is_handled(event: Mapping[str, object]) -> bool:
    """Whether somebody has caught what was raised, as the SDK says."""
    exception = event.get("exception")
    values = exception.get("values", ()) if isinstance(exception, dict) else ()
    mechanisms = [value.get("mechanism") or {} for value in values]
    return not any(mechanism.get("handled") is False for mechanism in mechanisms)
