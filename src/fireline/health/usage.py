"""When what fills up becomes a worry."""

from typing import Any

from fireline.health.readings import Reading, Status

DEGRADED_FROM, UNHEALTHY_FROM = 90.0, 95.0

GIGABYTE = 1024**3


def usage(what: str, percent: float, **details: Any) -> Reading:
    """How full it is, such as `Memory OK: 65.3% used`."""
    percent = round(percent, 1)
    if percent >= UNHEALTHY_FROM:
        status, word = Status.UNHEALTHY, "critical"
    elif percent >= DEGRADED_FROM:
        status, word = Status.DEGRADED, "high"
    else:
        status, word = Status.HEALTHY, "OK"
    return Reading(
        message=f"{what} {word}: {percent:.1f}% used",
        status=status,
        details={"used_percent": percent, **details},
    )


def gigabytes(size: float) -> float:
    """Bytes as gigabytes of 1024 megabytes, in hundredths."""
    return round(size / GIGABYTE, 2)
