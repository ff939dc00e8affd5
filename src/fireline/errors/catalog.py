"""The catalogue: what each code means, and which exception means which code."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fireline.errors.dotted import class_at, path_of
from fireline.errors.reports import NOTHING, Category, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A catalogue entry: what a failure of this code means to everyone."""

    code: str
    category: Category
    status: int
    severity: Severity
    message: str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What one exception says beyond its kind."""

    kind: Kind
    status: int | None = None
    message: str | None = None
    details: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    retry_after: timedelta | None = None


Describer = Callable[[Any], Description]

KINDS: dict[str, Kind] = {}
"""Every code, in the order of its registration."""

OWN_CODES: set[str] = set()
"""The codes that Fireline brings, which every front end may rely on."""

REGISTERED: dict[str, str] = {}
"""The dotted paths that a project has registered, with their codes."""

_meanings: dict[str, str | Describer] = {}
_found: dict[type[BaseException], "Meaning"] = {}


def register(
    code: str,
    *,
    category: Category | str = Category.BUSINESS,
    status: int | None = None,
    severity: Severity | str | None = None,
    message: str | Promise | None = None,
    exceptions: Iterable[type[BaseException] | str] = (),
) -> Kind:
    """
    The new kind, from now on part of the catalogue.

    `message` is shown to clients and may be lazy (`gettext_lazy`); status and severity follow the
    category where they are not given. `exceptions` are classes or dotted paths that mean this kind,
    subclasses included. Registering a code of your own again replaces it.

    Raises ValueError for a code that is Fireline's own or not spelled as codes are, and for a status
    that is not one of an error (400 to 599); TypeError for what is no exception.
    """
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*", code):
        raise ValueError(
            f"{code!r} is no code. Write it in capitals, digits and underscores, such as 'SOLD_OUT'."
        )
    if code in OWN_CODES:
        raise ValueError(
            f"{code} is a code of Fireline's own. Take another one, "
            "or respell it in answers: FIRELINE['CODE_NAMES']."
        )
    exceptions = tuple(exceptions)
    paths = [_named(exception) for exception in exceptions]
    category = Category(category)
    kind = Kind(
        code=code,
        category=category,
        status=category.status if status is None else status,
        severity=category.severity if severity is None else Severity(severity),
        # A lazy message is not looked into here: the catalogue fills before settings exist.
        message=code.replace("_", " ").capitalize() if message is None else message,
    )
    if not 400 <= kind.status <= 599:
        raise ValueError(f"{code} has the status {kind.status}. Give it one from 400 to 599.")
    KINDS[code] = kind
    REGISTERED.update({path: code for path in exceptions if isinstance(path, str)})
    for path in paths:
        means(path, code)
    return kind


def _named(exception: object) -> str:
    if isinstance(exception, str):
        return exception
    if isinstance(exception, type) and issubclass(exception, BaseException):
        return path_of(exception)
    raise TypeError(
        f"{exception!r} is no exception. Give exception classes, or dotted paths of them."
    )


def means(exception: type[BaseException] | str, meaning: str | Describer) -> None:
    """
    Let an exception (a class or its dotted path) mean a code, or have it described by a callable.

    Dotted paths keep the catalogue free of imports of the libraries that it knows.
    """
    path = exception if isinstance(exception, str) else path_of(exception)
    _meanings.pop(path, None)  # what is said last comes last
    _meanings[path] = meaning
    _found.clear()


def kind_named(code: str) -> Kind:
    """The kind of this code; INTERNAL_ERROR where nobody has registered the code."""
    return KINDS.get(code) or KINDS["INTERNAL_ERROR"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a class of exceptions means: a code of its own, and who can describe it."""

    code: str | None = None
    describer: Describer | None = None


def meaning_of(exception: BaseException) -> Meaning:
    """
    What this exception means, by its class and the nearest ancestors that the catalogue knows.

    A code stands for its class; a describer further up still says what this very one says.
    """
    cls = type(exception)
    if cls not in _found:
        if len(_found) > 1000:  # classes made at run time must not fill the memory
            _found.clear()
        _found[cls] = _found_for(cls)
    return _found[cls]


def _found_for(cls: type[BaseException]) -> Meaning:
    code: str | None = None
    for ancestor in cls.__mro__:
        meaning = _meaning_under_any_path(ancestor)
        if callable(meaning):
            return Meaning(code=code, describer=meaning)
        code = code or meaning
    return Meaning(code=code)


def _meaning_under_any_path(cls: type) -> str | Describer | None:
    """What was said last of the class, under the path of its definition or another one."""
    name = path_of(cls)
    said = reversed(_meanings.items())
    return next((meaning for path, meaning in said if path == name or class_at(path) is cls), None)


_V, _A, _R = Category.VALIDATION, Category.AUTHENTICATION, Category.REQUEST
_X, _S = Category.EXTERNAL, Category.SYSTEM
_MEDIUM = Severity.MEDIUM

for _code, _category, _status, _severity, _message in (
    ("VALIDATION_ERROR", _V, 400, None, _("Validation failed")),
    ("PARSE_ERROR", _V, 400, None, _("The request could not be read")),
    ("BAD_REQUEST", _V, 400, None, _("Bad request")),
    ("MALFORMED_MESSAGE", _V, 400, None, _("The message could not be read")),
    ("UNAUTHENTICATED", _A, 401, None, _("Authentication failed")),
    ("AUTHENTICATION_FAILED", _A, 401, None, _("Authentication failed")),
    ("PERMISSION_DENIED", _A, 403, None, _("Permission denied")),
    ("CSRF_FAILED", _A, 403, None, _("The form has expired or came from another site")),
    ("NOT_FOUND", _R, 404, _MEDIUM, _("Not found")),
    ("METHOD_NOT_ALLOWED", _R, 405, None, _("Method not allowed")),
    ("NOT_ACCEPTABLE", _R, 406, None, _("None of the accepted formats is available")),
    ("INTEGRITY_ERROR", _R, 409, _MEDIUM, _("This conflicts with what exists already")),
    ("PAYLOAD_TOO_LARGE", _R, 413, None, _("The request is too large")),
    ("UNSUPPORTED_MEDIA_TYPE", _R, 415, None, _("Unsupported media type")),
    ("BUSINESS_RULE_VIOLATED", Category.BUSINESS, 422, None, _("A rule of the service was broken")),
    ("RATE_LIMITED", _R, 429, _MEDIUM, _("Too many requests")),
    ("EXTERNAL_SERVICE_ERROR", _X, 503, None, _("A service we depend on is not available")),
    ("SERVICE_UNAVAILABLE", _X, 503, None, _("The service is temporarily unavailable")),
    ("INTERNAL_ERROR", _S, 500, None, _("Internal server error")),
):
    register(_code, category=_category, status=_status, severity=_severity, message=_message)
OWN_CODES.update(KINDS)
