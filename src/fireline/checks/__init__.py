"""System checks: what of Fireline is not wired or cannot be meant, and the way out. One matter a file."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, register

from fireline import conf
from fireline.checks import answers, logs, middlewares, monitoring, names, values


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
    ]


def check_deployment(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """What would show a service in production to everybody; for `check --deploy`."""
    return [*monitoring.open_to_everybody(conf.current())]


def install() -> None:
    """Let `manage.py check` ask."""
    register(check, "fireline")
    register(check_deployment, "fireline", deploy=True)
