"""Settings of a service that real servers run: with the tracker in a SQLite file of its own."""

import os

from fireline import tracker
from fireline.logs import config
from tests.settings import *  # noqa: F403

DIRECTORY = os.environ["TESTS_DIRECTORY"]
ROOT_URLCONF = "tests.tracker.ingest.served.pages"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{DIRECTORY}/db.sqlite3"},
    **tracker.database(DIRECTORY),
}
DATABASE_ROUTERS = ["fireline.tracker.Router"]
LOGGING = config(service="crm", directory=f"{DIRECTORY}/logs")
FIRELINE = {"SERVICE": "crm", "RUN_DIRECTORY": f"{DIRECTORY}/run", "TRACKER_DIGEST": "off"}
