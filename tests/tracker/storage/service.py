"""Settings of a service with the tracker in its databases: those of DATABASES, as JSON."""

import json
import os
from pathlib import Path

from fireline import tracker

PLACE = Path(os.environ["PLACE"])

SECRET_KEY = "only for tests"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "fireline",
    "fireline.tracker",
]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": PLACE / "db.sqlite3"},
    **(tracker.database(PLACE / "data") if "OWN" in os.environ else {}),
    **json.loads(os.environ.get("DATABASES", "{}")),
}
DATABASE_ROUTERS = ["fireline.tracker.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
FIRELINE = {"RUN_DIRECTORY": str(PLACE / "run"), "TRACKER_DIGEST": "off"}
