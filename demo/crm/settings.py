"""The CRM's settings: an ordinary project, with Fireline wired as its README says."""

import os
from pathlib import Path

import django

from crm.secret import secret_in
from fireline import logs, sentry, tracker

DEMO = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("CRM_DATA", DEMO / "data")).resolve()
LOGS = DATA / "logs"
"""All that the CRM writes lies in DATA: the database, the key, the logs, what its processes share."""

SECRET_KEY = secret_in(DATA / "secret-key")
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "crm.urls"
ASGI_APPLICATION = "crm.asgi.application"
WSGI_APPLICATION = "crm.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "fireline",
    "fireline.communication",
    "fireline.tracker",
    "crm",
    "customers",
    "failures",
    "feed",
]
MIDDLEWARE = [
    "fireline.middleware.FirelineMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware"
    if django.VERSION >= (6, 0)
    else "crm.csp.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "fireline.middleware.ErrorHandlingMiddleware",
]

FIRELINE = {
    "SERVICE": "crm",
    "RESPONSE_FORMAT": "flag",
    "API_PATHS": ("/api/",),
    "BRAND_NAME": "Larkfield CRM",
    "BRAND_LOGO": "/static/crm/logo.svg",
    "BRAND_CONTACT": "help@larkfield.example",
    "SLOW_REQUEST_SECONDS": 1,
    "WEBSOCKET_MESSAGES_PER_SECOND": 20,
    "WEBSOCKET_BYTES_PER_SECOND": 64_000,
    "RUN_DIRECTORY": str(DATA / "run"),
    "MONITORING_NETWORKS": ("127.0.0.1",),  # the demo is served to this machine only
    "MESSAGE_CHANNELS": ("whatsapp", "email"),
    "MESSAGE_TIMEOUT": 3,  # a person waits
    "PHONE_REGION": "DE",
    **{
        name: os.environ[name]
        for name in (
            "WHATSAPP_URL",
            "WHATSAPP_TOKEN",
            "WHATSAPP_PHONE_NUMBER_ID",
            "WHATSAPP_APP_SECRET",
            "WHATSAPP_VERIFY_TOKEN",
        )
        if name in os.environ
    },
    "PRIVATE_HOSTS": ("127.0.0.1",),  # where the stand-in for Meta is
}
DEFAULT_FROM_EMAIL = "Larkfield CRM <crm@larkfield.example>"
SMTP = {
    "host": os.environ.get("SMTP_HOST", "localhost"),
    "port": int(os.environ.get("SMTP_PORT", "25")),
}
if django.VERSION >= (6, 1):
    MAILERS = {
        "default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": SMTP}
    }
else:
    EMAIL_HOST, EMAIL_PORT = SMTP["host"], SMTP["port"]
LOGGING = logs.config(service="crm", directory=LOGS)
# Failures become events of the tracker below, and of Sentry where SENTRY_DSN is set.
sentry.init(service="crm")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "crm.sqlite3",
        # Readers and one writer at a time do not wait for each other in this mode.
        "OPTIONS": {"timeout": 5, "init_command": "PRAGMA journal_mode=WAL"},
    },
    **tracker.database(DATA),  # a file of its own
}
DATABASE_ROUTERS = ["fireline.tracker.Router"]
# In the memory of the one process; with a Redis, CHANNELS_REDIS=redis://..., any number of them.
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [os.environ["CHANNELS_REDIS"]]},
    }
    if "CHANNELS_REDIS" in os.environ
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [DEMO / "locale"]
TIME_ZONE = "Europe/Berlin"

STATIC_URL = "/static/"
STATIC_ROOT = DATA.parent / "static-root"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Not compressed: with brotli that takes ten seconds, and nobody here is far away.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Cookies are shared by all ports of 127.0.0.1: names of our own. They are not `Secure`, and there
# is no HSTS, because the demo speaks plain HTTP on this machine only.
SESSION_COOKIE_NAME = "crm_session"
CSRF_COOKIE_NAME = "crm_csrf"
CSRF_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
SECURE_CSP = {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "script-src": ["'self'"],  # the admin's, and that of the live feed
    "connect-src": ["'self'"],  # its socket
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}

REST_FRAMEWORK = {
    # The first names the challenge of a 401, so clients can tell it from a 403.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.BasicAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"customers": "120/min"},
    "PAGE_SIZE": 20,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Larkfield CRM",
    "DESCRIPTION": "Customers and what happened with them.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "fireline.sources.openapi.describe_errors",
    ],
}
