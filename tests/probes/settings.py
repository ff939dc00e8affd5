"""A service with a PostgreSQL and a Valkey, wired so that all would stand in a probe's way that can."""

import os
from inspect import iscoroutinefunction

from django.utils.decorators import sync_and_async_middleware

from tests.servers.settings import *  # noqa: F403
from tests.servers.settings import DIRECTORY, MIDDLEWARE

# Each test starts several processes: what has no part in them is not imported.
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "fireline",
]
ROOT_URLCONF = "tests.probes.settings"  # no view is ever reached
urlpatterns: list[object] = []
ALLOWED_HOSTS = ["crm.example"]
SECURE_SSL_REDIRECT = True
MIDDLEWARE = [*MIDDLEWARE[:-1], "tests.probes.settings.only_members", MIDDLEWARE[-1]]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": "postgres",
        "HOST": "127.0.0.1",
        "PORT": os.environ["TESTS_POSTGRESQL"],
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": os.environ["TESTS_VALKEY"],
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
FIRELINE = {
    "SERVICE": "crm",
    "RUN_DIRECTORY": f"{DIRECTORY}/run",
    "MONITORING_TOKEN": "token-of-the-tests",
    "HEALTH_TIMEOUT": float(os.environ["TESTS_LIMIT"]),
    "HEALTH_CACHE_SECONDS": float(os.environ["TESTS_CACHE"]),
}


def only_members(get_response):
    """Lets nobody in, and asks the database first."""

    def refuse(request):
        request.session["seen"] = True
        raise RuntimeError("Nobody should have come so far")

    async def refuse_async(request):
        refuse(request)

    return refuse_async if iscoroutinefunction(get_response) else refuse


if "TESTS_SYNC" not in os.environ:  # with it, all before it are run in threads under ASGI, too
    only_members = sync_and_async_middleware(only_members)
