"""Whose the entries are: projects, by number or by name."""

from collections.abc import Collection

from django.db.models import Q

from fireline.tracker.models import Key, Project


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
