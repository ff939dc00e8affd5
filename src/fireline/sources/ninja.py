"""django-ninja: what its exceptions mean, and its answers in the service's shape."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, errors
from ninja.operation import PathView

from fireline.answers import answer, shape_for
from fireline.errors import ErrorReport, fail, guarded, kind_named
from fireline.errors.catalog import Description, means
from fireline.errors.describe import description_of, description_of_status
from fireline.errors.known import NON_FIELD, Coded
from fireline.scope import current, visiting
from fireline.scrub import shown

_UNREADABLE = "Cannot parse request body"  # how ninja words it, in an HttpError


def describe_http(error: errors.HttpError) -> Description:
    """What an HttpError means: its status says so, and its message is for the client where it may be."""
    kind = description_of_status(error.status_code).kind
    if error.status_code == 400 and str(error.message).startswith(_UNREADABLE):
        kind = kind_named("PARSE_ERROR")
    wait = getattr(error, "wait", None)
    return Description(
        kind=kind,
        status=error.status_code,
        message=shown(str(error.message), 300),
        retry_after=timedelta(seconds=wait) if wait else None,
    )


def describe_validation(error: errors.ValidationError) -> Description:
    """The tree of the fields that do not validate; the status stays ninja's 422."""
    tree: dict[str, Any] = {}
    for found in error.errors:
        _, *path = found.get("loc") or ("",)
        if path and path[0] in getattr(error, "fireline_bodies", ()):
            path = path[1:]
        text = Coded(found.get("msg", ""), found.get("type"))
        _at(tree, [str(part) for part in path]).append(text)
    return Description(kind=kind_named("VALIDATION_ERROR"), status=422, details=tree)


def _at(tree: dict[str, Any], path: list[str]) -> list[Coded]:
    """The list of texts at this place in the tree, which is made as it is needed."""
    *branches, leaf = path or [NON_FIELD]
    for name in branches:
        branch = tree.setdefault(name, {})
        if isinstance(branch, list):  # a text of the whole, and others of its parts
            branch = tree[name] = {NON_FIELD: branch}
        tree = branch
    texts = tree.setdefault(leaf, [])
    if isinstance(texts, dict):
        texts = texts.setdefault(NON_FIELD, [])
    found: list[Coded] = texts
    return found


_own_on_exception = NinjaAPI.on_exception
_own_validation_error = NinjaAPI.validation_error_from_error_contexts
_own_not_allowed = PathView._not_allowed


def _validation_error(api: NinjaAPI, error_contexts: list[Any]) -> errors.ValidationError:
    """
    Ninja's own; it remembers which parameter is the whole body.

    Ninja names that parameter in front of each field, and no client has ever heard of it.
    """
    error = _own_validation_error(api, error_contexts)
    bodies = {getattr(each.model, "__read_from_single_attr__", None) for each in error_contexts}
    error.fireline_bodies = bodies - {None}  # type: ignore[attr-defined]
    return error


def _on_exception(api: NinjaAPI, request: Any, exc: Any) -> HttpResponse:
    """
    The answer of the API's own handler, in the service's shape where it has one.

    What no handler answers is raised, as ever, and answered where all else is that leaves a view.
    """
    if not isinstance(request, HttpRequest):  # older test clients of ninja bring a mock of one
        return _own_on_exception(api, request, exc)
    handler = api._lookup_exception_handler(exc)
    has_shape = guarded(shape_for, request) is not None
    if has_shape and getattr(handler, "func", None) is errors._default_exception:
        raise exc  # with DEBUG, ninja would answer with a traceback of its own
    response = _own_on_exception(api, request, exc)
    if response.status_code < 400:
        return response
    with visiting(request):
        return guarded(_told, request, exc, response) or response


def _told(request: HttpRequest, exception: Exception, response: HttpResponse) -> HttpResponse:
    description = description_of(exception)
    if (description.status or description.kind.status) != response.status_code:
        # A handler of the project knows better than the catalogue what the exception means.
        description = description_of_status(response.status_code)
    return _shaped(request, fail(exception, description=description), response)


def _not_allowed(view: PathView) -> HttpResponse:
    response = _own_not_allowed(view)
    scope = current()
    if scope is None or scope.request is None:
        return response
    return guarded(_told_status, scope.request, response) or response


def _told_status(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    report = fail(None, description=description_of_status(response.status_code))
    return _shaped(request, report, response)


def _shaped(request: HttpRequest, report: ErrorReport, response: HttpResponse) -> HttpResponse:
    """The report in the service's shape, with the headers of ninja's answer; that one without a shape."""
    shape = shape_for(request)
    if shape is None:
        return response
    made = answer(request, report, shape)
    for name, value in response.items():
        if name.lower() not in {"content-type", "content-length"}:
            made.headers.setdefault(name, value)
    made.cookies = response.cookies
    return made


def install() -> None:
    """Let the catalogue know ninja's exceptions, and take what every API answers them with."""
    means(errors.HttpError, describe_http)
    means(errors.ValidationError, describe_validation)
    NinjaAPI.on_exception = _on_exception  # type: ignore[assignment, method-assign]
    NinjaAPI.validation_error_from_error_contexts = _validation_error  # type: ignore[assignment, method-assign]
    PathView._not_allowed = _not_allowed  # type: ignore[assignment, method-assign]
