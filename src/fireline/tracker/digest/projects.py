"""Whose the entries are: projects by number or by name, their releases and environments."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TypeVar

from django.db.models import Count, Q

from fireline.tracker.digest.statements import insert, look_up
from fireline.tracker.models import Environment, Key, Project, Release

T = TypeVar("T")

MOST_RELEASES = 10_000
"""Of one project; events of more bear none. Who has a public key can make them up."""
MOST_ENVIRONMENTS = 100


def project_ids(using: str, given: Collection[str]) -> dict[str, int]:
    """
    The projects that entries name: a DSN its number, the service's own process its name.

    A name that is new becomes a project with a key; a number that is unknown has no place in the answer.
    """
    numbers = {text: int(text) for text in given if text.isdecimal() and len(text) < 19}
    names = {text: clean(text) for text in given if not text.isdecimal() and clean(text)}
    rows = Project.objects.using(using).filter(
        Q(id__in=numbers.values()) | Q(name__in=names.values())
    )
    ids, by_name = set(), {}
    for id_, name in rows.values_list("id", "name"):
        ids.add(id_)
        by_name[name] = id_
    for name in names.values():
        if name not in by_name:
            by_name[name] = _made(using, name)
    return {
        **{text: number for text, number in numbers.items() if number in ids},
        **{text: by_name[name] for text, name in names.items()},
    }


def clean(name: str) -> str:
    """The name as the table has it."""
    return name.replace("\0", "").strip()[:100]


def _made(using: str, name: str) -> int:
    project, is_new = Project.objects.using(using).get_or_create(name=name)
    if is_new:
        Key.objects.using(using).create(project=project, label="made with the project")
    return int(project.pk)


Named = tuple[int, str]
"""The number of a project, and a name in it."""


def release_ids(using: str, wanted: dict[Named, datetime]) -> dict[Named, int]:
    """The releases of these projects and versions; those that are new were first seen then."""
    found = _releases(using, wanted)
    missing = {key: at for key, at in wanted.items() if key not in found}
    if missing := _with_room(using, Release, missing, MOST_RELEASES):
        insert(
            using,
            Release,
            ("project", "version", "first_seen_at", "last_seen_at", "event_count"),
            [(*key, at, at, 0) for key, at in sorted(missing.items())],
            "ON CONFLICT DO NOTHING",
        )
        found |= _releases(using, missing)
    return found


def environment_ids(using: str, wanted: Collection[Named]) -> dict[Named, int]:
    """The environments of these projects and names; where there are too many, those without a name."""
    found = _environments(using, wanted)
    missing = {key: key for key in wanted if key not in found}
    if missing:
        made = _with_room(using, Environment, missing, MOST_ENVIRONMENTS)
        unnamed = {(project_id, "") for project_id, _ in missing}
        rows = sorted({*made, *unnamed})
        insert(using, Environment, ("project", "name"), rows, "ON CONFLICT DO NOTHING")
        found |= _environments(using, {*made, *unnamed})
        for project_id, name in missing:
            found.setdefault((project_id, name), found[project_id, ""])
    return found


def _releases(using: str, wanted: Iterable[Named]) -> dict[Named, int]:
    rows = look_up(using, Release, ("project", "version"), wanted, "t.project_id, t.version, t.id")
    return {(project_id, version): id_ for project_id, version, id_ in rows}


def _environments(using: str, wanted: Iterable[Named]) -> dict[Named, int]:
    rows = look_up(using, Environment, ("project", "name"), wanted, "t.project_id, t.name, t.id")
    return {(project_id, name): id_ for project_id, name, id_ in rows}


def _with_room(
    using: str, model: type[Release | Environment], missing: dict[Named, T], most: int
) -> dict[Named, T]:
    if not missing:
        return {}
    projects = {project_id for project_id, _ in missing}
    rows = model._default_manager.using(using).filter(project_id__in=projects)
    counts = rows.order_by().values_list("project_id").annotate(Count("id"))
    room = {**dict.fromkeys(projects, most), **{id_: most - count for id_, count in counts}}
    kept = {}
    for key, value in missing.items():
        if room[key[0]] > 0:
            room[key[0]] -= 1
            kept[key] = value
    return kept
