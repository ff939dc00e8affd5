"""
The addresses that SDKs send to, as views.

They are synchronous: under WSGI an asynchronous view costs twenty times as much, and under ASGI Django
gives each request a thread anyway, so that neither a large body nor a slow Redis stops the others.
"""

import logging
from collections.abc import Callable, Container

from django.http import HttpRequest, HttpResponse

from fireline import conf
from fireline.scope.client import address_of
from fireline.tracker.ingest import (
    answers,
    credentials,
    encodings,
    legacy,
    origins,
    quota,
    reports,
    room,
    told,
)
from fireline.tracker.ingest.accept import accept
from fireline.tracker.ingest.body import Body
from fireline.tracker.ingest.keys import Admission, keys
from fireline.tracker.ingest.large import GrownLarge, Memory, threads
from fireline.tracker.ingest.refusal import Refused
from fireline.tracker.ingest.untraced import leave_out
from fireline.tracker.items import KINDS, MEBIBYTE

log = logging.getLogger("fireline.tracker.ingest")

_HEAD = 64 * 1024
"""Of an envelope that has to be opened before it is known whose it is."""

Take = Callable[["Arriving"], HttpResponse]


class _Every(Container[str]):
    """Contains every name."""

    def __contains__(self, name: object) -> bool:
        return True


class Address:
    """
    A view that takes what clients of any origin send, and never raises.

    No session, no form, no transaction has a part in it, and no report: a failure of the tracker that
    came into the tracker would come again.
    """

    csrf_exempt = True
    login_required = False
    _non_atomic_requests = _Every()
    tells_itself = True
    """Middlewares of Fireline count its requests, and tell of none."""

    def __init__(self, take: Take, methods: tuple[str, ...] = ("POST",)) -> None:
        self.take = take
        self.methods = methods
        self.__name__ = take.__name__.strip("_")  # middlewares of projects ask a view for it
        self.__qualname__ = self.__name__  # `reverse` asks for this one

    def __call__(self, request: HttpRequest, project: str = "", **_: str) -> HttpResponse:
        """The answer, whatever the client has sent."""
        if request.method == "OPTIONS":
            return answers.preflight()
        leave_out()
        try:
            if request.method not in self.methods:
                raise Refused(405, "method", f"Send it by {' or '.join(self.methods)}.")
            return self._taken(Arriving(request, project))
        except Refused as refusal:
            told.refusal(refusal, request)
            response = answers.refused(refusal)
            if refusal.status == 405:
                response["Allow"] = ", ".join((*self.methods, "OPTIONS"))
            return response
        except Exception as error:
            return answers.refused(_failed(error, request))

    def _taken(self, arriving: "Arriving") -> HttpResponse:
        try:
            return self.take(arriving)
        except GrownLarge:
            arriving.memory.be_large()
            return threads.done(self.take, arriving)


class Arriving:
    """A request on its way in."""

    def __init__(self, request: HttpRequest, project: str) -> None:
        self.request = request
        self.project = project
        self.memory = Memory()
        self.body = Body(request, self.memory)
        self.query = credentials.query_of(request)

    def admission(self, key: str | None) -> Admission:
        """What this key allows here and now; raises Refused."""
        if key is None:
            raise Refused(
                403, "no_key", "There is no sentry_key: in X-Sentry-Auth, in the query or in a dsn."
            )
        admission = keys.admission(key)
        if self.project and self.project != admission.project:
            raise Refused(403, "disagree", "This key is of another project than the address.")
        if not origins.is_allowed(self.request.META, admission.allowed_origins):
            raise Refused(403, "origin", "This key is not for pages of this origin.")
        if quota.is_used_up(admission):
            raise room.quota_used_up()
        room.refuse_where_full(admission.key)
        return admission

    def admitted_body(self, limit: int) -> tuple[Admission, bytes]:
        """
        Who sends, and the body without its encodings; raises Refused.

        Where the head of the request bears a key, nothing is read before it is known.
        """
        key = credentials.of_head(self.request, self.query)
        admission = self.admission(key) if key else None
        names = encodings.named(self.request.META.get("HTTP_CONTENT_ENCODING", ""))
        raw = self.body.read()
        if admission is None:
            head = encodings.head_of(raw, names, _HEAD)
            admission = self.admission(credentials.of_first_line(head, self.project))
        return admission, encodings.decoded(raw, names, limit, self.memory)

    def accept(self, envelope: bytes, admission: Admission) -> str:
        """The event's id, when the envelope lies in the spool; raises Refused."""
        return accept(envelope, admission, address_of(self.request))


def _envelope(arriving: Arriving) -> HttpResponse:
    limit = int(conf.current().TRACKER_ENVELOPE_MB * MEBIBYTE)
    admission, envelope = arriving.admitted_body(limit)
    return answers.accepted(arriving.accept(envelope, admission))


def _store(arriving: Arriving) -> HttpResponse:
    if arriving.request.method == "GET":
        admission = arriving.admission(credentials.of_head(arriving.request, arriving.query))
        event = arriving.query.get("sentry_data", "").encode()
        arriving.accept(legacy.enveloped(event, arriving.memory), admission)
        return answers.pixel()
    # As base64 it is a third larger.
    admission, event = arriving.admitted_body(KINDS["event"].most_bytes * 4 // 3 + 4)
    return answers.accepted(arriving.accept(legacy.enveloped(event, arriving.memory), admission))


def _security(arriving: Arriving) -> HttpResponse:
    admission, report = arriving.admitted_body(KINDS["event"].most_bytes)
    page = reports.Page(
        release=arriving.query.get("sentry_release", ""),
        environment=arriving.query.get("sentry_environment", ""),
        user_agent=arriving.request.META.get("HTTP_USER_AGENT", ""),
    )
    event_id = ""
    for envelope in reports.envelopes(report, page):
        event_id = arriving.accept(envelope, admission)
    return answers.accepted(event_id)


def _not_here(what: str) -> Take:
    def not_here(_: Arriving) -> HttpResponse:
        raise Refused(404, "not_here", f"Fireline's tracker takes no {what}.")

    return not_here


def _failed(error: Exception, request: HttpRequest) -> Refused:
    """What a client is told of a failure of ours; SDKs wait, and we are not asked again at once."""
    refusal = Refused(
        503,
        "failed",
        "The tracker has failed.",
        retry_after=60.0,
        because=f"it has failed: {error!r}",
    )
    told.refusal(refusal, request)
    log.debug("The tracker has failed.", exc_info=error)
    return refusal


envelope = Address(_envelope)
store = Address(_store, ("POST", "GET"))
security = Address(_security)


def not_here(what: str) -> Address:
    """A view for what Sentry takes and the tracker does not; its answer says so by name."""
    return Address(_not_here(what), ("GET", "POST", "PUT"))
