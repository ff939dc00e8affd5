"""System checks: what of Fireline is not wired or cannot be meant, and the way out. One matter a file."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, register

from fireline import conf
from fireline.checks import answers, logs, middlewares, monitoring, names, spool, tracker, values


def check(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Every finding, for `manage.py check` and every command that runs it."""
    settings = conf.current()
    return [
        *middlewares.findings(),
        *names.findings(settings),
        *values.findings(settings),
        *monitoring.findings(settings),
        *logs.findings(settings),
        *answers.findings(settings),
        *spool.findings(settings),
        *tracker.findings(settings),
    ]


def check_deployment(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """What in production would be shown to everybody, or be lost; for `check --deploy`."""
    settings = conf.current()
    return [
        *monitoring.open_to_everybody(settings),
        *spool.unsafe(settings),
        *tracker.half_wired(settings),
    ]


def install() -> None:
    """Let `manage.py check` ask."""
    register(check, "fireline")
    register(check_deployment, "fireline", deploy=True)
