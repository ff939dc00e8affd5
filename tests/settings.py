"""The service of the tests: small, and wired as the README says."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import django

from fireline.logs import config

PLACE = Path(tempfile.mkdtemp(prefix="fireline-tests-"))
OWNER = os.getpid()
# What other programs put away for a while goes with it, also where they are killed.
os.environ["TMPDIR"] = str(PLACE)
DIRECTORY = PLACE / "service"
DIRECTORY.mkdir()


@atexit.register
def remove_directory() -> None:
    """Nothing is left behind; a forked child leaves its parent's alone."""
    if os.getpid() == OWNER:
        shutil.rmtree(PLACE, ignore_errors=True)


SECRET_KEY = "only for tests"
DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
ROOT_URLCONF = "tests.urls"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "rest_framework",
    *([] if django.VERSION >= (6, 0) else ["django_tasks"]),
    "fireline",
    "fireline.communication",
    "fireline.tracker",
    "tests",
]
MIDDLEWARE = [
    "fireline.middleware.FirelineMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "fireline.middleware.ErrorHandlingMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; nothing to keep
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
STATIC_URL = "static/"
LOGGING = config(service="crm", directory=DIRECTORY)
FIRELINE = {"SERVICE": "crm", "RUN_DIRECTORY": str(DIRECTORY / "run")}
