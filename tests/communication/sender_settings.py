"""A service that only sends, in several processes with one database."""

import os
from pathlib import Path

from fireline.logs import config
from tests.communication.provider import TOKEN

DIRECTORY = Path(os.environ["SENDER_DIRECTORY"])
SECRET_KEY = "only for tests"
INSTALLED_APPS = ["fireline", "fireline.communication"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DIRECTORY / "db.sqlite3",
        "OPTIONS": {"timeout": 20, "init_command": "PRAGMA synchronous=OFF"},
    }
}
USE_TZ = True
LOGGING = config(service="crm", directory=DIRECTORY)
FIRELINE = {
    "SERVICE": "crm",
    "RUN_DIRECTORY": str(DIRECTORY / "run"),
    "PRIVATE_HOSTS": ["127.0.0.1"],
    "WHATSAPP_URL": os.environ["SENDER_URL"],
    "WHATSAPP_TOKEN": TOKEN,
    "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
}
