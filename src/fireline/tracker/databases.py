"""Where the tracker's tables are: in a SQLite file of their own, or in any database of the project."""

from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import Any

from django.conf import settings

LABEL = "fireline_tracker"
ALIAS = "tracker"

_FIRST_WORDS = (
    # Kept from the first table on: what retention has deleted is given back to the disk, in small steps.
    "PRAGMA auto_vacuum=INCREMENTAL;"
    # Pages are read while the digest writes.
    "PRAGMA journal_mode=WAL;"
    # The death of a process takes nothing; a power cut may take the last batches, and never harms the file.
    "PRAGMA synchronous=NORMAL;"
    "PRAGMA cache_size=-8000;"
)


def database(directory: str | PathLike[str]) -> dict[str, dict[str, Any]]:
    """
    An entry for DATABASES: the tracker in `tracker.sqlite3` of this directory, beside nobody else.

    With `DATABASE_ROUTERS = ["fireline.tracker.Router"]`. For PostgreSQL write an entry `tracker` of
    your own, or none: without one the tables are in the default database.
    """
    place = Path(directory)
    with suppress(OSError):  # SQLite says which file it cannot open, when it is asked to
        place.mkdir(parents=True, exist_ok=True)
    return {
        ALIAS: {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": place / "tracker.sqlite3",
            "OPTIONS": {
                "init_command": _FIRST_WORDS,
                # Whoever will write says so at once: waiting in line is possible then, later it is not.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
            },
        }
    }


class Router:
    """For DATABASE_ROUTERS: the tracker's tables are in the database `tracker` where there is one, and alone there."""

    alias = ALIAS

    def db_for_read(self, model: Any, **_: Any) -> str | None:
        """The tracker's database for its own models."""
        return self.alias if self._is_ours(model._meta.app_label) else None

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **_: Any) -> bool | None:
        """Rows of the tracker know each other, and nobody else's."""
        ours = {self._is_ours(row._meta.app_label) for row in (one, other)}
        return ours == {True} if True in ours else None

    def allow_migrate(self, db: str, app_label: str, **_: Any) -> bool | None:
        """The tracker's tables there and nowhere else, and no others there."""
        if self._is_ours(app_label):
            return db == self.alias
        return False if db == self.alias else None

    def _is_ours(self, app_label: str) -> bool:
        return app_label == LABEL and self.alias in settings.DATABASES
