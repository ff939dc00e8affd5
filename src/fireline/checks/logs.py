"""Whether log lines are written anywhere, and where they belong."""

from collections.abc import Iterator

from django.conf import settings as django_settings
from django.core.checks import CheckMessage
from django.core.checks import Warning as Advice

from fireline import conf


def findings(settings: conf.Settings) -> Iterator[CheckMessage]:
    """Loggers of the service that LOGGING does not know."""
    config = django_settings.LOGGING or {}
    loggers = config.get("loggers", {})
    with_handlers = {name for name, logger in loggers.items() if logger.get("handlers")}
    has_root = bool(config.get("root", {}).get("handlers"))
    if not has_root and settings.service not in with_handlers:
        yield Advice(
            f"LOGGING has no handler for the logger '{settings.service}': access and error lines "
            "are written nowhere.",
            hint="Set LOGGING = fireline.logs.config(), or give that logger a handler.",
            id="fireline.W006",
        )
    own = f"{settings.service}.security"
    others = [name for name in with_handlers if name.endswith(".security")]
    others = sorted({*others} - {own, "django.security"})
    if others and own not in with_handlers:
        named = others[0].removesuffix(".security")
        yield Advice(
            f"LOGGING is made for the service '{named}', but the service is called "
            f"'{settings.service}': its security events do not go to the security log.",
            hint=f"Write fireline.logs.config(service='{settings.service}', ...), or set "
            f"FIRELINE['SERVICE'] to '{named}'.",
            id="fireline.W010",
        )
