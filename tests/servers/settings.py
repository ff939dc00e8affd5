"""The service of the tests as a real server runs it; shape and folder come from the environment."""

import os

from fireline.answers import SHAPES
from fireline.logs import config
from tests.settings import *  # noqa: F403

DIRECTORY = os.environ["TESTS_DIRECTORY"]
ROOT_URLCONF = "tests.servers.urls"
# Each test starts processes: what has no part in them is not imported.
INSTALLED_APPS = [
    app
    for app in INSTALLED_APPS  # noqa: F405
    if app not in {"fireline.communication", "fireline.tracker", "tests"}
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{DIRECTORY}/db.sqlite3"}}
LOGGING = config(service="crm", directory=f"{DIRECTORY}/logs")
FIRELINE = {
    "SERVICE": "crm",
    "RESPONSE_FORMAT": os.environ.get("TESTS_SHAPE") or None,
    "RESPONSE_FORMAT_BY_PATH": {f"/{shape}/": shape for shape in SHAPES},
    "API_PATHS": ["/api/", *(f"/{shape}/api/" for shape in SHAPES)],
}
