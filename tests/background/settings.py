"""The service in processes of its own, as the environment says where its things are."""

import os
from pathlib import Path

import django

from fireline.logs import config
from tests.settings import *  # noqa: F403

DIRECTORY = Path(os.environ["TESTS_DIRECTORY"])

ROOT_URLCONF = "tests.background.urls"
# Each test starts processes: what has no part in them is not imported.
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    *([] if django.VERSION >= (6, 0) else ["django_tasks"]),
    "django_tasks_db",
    "fireline",
    "tests.background",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DIRECTORY / "crm.sqlite3",
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
    }
}
if "TESTS_CACHE" in os.environ:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": os.environ["TESTS_CACHE"],
        }
    }
_package = "django.tasks" if django.VERSION >= (6, 0) else "django_tasks"
TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend"},
    "immediate": {"BACKEND": f"{_package}.backends.immediate.ImmediateBackend"},
}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
LOGGING = config(service="crm", directory=DIRECTORY / "logs")
FIRELINE = {
    "SERVICE": "crm",
    "RUN_DIRECTORY": os.environ.get("TESTS_RUN", str(DIRECTORY / "run")),
    "SINKS": [
        "fireline.sinks.log.write",
        "fireline.sinks.metrics.write",
        "tests.background.told.write",
    ],
}
