"""
The memory limit of the container or service that this process runs in, where there is one.

https://docs.kernel.org/admin-guide/cgroup-v2.html and https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What a group may use, and what it uses, in bytes."""

    total: int
    used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """Where a version of cgroups keeps its figures."""

    total: str
    used: str
    reclaimable: str


_V1 = _Files(
    total="memory.limit_in_bytes", used="memory.usage_in_bytes", reclaimable="total_inactive_file"
)
_V2 = _Files(total="memory.max", used="memory.current", reclaimable="inactive_file")


def tightest(root: Path = ROOT, membership: Path = MEMBERSHIP) -> Limit | None:
    """The fullest of the groups that this process is in, for the limit of each one above holds too."""
    limits = [
        limit
        for directory, files in _groups(root, membership)
        if (limit := _limit(directory, files))
    ]
    return max(limits, key=lambda limit: limit.used / limit.total, default=None)


def _groups(root: Path, membership: Path) -> Iterator[tuple[Path, _Files]]:
    lines: list[str] = []
    with suppress(OSError):  # not on Linux
        lines = membership.read_text().splitlines()
    for line in lines:
        _, controllers, name = line.split(":", 2)
        if not controllers:
            top, files = root, _V2
        elif "memory" in controllers.split(","):
            top, files = root / "memory", _V1
        else:
            continue
        # Inside a container the name may be that of the host, of which only the top is to be seen.
        path = PurePosixPath(*[part for part in name.split("/") if part not in {"", ".."}])
        for part in (path, *path.parents):
            yield top / part, files


def _limit(directory: Path, files: _Files) -> Limit | None:
    try:
        total = int((directory / files.total).read_text())
        used = int((directory / files.used).read_text())
        figures = dict(
            line.split(maxsplit=1) for line in (directory / "memory.stat").read_text().splitlines()
        )
    except (OSError, ValueError):  # no such group, or `max`
        return None
    # The page cache is given back when memory is short; Kubernetes counts in the same way.
    return Limit(total=total, used=max(0, used - int(figures.get(files.reclaimable, 0))))
