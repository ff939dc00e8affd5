"""Whether what settings and the catalogue name is there."""

from collections.abc import Iterator
from pkgutil import resolve_name
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice

from fireline import conf
from fireline.errors import KINDS
from fireline.errors.catalog import REGISTERED


def findings(settings: conf.Settings) -> Iterator[CheckMessage]:
    """Paths that lead nowhere or to something else, and codes that nobody has registered."""
    for setting in ("IGNORE", "CRITICAL"):
        for path in getattr(settings, setting):
            yield from _exception(setting, path)
    for path in settings.SINKS:
        yield from _sink(path)
    for path, code in REGISTERED.items():
        if (wrong := _wrong_with(path)) is not None:
            yield Advice(
                f"fireline.register('{code}') names the exception {path}, {wrong}.",
                hint="Give the class, or its dotted path as in an import. Where the library is "
                "not installed on purpose, silence this.",
                id="fireline.W011",
            )
    for code in settings.CODE_NAMES:
        if code not in KINDS:
            yield Advice(
                f"FIRELINE['CODE_NAMES'] respells {code}, a code that nobody has registered.",
                hint="`manage.py fireline_codes` prints the codes that there are.",
                id="fireline.W012",
            )


def _exception(setting: str, path: str) -> Iterator[CheckMessage]:
    if (wrong := _wrong_with(path)) is not None:
        yield Error(
            f"FIRELINE['{setting}'] names {path}, {wrong}.",
            hint="Give the dotted path of an exception, as in an import: 'shop.errors.OutOfStock'.",
            id="fireline.E001",
        )


def _wrong_with(path: str) -> str | None:
    """What is wrong with the path of an exception, if anything is."""
    found, trouble = _found(path)
    if trouble is not None:
        return trouble
    is_exception = isinstance(found, type) and issubclass(found, BaseException)
    return None if is_exception else "which is no exception"


def _sink(path: str) -> Iterator[CheckMessage]:
    found, trouble = _found(path)
    if trouble is None and not callable(found):
        trouble = "which cannot be called"
    if trouble is not None:
        yield Error(
            f"FIRELINE['SINKS'] names {path}, {trouble}.",
            hint="Give the dotted path of a function that takes a report: 'shop.sinks.tell_us'.",
            id="fireline.E001",
        )


def _found(path: str) -> tuple[Any, str | None]:
    """What stands at this path, or why nothing does."""
    try:
        return resolve_name(path if "." in path else f"builtins.{path}"), None
    except Exception as error:  # a module of the project's own may raise anything
        return None, f"which cannot be imported ({type(error).__name__}: {error})"
