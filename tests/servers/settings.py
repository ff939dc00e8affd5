"""The service of the tests as a real server runs it; shape and folder come from the environment."""

import os

from fireline.logs import config
from tests.settings import *  # noqa: F403

DIRECTORY = os.environ["TESTS_DIRECTORY"]
ROOT_URLCONF = "tests.servers.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{DIRECTORY}/db.sqlite3"}}
LOGGING = config(service="crm", directory=f"{DIRECTORY}/logs")
FIRELINE = {
    "SERVICE": "crm",
    "RESPONSE_FORMAT": os.environ.get("TESTS_SHAPE") or None,
    "API_PATHS": ["/api/"],
}
