"""Every setting of Fireline: its name, type, default and meaning."""

import os
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed


def service_name() -> str:
    """The project's package name, read from DJANGO_SETTINGS_MODULE (`crm.settings` is `crm`)."""
    return os.environ.get("DJANGO_SETTINGS_MODULE", "").partition(".")[0] or "django"


_PROBES: Mapping[str, str] = types.MappingProxyType(
    {
        "/healthz": "live",
        "/readyz": "ready",
        "/readiness": "ready",
        "/health": "health",
        "/metrics": "metrics",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The dict `FIRELINE` of a project's settings, checked and complete."""

    SERVICE: str = ""
    """Name of the service in log lines and loggers; where empty, the project's package name."""

    RESPONSE_FORMAT: str | None = None
    """Shape of every error answer: problem, flag, flat, nested, drf, or a dotted path to a Shape.
    None leaves every answer as Django and DRF give it and adds the ids in headers only."""

    RESPONSE_FORMAT_BY_PATH: Mapping[str, str | None] = field(default_factory=dict)
    """Other shapes for some path prefixes, such as {"/api/v2/": "problem"}; the longest prefix wins."""

    API_PATHS: tuple[str, ...] = ()
    """Path prefixes that are always answered in JSON; the paths outside are then the site, answered by pages."""

    HTML_PAGES: bool = True
    """Whether people get HTML pages; False answers everything in JSON."""

    PROBLEM_TYPE_URL: str = ""
    """Base address of your documentation of error codes: `type` of a problem is this plus the code."""

    CODE_NAMES: Mapping[str, str] = field(default_factory=dict)
    """Other spellings of codes in answers, such as {"NOT_FOUND": "NO_SUCH_THING"}."""

    BRAND_NAME: str = ""
    """Name on the error pages; where empty, SERVICE."""

    BRAND_LOGO: str = ""
    """Address of a logo on the error pages: a path on this host, https://... or data:image/..."""

    BRAND_HOME: str = "/"
    """Where 'Go home' on the error pages leads."""

    BRAND_CONTACT: str = ""
    """E-mail address or page that the error pages name for help."""

    IGNORE: tuple[str, ...] = ()
    """Exceptions that are answered but never reported, as dotted paths; subclasses are meant too."""

    CRITICAL: tuple[str, ...] = ()
    """Exceptions whose reports are of severity critical, as dotted paths; subclasses are meant too."""

    SINKS: tuple[str, ...] = (
        "fireline.sinks.log.write",
        "fireline.sinks.metrics.write",
        "fireline.sinks.security.write",
        "fireline.sinks.events.write",
    )
    """Where reports go, in this order: dotted paths of callables that take an ErrorReport
    and return True where somebody was told."""

    REPORT_LOGGED: bool = True
    """Whether logger.exception(...), and logger.error(...) with exc_info, report the exception that they log."""

    REPORT_UNCAUGHT: bool = True
    """Whether exceptions that nobody catches are reported: in threads, in asyncio, at the end of a program."""

    TASKS_CACHE: str = "default"
    """Alias of the cache that carries correlation ids to Django tasks on other hosts; where it is empty,
    or names a cache of one process or in the database, they reach the workers of this host only."""

    SLOW_REQUEST_SECONDS: float = 5.0
    """A request that takes longer is logged as WARNING with slow=true."""

    TRUSTED_PROXIES: tuple[str, ...] = ()
    """Addresses or networks whose X-Forwarded-For is believed, such as 10.0.0.0/8; unix for a socket."""

    SENSITIVE_KEYS: tuple[str, ...] = ()
    """Further names of fields that never leave the process in clear, such as passport_number."""

    SUSPICIOUS_PATHS: tuple[str, ...] = ()
    """Further paths or path segments that no honest client asks for, such as /cgi-bin/ or .htpasswd."""

    RUN_DIRECTORY: str = ""
    """Where the processes of this service on one host share their figures and the sign that they drain,
    in a directory of the service's name; where empty, a directory of this user and project in the system's temporary directory."""

    MONITORING_TOKEN: str = ""
    """Token that opens /metrics/ and the details of /health/, sent as `Authorization: Bearer <token>`."""

    MONITORING_NETWORKS: tuple[str, ...] = ()
    """Addresses or networks that see /metrics/ and the details of /health/ without a token, such as 10.0.0.0/8."""

    PROBES: Mapping[str, str] = field(default_factory=lambda: _PROBES)
    """Which path is answered by which probe (live, ready, health or metrics), with and without a slash at its end.
    Before all else, so that no ALLOWED_HOSTS, redirect or session stands in the way; a route of your own wins."""

    METRICS_DEFAULT: str = "text"
    """What /metrics/ serves to who names no format in Accept: text (for Prometheus) or json (business figures)."""

    METRICS_BUCKETS: tuple[float, ...] = (
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0
    )  # fmt: skip
    """Upper bounds, in seconds, of the buckets of http_request_duration_seconds."""

    BUSINESS_TIMEOUT: float = 2.0
    """Seconds that the business figures of one provider may take; later they are missing."""

    BUSINESS_CACHE_SECONDS: float = 15.0
    """How long business figures stand before they are computed again."""

    HEALTH_CHECKS: Mapping[str, str] = field(default_factory=dict)
    """Further checks of /health/, such as {"search": "shop.health.search"}: dotted paths of functions that return
    a dict or None and raise to fail, or of django-health-check's classes."""

    READY_CHECKS: tuple[str, ...] = ("database", "cache")
    """Names of the checks that /readyz asks."""

    HEALTH_TIMEOUT: float = 2.0
    """Seconds that each check may take; one that takes longer has failed."""

    HEALTH_CACHE_SECONDS: float = 2.0
    """How long what a check has found stands, however many probes ask."""

    WEBSOCKET_MESSAGES_PER_SECOND: float = 0.0
    """Messages that one WebSocket may send in a second; more are dropped and answered with RATE_LIMITED,
    once a second. 0 sets no limit."""

    WEBSOCKET_BYTES_PER_SECOND: float = 0.0
    """Bytes that one WebSocket may send in a second; more are answered with RATE_LIMITED, and a single message
    that is larger with PAYLOAD_TOO_LARGE. 0 sets no limit."""

    WEBSOCKET_MESSAGE_TYPES: tuple[str, ...] = ()
    """Further types of WebSocket messages that are counted by their names; those that a consumer's code names
    are counted so already, all else as `other`."""

    MESSAGE_CHANNELS: tuple[str, ...] = ("email",)
    """The channels on which messages are sent, in the order in which they are tried:
    whatsapp, email, slack, pagerduty or webhook."""

    MESSAGE_TIMEOUT: float = 30.0
    """Seconds that one attempt to send a message may take; then its outcome is unknown, and the next channel is tried."""

    MAILER: str = "default"
    """Which of Django's MAILERS sends e-mail; before Django 6.1 there is one, made of the EMAIL_* settings."""

    PHONE_REGION: str = ""
    """The country whose phone numbers may be given without +, such as DE; where empty every number needs its +."""

    WHATSAPP_TOKEN: str = ""
    """Access token of Meta's Cloud API."""

    WHATSAPP_PHONE_NUMBER_ID: str = ""
    """Meta's id of the number that messages are sent from; not the number itself."""

    WHATSAPP_URL: str = "https://graph.facebook.com/v26.0"
    """Address and version of the Cloud API."""

    WHATSAPP_APP_SECRET: str = ""
    """The app secret with which Meta signs what it tells the status webhook."""

    WHATSAPP_VERIFY_TOKEN: str = ""
    """A word of your own that Meta repeats when the status webhook is set up."""

    WHATSAPP_RATE: float = 80.0
    """Messages a second that this process may send; Meta's limit, divided by your processes."""

    SLACK_URL: str = ""
    """Address of Slack's incoming webhook."""

    PAGERDUTY_KEY: str = ""
    """Integration key of a PagerDuty service (Events API v2)."""

    PAGERDUTY_URL: str = "https://events.pagerduty.com/v2/enqueue"
    """Where PagerDuty takes events; for an account in Europe https://events.eu.pagerduty.com/v2/enqueue."""

    WEBHOOK_URL: str = ""
    """Where the channel `webhook` sends to."""

    WEBHOOK_SECRET: str = ""
    """What webhooks are signed with: whsec_ and base64, as Standard Webhooks writes it, or any text."""

    PRIVATE_HOSTS: tuple[str, ...] = ()
    """Hosts, addresses or networks that are not public and that messages may be sent to all the same,
    such as mattermost.internal or 10.0.0.0/8; also without TLS."""

    RETRY_BUDGET_SECONDS: float = 2.0
    """Seconds after a request's start until which a call that failed may still be waited for and tried again;
    outside of requests there is no such limit."""

    TRACK: tuple[str, ...] = ()
    """What the tracker and Sentry take besides 5xx, severity high or critical, and bursts of security events:
    codes such as NOT_FOUND, categories such as validation, or exceptions as dotted paths."""

    TRACK_PER_MINUTE: float = 60.0
    """Captures of one fingerprint a minute in this process; more are counted, and the count is told with the next."""

    TRACKER_PROJECT: str = ""
    """The tracker's project that events of this process belong to; where empty, the service."""

    TRACKER_SPOOL: str = ""
    """Where accepted events wait for the digest: a directory of this host, or redis://host:port/0 for several hosts;
    where empty, a directory beside the tracker's SQLite file, else in RUN_DIRECTORY."""

    TRACKER_SPOOL_MB: float = 256.0
    """Megabytes that may wait in the spool; then nothing more is accepted until there is room."""

    TRACKER_ENVELOPE_MB: float = 32.0
    """Megabytes of one envelope that a client sends, after decompression; before, 20 at most."""

    TRACKER_DIGEST: str = "thread"
    """Who digests: thread (one process of each host that serves), worker (manage.py fireline_worker alone) or off."""

    TRACKER_DAYS: float = 30.0
    """Days that events are kept; figures stay."""

    TRACKER_MB: float = 1024.0
    """Megabytes of events that are kept; beyond that, those of least value go first."""

    TRACKER_EVENTS_PER_ISSUE: float = 1000.0
    """Events of one issue that are kept: its first, its newest, and fewer and fewer between."""

    TRACKER_FINGERPRINT_RULES: tuple[str, ...] = ()
    """Groupings of your own, such as "type:ConnectionError -> backend-is-down"; the first that fits is taken."""

    @property
    def service(self) -> str:
        """The name of the service: SERVICE, or the project's package name."""
        return self.SERVICE or service_name()


_current: Settings | None = None
_was_early = False


def current() -> Settings:
    """
    The settings as they stand now, the defaults before Django has read them.

    A change by `override_settings` is seen at once.

    Raises ImproperlyConfigured where FIRELINE has an unknown name or a value of a wrong type.
    """
    global _current, _was_early
    if _current is None:
        # Not while settings.py is imported, in which something fails or logs perhaps, and not by a
        # line that is written before or without Django, such as those of gunicorn's master.
        if not django_settings.configured:
            _was_early = True
            return Settings()
        if _was_early:  # whoever has learnt something of the defaults forgets it
            _was_early = False
            setting_changed.send(sender=None, setting="FIRELINE", value=None, enter=True)
        _current = read(getattr(django_settings, "FIRELINE", {}))
    return _current


def read(given: object) -> Settings:
    """Settings from a dict such as FIRELINE; raises ImproperlyConfigured with the way out."""
    if not isinstance(given, Mapping):
        raise ImproperlyConfigured(
            f"FIRELINE is {given!r}. Give it a dict, such as {{'RESPONSE_FORMAT': 'problem'}}."
        )
    hints = _hints()
    for name, value in given.items():
        if name not in hints:
            raise ImproperlyConfigured(
                f"FIRELINE has no setting {name}. It has {', '.join(sorted(hints))}."
            )
        if not _fits(value, hints[name]):
            raise ImproperlyConfigured(
                f"FIRELINE['{name}'] is {value!r}. Give it {described(hints[name])}."
            )
    return Settings(**{name: _frozen(value) for name, value in given.items()})


@cache
def _hints() -> dict[str, Any]:
    return typing.get_type_hints(Settings)


def described(hint: Any) -> str:
    """A type of a setting in words that a person who edits settings understands."""
    words = {str: "a string", bool: "True or False", float: "a number", type(None): "None"}
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return " or ".join(described(part) for part in typing.get_args(hint))
    if typing.get_origin(hint) is tuple:
        return f"a tuple or list of {'numbers' if float in typing.get_args(hint) else 'strings'}"
    if typing.get_origin(hint) is not None:
        return "a dict of strings"
    return words[hint]


def _fits(value: object, hint: Any) -> bool:
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, part) for part in parts)
    if origin is tuple:
        return isinstance(value, (tuple, list)) and all(_fits(item, parts[0]) for item in value)
    if origin is not None:
        return isinstance(value, Mapping) and all(
            _fits(key, parts[0]) and _fits(item, parts[1]) for key, item in value.items()
        )
    if hint is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, hint)


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, Mapping):
        return types.MappingProxyType(dict(value))
    return value


def _forget(*, setting: str, **_: object) -> None:
    global _current
    if setting == "FIRELINE":
        _current = None


setting_changed.connect(_forget, dispatch_uid="fireline.conf")
