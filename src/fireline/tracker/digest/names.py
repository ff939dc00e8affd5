"""
Names that events bring along: releases and environments of their projects.

Who has a public key can make them up, so there is a most of each. The last eighth is for what the
service itself has captured; a name that finds no place is counted together with others, as `other`.
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from fireline.tracker.digest.complaints import complain
from fireline.tracker.digest.statements import insert, look_up
from fireline.tracker.models import Environment, Release

MOST_RELEASES = 10_000
"""Of one project. Retention makes room again."""
MOST_ENVIRONMENTS = 100
OTHER = "other"

Named = tuple[int, str]
"""The number of a project, and a name in it."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The table of these names, and how many a project may have."""

    model: type[Release | Environment]
    column: str
    most: int


def release_ids(
    using: str, wanted: dict[Named, datetime], own: Collection[Named]
) -> dict[Named, int]:
    """The releases of these projects and versions, `own` from within; new ones were first seen then."""

    def make(keys: Collection[Named]) -> None:
        times = {(project_id, OTHER): at for (project_id, _), at in wanted.items()} | wanted
        insert(
            using,
            Release,
            ("project", "version", "first_seen_at", "last_seen_at", "event_count"),
            [(*key, times[key], times[key], 0) for key in keys],
            "ON CONFLICT DO NOTHING",
        )

    return _ids(using, _Names(Release, "version", MOST_RELEASES), wanted, own, make)


def environment_ids(
    using: str, wanted: Collection[Named], own: Collection[Named]
) -> dict[Named, int]:
    """The environments of these projects and names, `own` from within."""

    def make(keys: Collection[Named]) -> None:
        insert(using, Environment, ("project", "name"), keys, "ON CONFLICT DO NOTHING")

    return _ids(using, _Names(Environment, "name", MOST_ENVIRONMENTS), wanted, own, make)


def _ids(
    using: str,
    names: _Names,
    wanted: Collection[Named],
    own: Collection[Named],
    make: Callable[[Collection[Named]], None],
) -> dict[Named, int]:
    found = _found(using, names, wanted)
    missing = [key for key in wanted if key not in found]
    if not missing:
        return found
    kept = _with_room(using, names, missing, own)
    places = {key: key if key in kept else (key[0], OTHER) for key in missing}
    rows = sorted(set(places.values()))
    make(rows)
    found |= _found(using, names, rows)
    if len(kept) < len(missing):
        complain(
            f"A project has so many {names.model._meta.verbose_name}s that new ones are counted as "
            f"{OTHER!r}. Where somebody makes them up: fireline_dsn --rotate, then --switch-off."
        )
    return found | {key: found[place] for key, place in places.items()}


def _found(using: str, names: _Names, keys: Collection[Named]) -> dict[Named, int]:
    what = f"t.project_id, t.{names.column}, t.id"
    rows = look_up(using, names.model, ("project", names.column), keys, what)
    return {(project_id, name): id_ for project_id, name, id_ in rows}


def _with_room(
    using: str, names: _Names, missing: Collection[Named], own: Collection[Named]
) -> set[Named]:
    """Those for which there is room: for what clients name in seven eighths of it."""
    rows = names.model._default_manager.using(using).exclude(**{names.column: OTHER}).order_by()
    counts = Counter(
        dict(
            rows.filter(project_id__in={project_id for project_id, _ in missing})
            .values_list("project_id")
            .annotate(Count("id"))
        )
    )
    kept = set()
    for key in missing:
        if counts[key[0]] < (names.most if key in own else names.most - names.most // 8):
            counts[key[0]] += 1
            kept.add(key)
    return kept
