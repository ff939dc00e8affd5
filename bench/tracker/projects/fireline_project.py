"""Settings of a project with the tracker, and nothing else of its own."""

import os

import fireline.tracker
from bench.tracker.projects.stock import *  # noqa: F403
from bench.tracker.projects.stock import DIRECTORY, SQLITE, STOCK_APPS, STOCK_MIDDLEWARE

ROOT_URLCONF = "bench.tracker.projects.fireline_routes"
INSTALLED_APPS = [*STOCK_APPS, "fireline", "fireline.tracker"]
MIDDLEWARE = [
    "fireline.middleware.FirelineMiddleware",
    *STOCK_MIDDLEWARE,
    "fireline.middleware.ErrorHandlingMiddleware",
]
DATABASES = {"default": SQLITE, **fireline.tracker.database(DIRECTORY)}
DATABASE_ROUTERS = ["fireline.tracker.Router"]
FIRELINE = {
    "SERVICE": "bench",
    "RUN_DIRECTORY": str(DIRECTORY / "run"),
    "TRACKER_SPOOL_MB": 1024,  # the digester is stopped meanwhile
    "TRACKER_DIGEST": os.environ.get("BENCH_DIGEST", "thread"),
}
LOGGING = {"version": 1, "root": {"level": "ERROR"}}
