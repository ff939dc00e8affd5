"""Which paths no honest client asks for; the list is data, in suspicious_paths.txt."""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Self

from fireline import conf

_LIST = Path(__file__).with_name("suspicious_paths.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The list in the forms in which a path is asked."""

    segments: frozenset[str]
    parts: tuple[str, ...]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]

    @classmethod
    def of(cls, lines: tuple[str, ...]) -> Self:
        """
        Rules from lines, in any case.

        `.git` and `vendor/phpunit` are whole segments of a path, wherever they stand; `/backup` is
        where the path begins; `*.bak` is where it ends; `*..%2f*` stands anywhere.
        """
        segments: set[str] = set()
        parts: list[str] = []
        beginnings: list[str] = []
        endings: list[str] = []
        for line in lines:
            rule = line.strip().lower()
            words = rule.strip("*/")
            if not words:
                continue
            if rule.startswith("*"):
                (parts if rule.endswith("*") else endings).append(rule.strip("*"))
            elif rule.startswith("/"):
                beginnings.append(f"/{words}/")
            elif "/" in words:
                parts.append(f"/{words}/")
            else:
                segments.add(words)
        return cls(
            segments=frozenset(segments),
            parts=tuple(parts),
            beginnings=tuple(beginnings),
            endings=tuple(f"{ending}/" for ending in endings),
        )

    def match(self, path: str) -> bool:
        """Whether the path (lower case, with one slash at its end) breaks one of the rules."""
        return (
            not self.segments.isdisjoint(path.split("/"))
            or path.startswith(self.beginnings)
            or path.endswith(self.endings)
            or any(part in path for part in self.parts)
        )


def is_suspicious(path: str) -> bool:
    """Whether this path is one that scanners try."""
    lowered = f"{path[:2000].lower().rstrip('/')}/"
    own = conf.current().SUSPICIOUS_PATHS
    return _shipped().match(lowered) or (bool(own) and _own(own).match(lowered))


def shipped_rules() -> tuple[str, ...]:
    """The lines of the list that Fireline brings."""
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def _shipped() -> Rules:
    return Rules.of(shipped_rules())


@lru_cache(maxsize=8)
def _own(lines: tuple[str, ...]) -> Rules:
    return Rules.of(lines)
