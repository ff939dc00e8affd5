"""foxray as an app of a Django project, without its limits: all that is sent is kept."""

from bench.tracker.projects.stock import *  # noqa: F403
from bench.tracker.projects.stock import SQLITE, STOCK_APPS, STOCK_MIDDLEWARE

ROOT_URLCONF = "bench.tracker.projects.foxray_routes"
INSTALLED_APPS = [*STOCK_APPS, "foxray.django"]
MIDDLEWARE = STOCK_MIDDLEWARE
DATABASES = {"default": SQLITE}
MANY = 100_000_000
FOXRAY = {
    "AUTO_INIT": False,
    "BASE_URL": "http://127.0.0.1",
    "RATE_LIMIT_PER_MINUTE": 0,
    "SAMPLE_AFTER": MANY,
    "EVENTS_PER_ISSUE": MANY,
    "MAX_DB_MB": MANY,
    "KEEP_FRAME_VARS": True,
}
LOGGING = {"version": 1, "root": {"level": "ERROR"}}
