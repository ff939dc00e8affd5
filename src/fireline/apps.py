"""Where Fireline is put together when Django starts."""

import sys
from importlib import import_module
from ipaddress import ip_network

from django.apps import AppConfig, apps
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured

from fireline import checks, conf, metrics
from fireline.answers import shape_named
from fireline.errors import guarded
from fireline.health import breakers
from fireline.middleware import security
from fireline.resilience.breaker import announce_all
from fireline.sources import breadcrumbs, commands, hooks, tasks, threads, tracing
from fireline.sources import django as django_source
from fireline.sources.imported import once_imported


class FirelineConfig(AppConfig):
    """The app `fireline`: no models, no tables."""

    name = "fireline"
    verbose_name = "Fireline"

    def ready(self) -> None:
        """Refuse wrong settings, then connect the sources."""
        _refuse_unknown_shapes(conf.current())
        _refuse_wrong_networks(conf.current())
        checks.install()
        django_source.install()
        tracing.install()
        security.install()
        metrics.install()
        breakers.install()
        announce_all()
        tasks.install()
        commands.install()
        hooks.install()
        threads.install()
        if apps.is_installed("rest_framework") or hasattr(django_settings, "REST_FRAMEWORK"):
            _take_drf()
        else:  # its views work without, where they are imported
            once_imported("rest_framework.views", _take_drf)
        if apps.is_installed("fireline.communication"):
            import_module("fireline.probes.messages").install()
        if apps.is_installed("fireline.tracker"):
            import_module("fireline.tracking").install()
        if _uses_channels():
            import_module("fireline.sources.channels").install()
        if "celery" in sys.modules:  # the project's own __init__.py imports it, as its manual says
            import_module("fireline.sources.celery").install()
        if "sentry_sdk" in sys.modules:  # settings.py has set it up
            guarded(_capture)  # another version of the SDK must not stop the service
        once_imported("ninja", _take_ninja)  # by urls.py, which is imported later


def _capture() -> None:
    """Where what fails becomes an event, keep what happened before it."""
    sentry = import_module("fireline.sentry")
    sentry.adopt()
    if sentry.is_receiving():
        sentry.install()
        breadcrumbs.install(sentry.notes_itself())


def _take_drf() -> None:
    import_module("fireline.sources.drf").install()


def _take_ninja() -> None:
    import_module("fireline.sources.ninja").install()


def _uses_channels() -> bool:
    is_installed = apps.is_installed("channels") or apps.is_installed("daphne")
    return is_installed or hasattr(django_settings, "CHANNEL_LAYERS")


def _refuse_unknown_shapes(settings: conf.Settings) -> None:
    named = {
        f"['RESPONSE_FORMAT_BY_PATH'][{path!r}]": name
        for path, name in settings.RESPONSE_FORMAT_BY_PATH.items()
    }
    for place, name in {"['RESPONSE_FORMAT']": settings.RESPONSE_FORMAT, **named}.items():
        try:
            if name is not None:
                shape_named(name)
        except ImportError as error:
            raise ImproperlyConfigured(f"FIRELINE{place} is {name!r}. {error}") from error


def _refuse_wrong_networks(settings: conf.Settings) -> None:
    """Now, because every request would fail of them; servers run no system checks."""
    for name in ("TRUSTED_PROXIES", "MONITORING_NETWORKS"):
        for network in getattr(settings, name):
            try:
                if network != "unix":
                    ip_network(network, strict=False)
            except ValueError as error:
                raise ImproperlyConfigured(
                    f"FIRELINE['{name}'] names {network!r}: {error}. Give addresses or networks, "
                    "such as '10.0.0.0/8', or 'unix' for a socket."
                ) from error
