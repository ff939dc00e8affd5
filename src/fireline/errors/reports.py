"""The report: what Fireline says of one failure, to everyone."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from types import MappingProxyType
from typing import Any, Never
from uuid import UUID

from fireline.scrub import shown

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Severity(StrEnum):
    """How bad it is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @classmethod
    def _missing_(cls, value: object) -> "Severity | None":
        """Also in capitals, and by the name of its level: ERROR is high."""
        return _OTHER_NAMES.get(str(getattr(value, "value", value)).lower())

    @property
    def level(self) -> int:
        """The level of `logging` that says the same."""
        return _LEVELS[self]


_OTHER_NAMES = {
    **{severity.value: severity for severity in Severity},
    "info": Severity.LOW,
    "warning": Severity.MEDIUM,
    "error": Severity.HIGH,
}
_LEVELS = {
    Severity.LOW: logging.INFO,
    Severity.MEDIUM: logging.WARNING,
    Severity.HIGH: logging.ERROR,
    Severity.CRITICAL: logging.CRITICAL,
}


class Category(StrEnum):
    """Whose matter it is; it decides the default status and severity."""

    VALIDATION = "validation"
    AUTHENTICATION = "authentication"
    REQUEST = "request"
    BUSINESS = "business"
    EXTERNAL = "external"
    SYSTEM = "system"

    @classmethod
    def _missing_(cls, value: object) -> Never:
        raise ValueError(f"{value!r} is no category. Take one of {', '.join(cls)}.")

    @property
    def status(self) -> int:
        """The HTTP status where a kind names none."""
        return _DEFAULTS[self][0]

    @property
    def severity(self) -> Severity:
        """The severity where a kind names none."""
        return _DEFAULTS[self][1]


_DEFAULTS = {
    Category.VALIDATION: (400, Severity.LOW),
    Category.AUTHENTICATION: (401, Severity.MEDIUM),
    Category.REQUEST: (400, Severity.LOW),
    Category.BUSINESS: (422, Severity.LOW),
    Category.EXTERNAL: (503, Severity.HIGH),
    Category.SYSTEM: (500, Severity.HIGH),
}


SHOWN = frozenset({Category.VALIDATION, Category.REQUEST, Category.BUSINESS})
"""The categories whose messages and details are for the client; the others say something general."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReport:
    """
    One failure, described once.

    `message` and `details` are safe to show to the client; `exception` and `context` are for
    operators and developers. `details` of a validation failure is the tree of field names that DRF
    uses, its leaves texts that may carry a `code`.
    """

    error_id: str
    correlation_id: str
    code: str
    category: Category
    severity: Severity
    status: int
    message: str
    details: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    timestamp: datetime = field(default_factory=lambda: datetime.now(UTC))
    exception: BaseException | None = None
    context: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    retry_after: timedelta | None = None
    """When the client may try again, where that is known."""
    is_told: bool = False
    """Whether a sink has told somebody: a person, or a tracker that people read."""
    is_escalated: bool = False
    """Whether it was told before, with a lower severity and under the same ids."""


_PLAIN = (str, int, float, Decimal, UUID, date, timedelta, type(None))


def frozen(value: Any) -> Any:
    """The same in values that cannot change: read-only mappings, tuples, and texts of all else."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: frozen(item) for key, item in value.items()})
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(frozen(item) for item in value)
    if isinstance(value, float) and not isfinite(value):
        return str(value)  # JSON has no NaN
    return value if isinstance(value, _PLAIN) else shown(value)


def thawed(value: Any) -> Any:
    """The opposite of `frozen`: dicts with texts as keys, and lists, for any JSON encoder."""
    if isinstance(value, Mapping):
        return {str(key): thawed(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [thawed(item) for item in value]
    return value
