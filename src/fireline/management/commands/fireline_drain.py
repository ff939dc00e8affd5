"""`manage.py fireline_drain`: let every process of the service on this host ask for no more work."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fireline.probes import draining


class Command(BaseCommand):
    """Makes /readyz answer 503 in every process that serves now; what they do goes on."""

    help = "Let /readyz answer 503, so that a load balancer sends no more requests; for preStop."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --undo and --wait."""
        parser.add_argument("--undo", action="store_true", help="be ready again")
        parser.add_argument(
            "--wait",
            type=float,
            default=0.0,
            metavar="SECONDS",
            help="return after so many seconds, when the load balancer has seen it",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Write the file, or remove it."""
        if not 0 <= options["wait"] < float("inf"):
            raise CommandError(
                f"--wait is {options['wait']:g}. Give it seconds, such as --wait 15."
            )
        try:
            if options["undo"]:
                draining.undo()
                self.stdout.write("Ready again.")
                return
            path = draining.drain()
        except OSError as error:
            raise CommandError(
                f"The run directory cannot be written: {error}. Set FIRELINE['RUN_DIRECTORY']."
            ) from error
        self.stdout.write(f"Draining: /readyz answers 503, for {path} says so.")
        self.stdout.flush()
        time.sleep(options["wait"])
