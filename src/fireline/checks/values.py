"""Whether values of settings can be meant."""

from collections.abc import Iterator
from dataclasses import fields

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice

from fireline import conf
from fireline.logs.configured import checked_name


def findings(settings: conf.Settings) -> Iterator[CheckMessage]:
    """Numbers, path prefixes, names and addresses that are none."""
    yield from _prefixes("API_PATHS", settings.API_PATHS)
    yield from _prefixes("RESPONSE_FORMAT_BY_PATH", tuple(settings.RESPONSE_FORMAT_BY_PATH))
    yield from _service(settings)
    yield from _numbers(settings)
    yield from _addresses(settings)
    yield from _caches(settings)


def _prefixes(name: str, prefixes: tuple[str, ...]) -> Iterator[CheckMessage]:
    for prefix in prefixes:
        if not prefix.startswith("/"):
            yield Error(
                f"FIRELINE['{name}'] names {prefix!r}, with which no path begins.",
                hint=f"Paths begin with a slash, other than in urls.py: '/{prefix}'.",
                id="fireline.E008",
            )


def _service(settings: conf.Settings) -> Iterator[CheckMessage]:
    try:
        checked_name(settings.service)
    except ValueError as error:
        yield Error(
            f"FIRELINE['SERVICE']: {error}",
            hint="BRAND_NAME is the name that people see; it may be any.",
            id="fireline.E009",
        )


def _numbers(settings: conf.Settings) -> Iterator[CheckMessage]:
    for field in fields(settings):
        value = getattr(settings, field.name)
        if isinstance(value, (int, float)) and not value >= 0:  # NaN is not, either
            yield Error(
                f"FIRELINE['{field.name}'] is {value}.",
                hint="Give a number from 0.",
                id="fireline.E012",
            )


_ADDRESSES = {
    "PROBLEM_TYPE_URL": ("https://", "http://", "/", "urn:", "tag:"),
    "BRAND_LOGO": ("https://", "http://", "/", "data:image/"),
    "BRAND_HOME": ("https://", "http://", "/"),
}


def _addresses(settings: conf.Settings) -> Iterator[CheckMessage]:
    for name, beginnings in _ADDRESSES.items():
        value = getattr(settings, name)
        if value and not value.startswith(beginnings):
            yield Advice(
                f"FIRELINE['{name}'] is {value!r}, which is no address that every page can use.",
                hint=f"Begin it with one of {', '.join(beginnings)}",
                id="fireline.W013",
            )


def _caches(settings: conf.Settings) -> Iterator[CheckMessage]:
    if settings.TASKS_CACHE and settings.TASKS_CACHE not in django_settings.CACHES:
        yield Error(
            f"FIRELINE['TASKS_CACHE'] is {settings.TASKS_CACHE!r}, which CACHES does not have.",
            hint=f"Give one of {', '.join(django_settings.CACHES)}, or '' for none.",
            id="fireline.E011",
        )
