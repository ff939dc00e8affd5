"""The page of failures, and each of them on the site."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from os.path import relpath

from crm.english import render_in_english
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.text import slugify

from failures import causes  # noqa: F401 (fills the list)
from failures.failure import FAILURES, Failure, Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A failure with its addresses on this host."""

    failure: Failure
    url: str
    curl: str


def index(request: HttpRequest) -> HttpResponse:
    """Every failure, by groups."""
    order = list(Group)
    by_group = attrgetter("group")
    listed = sorted(FAILURES, key=lambda failure: order.index(failure.group))
    groups = [
        (group, slugify(group), [entry_for(request, failure) for failure in members])
        for group, members in groupby(listed, key=by_group)
    ]
    context = {"groups": groups, "logs": relpath(settings.LOGS)}
    return render_in_english(request, "failures/index.html", context)


def entry_for(request: HttpRequest, failure: Failure) -> Entry:
    """The failure as this request's host reaches it, or as the prompt does."""
    if failure.shell:
        return Entry(failure=failure, url="", curl=failure.shell)
    if failure.socket:
        return Entry(failure=failure, url=failure.path, curl=socket_line(request, failure))
    url = failure.path or (reverse(f"failures:{failure.name}") if failure.cause else "")
    api_path = failure.api_path or reverse(f"failures-api:{failure.name}")
    words = ["curl -i", failure.curl, request.build_absolute_uri(api_path)]
    curl = " ".join(word for word in words if word)
    return Entry(
        failure=failure, url=url, curl=f"{failure.pipe} | {curl}" if failure.pipe else curl
    )


def socket_line(request: HttpRequest, failure: Failure) -> str:
    """What to type for a socket: a client that stays open, and the message to paste into it."""
    scheme = "wss" if request.is_secure() else "ws"
    client = f".venv/bin/python -m websockets {scheme}://{request.get_host()}{failure.socket}"
    return f"{client}\n{failure.says}" if failure.says else client


def page_of(failure: Failure) -> Callable[[HttpRequest], HttpResponseBase]:
    """The view on the site that fails so; where it does not, it shows what came of it, or the form."""

    def page(request: HttpRequest) -> HttpResponseBase:
        if failure.button.is_form and request.method != "POST":
            return render_in_english(request, "failures/form.html", {"failure": failure})
        outcome = failure.cause(request)
        if isinstance(outcome, HttpResponseBase):
            return outcome
        context = {"failure": failure, "outcome": dict(outcome)}
        return render_in_english(request, "failures/outcome.html", context)

    return page
