"""Which shape a request is answered in, and whether a page serves it better."""

from django.http import HttpRequest

from fireline import conf
from fireline.answers.shapes import Shape, shape_named

PROBLEM_TYPE = "application/problem+json"

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_ACCEPT_AT_MOST = 4096  # a longer header is an attack: each type in it is parsed


def shape_for(request: HttpRequest) -> Shape | None:
    """
    The shape of this request's error answers; None where they stay Django's and DRF's.

    RESPONSE_FORMAT_BY_PATH comes before RESPONSE_FORMAT; a client that names
    `application/problem+json` in Accept gets it wherever there is a shape at all.
    """
    settings = conf.current()
    name, by_path = settings.RESPONSE_FORMAT, settings.RESPONSE_FORMAT_BY_PATH
    if by_path and (found := [path for path in by_path if request.path_info.startswith(path)]):
        name = by_path[max(found, key=len)]
    if name is None:
        return None
    return shape_named("problem" if names_problem(request) else name)


def names_problem(request: HttpRequest) -> bool:
    """Whether the client asks for RFC 9457."""
    return PROBLEM_TYPE in request.META.get("HTTP_ACCEPT", "").lower()


def wants_page(request: HttpRequest) -> bool:
    """
    Whether a page serves this request better than JSON.

    API_PATHS decide first, then Accept: who prefers HTML gets a page, who names JSON does not. Who
    takes anything (`*/*`, curl) gets a page outside API_PATHS, and JSON where none are set.
    """
    settings = conf.current()
    if not settings.HTML_PAGES or request.path_info.startswith(settings.API_PATHS):
        return False
    if names_problem(request):
        return False
    if len(request.META.get("HTTP_ACCEPT", "")) > _ACCEPT_AT_MOST:
        return False
    try:
        named = {f"{media.main_type}/{media.sub_type}" for media in request.accepted_types}
        if named & _HTML:
            return request.get_preferred_type([*_HTML, "application/json"]) in _HTML
    except Exception:  # a header that Django cannot read says nothing
        named = set()
    if any(media.endswith("json") for media in named):
        return False
    return bool(settings.API_PATHS)
