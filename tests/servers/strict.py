"""The service under a strict policy, with a database and static files that are broken."""

import os

from tests.servers.settings import *  # noqa: F403
from tests.servers.settings import DIRECTORY, FIRELINE, MIDDLEWARE

MIDDLEWARE = [MIDDLEWARE[0], "tests.servers.strict.strict_policy", *MIDDLEWARE[1:]]
# A folder is no database: every query fails.
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DIRECTORY}}
LOGIN_URL = "admin:login"
STATIC_URL = "https://static.invalid/"
FIRELINE = {**FIRELINE, "BRAND_NAME": "Acme", "BRAND_CONTACT": os.environ.get("TESTS_CONTACT", "")}


def strict_policy(get_response):
    """What Django 6's own middleware does with SECURE_CSP, for Django 5.2 too."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", "default-src 'self'")
        return response

    return middleware
