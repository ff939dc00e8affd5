"""Which paths no honest client asks for; the list is data, in suspicious_paths.txt."""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Self

from fireline import conf

_LIST = Path(__file__).with_name("suspicious_paths.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The list in the three forms in which a path is asked: whole segments, endings, parts."""

    segments: frozenset[str]
    endings: tuple[str, ...]
    parts: tuple[str, ...]

    @classmethod
    def of(cls, lines: tuple[str, ...]) -> Self:
        """
        Rules from lines: `wp-admin` is a segment, `*.bak` an ending, `vendor/phpunit` a part.

        Slashes around a segment are allowed: `/cgi-bin/`.
        """
        segments, endings, parts = set(), [], []
        for line in lines:
            rule = line.strip().lower()
            if rule.startswith("*"):
                endings.append(rule[1:])
            elif "/" in rule.strip("/"):
                parts.append(rule)
            else:
                segments.add(rule.strip("/"))
        return cls(segments=frozenset(segments), endings=tuple(endings), parts=tuple(parts))

    def match(self, path: str) -> bool:
        """Whether the path (lower case) breaks one of the rules."""
        return (
            not self.segments.isdisjoint(path.split("/"))
            or path.rstrip("/").endswith(self.endings)
            or any(part in path for part in self.parts)
        )


def is_suspicious(path: str) -> bool:
    """Whether this path is one that scanners try."""
    lowered = path[:2000].lower()
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
