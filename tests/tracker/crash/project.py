"""The service: it fails on request, its tracker takes its own events and those of others."""

import os
from pathlib import Path
from typing import Any

import fireline.tracker
from fireline import sentry
from fireline.signals import reported
from fireline.tracker.spool.streams import RedisSpool

DIRECTORY = Path(os.environ["CRASH_DIRECTORY"])
POSTGRESQL = os.environ.get("CRASH_POSTGRESQL")
"""The port of a PostgreSQL; without one everything is in SQLite."""
ACCEPTED = DIRECTORY / "accepted-own"

SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.tracker.crash.routes"
USE_TZ = True
INSTALLED_APPS = ["fireline", "fireline.tracker"]
MIDDLEWARE = [
    "fireline.middleware.FirelineMiddleware",
    "fireline.middleware.ErrorHandlingMiddleware",
]
DATABASES: dict[str, Any] = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DIRECTORY / "db.sqlite3"}
}
if POSTGRESQL:
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": "postgres",
        "HOST": "127.0.0.1",
        "PORT": POSTGRESQL,
    }
else:
    DATABASES |= fireline.tracker.database(DIRECTORY)
    DATABASE_ROUTERS = ["fireline.tracker.Router"]
FIRELINE = {
    "SERVICE": "crash",
    "RESPONSE_FORMAT": "flat",
    "RUN_DIRECTORY": str(DIRECTORY / "run"),
    "TRACKER_SPOOL": os.environ.get("CRASH_SPOOL", str(DIRECTORY / "spool")),
    "TRACKER_DIGEST": "worker" if POSTGRESQL else "thread",
    "TRACKER_EVENTS_PER_ISSUE": 1_000_000,
    "TRACK_PER_MINUTE": 1_000_000,
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
sentry.init(service="crash", release="crash@1")
# What a digester had in its hands when Redis crashed is another's after three seconds, not after a minute.
RedisSpool.__init__.__defaults__ = (3.0,)


def tell(report: Any, **_: object) -> None:
    """Write down each report that the tracker has accepted, whoever is killed next."""
    if report.is_told:
        with ACCEPTED.open("a") as file:
            file.write(f"{report.error_id}\n")


reported.connect(tell)
