"""From a frame to its place: what each language calls its functions, files and libraries. One language a file."""

from functools import lru_cache

from fireline.tracker.grouping.languages import javascript, others, python
from fireline.tracker.grouping.places import Place

_READERS = {"python": python.place, "javascript": javascript.place, "node": javascript.place}
_BY_EXTENSION = {".py": python.place, ".js": javascript.place}


@lru_cache(maxsize=4096)
def place_of(platform: str, module: str, path: str, function: str, is_far_right: bool) -> Place:
    """
    The place that a frame names; the same few thousand are asked for again and again.

    `is_far_right`: its column is one that only lines of a bundle have.
    """
    read = _READERS.get(platform) or _BY_EXTENSION.get(path[-3:], others.place)
    return read(platform, module, path, function, is_far_right)
