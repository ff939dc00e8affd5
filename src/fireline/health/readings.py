"""What a check says of one thing, and what was found of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from math import isfinite
from types import MappingProxyType
from typing import Any

from fireline.scrub import scrubbed, shown

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Status(StrEnum):
    """How well it is."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"


_ORDER = list(Status)


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of them; healthy where there is none."""
    return max(statuses, key=_ORDER.index, default=Status.HEALTHY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a check returns that says more than a dict of details: a text, and that it is degraded."""

    message: str = "OK"
    status: Status = Status.HEALTHY
    details: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found of one check, secrets taken out; `took` in seconds."""

    status: Status
    message: str
    details: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    took: float = 0.0
    error: BaseException | None = None


def reading_of(value: Any) -> Reading:
    """
    The reading that a check's function meant by what it returned; to fail it raises.

    Raises ValueError for False, which somebody may take for a way to fail, too.
    """
    if isinstance(value, Reading):
        return Reading(
            message=shown(value.message),
            status=Status(value.status),
            details=safe(value.details),
        )
    if value is False:
        raise ValueError("The check returned False. Let it raise what is wrong.")
    if isinstance(value, Mapping):
        return Reading(details=safe(value))
    return Reading() if value is None or value is True else Reading(details=safe({"value": value}))


_WIDTH, _DEPTH = 50, 4


def safe(details: Mapping[str, Any]) -> dict[str, Any]:
    """A bounded copy of the details that any JSON encoder takes, secrets taken out."""
    clean: dict[str, Any] = scrubbed(_bounded(details, _DEPTH))
    return clean


def _bounded(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < 2**63:
        return int(value)
    if isinstance(value, float) and isfinite(value):
        return float(value)
    if depth and isinstance(value, Mapping):
        return {
            shown(key, 100): _bounded(item, depth - 1)
            for key, item in islice(value.items(), _WIDTH)
        }
    if depth and isinstance(value, (list, tuple, set, frozenset)):
        return [_bounded(item, depth - 1) for item in islice(value, _WIDTH)]
    return shown(value)
