"""Which probe a path asks."""

import codecs
from functools import lru_cache
from typing import Any

from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.http import HttpRequest
from django.urls import ResolverMatch, get_resolver

from fireline import conf

PATHS: dict[str, str] = {}
"""Each path of PROBES, with a slash at its end and without: looked into on every request."""


def lay_out() -> None:
    """Read PROBES."""
    PATHS.clear()
    for path, probe in conf.current().PROBES.items():
        bare = _bare(path)
        PATHS[bare] = PATHS[f"{bare}/"] = probe


def probe_of(request: HttpRequest) -> str | None:
    """The probe that this request asks; None where it asks for something of the project's own."""
    probe = PATHS.get(request.path_info)
    if probe is None:
        return None
    urlconf = getattr(request, "urlconf", None) or django_settings.ROOT_URLCONF
    return None if _is_own(_bare(request.path_info), urlconf) else probe


def _bare(path: str) -> str:
    return f"/{path.strip('/')}"


@lru_cache(maxsize=64)
def _is_own(bare: str, urlconf: Any) -> bool:
    """Whether the project has a route of its own there, with a slash at its end or without."""
    return any(_has_route(path, urlconf) for path in (bare, f"{bare}/"))


def _has_route(path: str, urlconf: Any) -> bool:
    match = _match(path, urlconf)
    if match is None or _module(match).startswith("fireline."):
        return False
    # A route that takes an invented path of the same form as well takes everything: a page of a
    # CMS, the shell of a single-page application. It was not made for probes.
    other = _match(codecs.encode(path, "rot13"), urlconf)
    return other is None or other.route != match.route


def _module(match: ResolverMatch) -> str:
    return getattr(match.func, "__module__", None) or ""


def _match(path: str, urlconf: Any) -> ResolverMatch | None:
    try:
        return get_resolver(urlconf).resolve(path)
    except Exception:  # no such route, or a URLconf that is broken: liveness must not depend on it
        return None


def _changed(*, setting: str, **_: Any) -> None:
    if setting == "ROOT_URLCONF":
        _is_own.cache_clear()
    elif setting == "FIRELINE":
        try:
            lay_out()
        except ImproperlyConfigured:  # said where it is read
            PATHS.clear()


setting_changed.connect(_changed, dispatch_uid="fireline.probes")
