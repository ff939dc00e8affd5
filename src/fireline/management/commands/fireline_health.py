"""`manage.py fireline_health`: what the probes say, for containers without curl."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fireline import conf
from fireline.health import Look, Status, everything, worst
from fireline.probes.ask import Asked, ask

_TIMEOUT = 5.0


class Command(BaseCommand):
    """Runs the checks here, or asks a service that runs; ends with 1 where it is not well."""

    help = "Say how well the service is, one line for each check; exits with 1 where it is not."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --url, --ready, --live and --timeout."""
        parser.add_argument(
            "--url", help="ask the service there, such as http://127.0.0.1:8000, not this process"
        )
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--ready", action="store_true", help="only what /readyz asks")
        which.add_argument("--live", action="store_true", help="only whether it answers")
        parser.add_argument(
            "--timeout",
            type=float,
            default=_TIMEOUT,
            metavar="SECONDS",
            help="how long the service at --url may take (default: %(default)g)",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Print, and end."""
        probe = "live" if options["live"] else "ready" if options["ready"] else "health"
        asked = ask(options["url"], probe, options["timeout"]) if options["url"] else here(probe)
        for line in asked.lines:
            self.stdout.write(line)
        self.stdout.flush()
        if not asked.is_well:
            raise CommandError(asked.summary)
        self.stdout.write(asked.summary)


def here(probe: str) -> Asked:
    """What the checks find in this process; it tells nobody else."""
    if probe == "live":
        return Asked(is_well=True, summary="live")
    if probe == "ready":
        look = Look(conf.current().READY_CHECKS, is_telling=False)
    else:
        look = everything(is_telling=False)
    verdicts = look.verdicts()
    status = worst(verdict.status for verdict in verdicts.values())
    return Asked(
        is_well=status is not Status.UNHEALTHY,
        summary=status.value,
        lines=tuple(
            f"{name}: {verdict.status.value}: {verdict.message}"
            for name, verdict in verdicts.items()
        ),
    )
