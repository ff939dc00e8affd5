"""The tracker's tables in a real database, for tests in this process: a SQLite file or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connections, router

from fireline import tracker
from tests.running import PostgreSQL

ALIAS = "tracker_elsewhere"


class Router(tracker.Router):
    """Leads the tracker there."""

    alias = ALIAS

    def _is_ours(self, app_label: str) -> bool:
        return app_label == "fireline_tracker"


def sqlite(directory: Path) -> dict[str, Any]:
    """The settings of a file, as the helper makes them."""
    return tracker.database(directory)["tracker"]


def postgresql(server: PostgreSQL, name: str) -> dict[str, Any]:
    """The settings of a database of this server, which does not write down what it is told there."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": "postgres",
        "HOST": "127.0.0.1",
        "PORT": server.port,
        "OPTIONS": {"options": "-c log_statement=none"},
    }


@contextmanager
def tables(settings: dict[str, Any], blocker: Any) -> Iterator[None]:
    """In this database; behind the block the tracker is where it was before."""
    given = {**connections.settings, ALIAS: settings}
    connections.settings[ALIAS] = connections.configure_settings(given)[ALIAS]
    before, router.routers = router.routers, [Router()]
    try:
        with blocker.unblock():
            try:
                call_command("migrate", "fireline_tracker", database=ALIAS, verbosity=0)
                yield
            finally:
                connections[ALIAS].close()
    finally:
        router.routers = before
        del connections[ALIAS]
        del connections.settings[ALIAS]
