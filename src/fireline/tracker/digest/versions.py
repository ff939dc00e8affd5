"""Which of two releases is the newer one: by their numbers where they have any, else by when they were first seen."""

import re

from fireline.tracker.models import Release

_NUMBERED = re.compile(
    r"(?:(?P<package>[^@]*)@)?v?(?P<numbers>\d{1,9}(?:\.\d{1,9}){1,3})(?P<before>-[\w.-]+)?(?:\+\S*)?",
    re.ASCII,
)


def is_newer(release: Release, than: Release) -> bool:
    """
    Whether `shop@1.10.0` is newer than `shop@1.9.2`, though an old phone has sent the latter only now.

    Commits and names have no order of their own; neither have two previews of one version.
    """
    ours, theirs = _numbers_of(release.version), _numbers_of(than.version)
    if ours and theirs and ours[0] == theirs[0] and ours[1:] != theirs[1:]:
        return ours > theirs
    return (release.first_seen_at, release.pk) > (than.first_seen_at, than.pk)


def _numbers_of(version: str) -> tuple[str, tuple[int, ...], bool] | None:
    """The package, its numbers, and that this is no preview."""
    match = _NUMBERED.fullmatch(version)
    if match is None:
        return None
    numbers = tuple(map(int, match["numbers"].split(".")))
    return match["package"] or "", numbers + (0,) * (4 - len(numbers)), not match["before"]
