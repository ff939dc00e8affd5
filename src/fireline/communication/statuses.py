"""
What Meta tells of messages after they were sent: its webhook, with the signature checked.

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#statuses-object
"""

import hmac
from collections.abc import Iterator
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from fireline import conf
from fireline.communication import audit, store
from fireline.communication.results import Cause, Outcome, Undelivered
from fireline.communication.whatsapp_errors import cause_of
from fireline.scrub import shown

_OUTCOMES = {
    "sent": Outcome.SENT,
    "delivered": Outcome.DELIVERED,
    "read": Outcome.READ,
    "failed": Outcome.FAILED,
}


@csrf_exempt  # it is the signature that says who is asking
@require_http_methods(["GET", "POST"])
def whatsapp_status(request: HttpRequest) -> HttpResponse:
    """
    Meta's two questions: whether this address is ours (GET), and what became of messages (POST).

    Whatever is signed is answered 200, or Meta would repeat it for days; while the database is
    away it is 503, and Meta repeats it.
    """
    return _verified(request) if request.method == "GET" else _told(request)


def _verified(request: HttpRequest) -> HttpResponse:
    token = conf.current().WHATSAPP_VERIFY_TOKEN
    given = request.GET.get("hub.verify_token", "")
    challenge = request.GET.get("hub.challenge", "")[:200]
    if request.GET.get("hub.mode") != "subscribe" or not token:
        raise PermissionDenied("This is no verification, or WHATSAPP_VERIFY_TOKEN is not set.")
    if not constant_time_compare(given, token):
        raise PermissionDenied("The verify token is another one.")
    return HttpResponse(challenge, content_type="text/plain")


def _told(request: HttpRequest) -> HttpResponse:
    secret = conf.current().WHATSAPP_APP_SECRET
    given = request.headers.get("X-Hub-Signature-256", "")
    digest = hmac.new(secret.encode(), request.body, "sha256").hexdigest()
    if not secret or not constant_time_compare(given, f"sha256={digest}"):
        raise PermissionDenied("The signature is missing or wrong.")
    try:
        told = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return HttpResponse(status=200)
    for status in _statuses(told):
        _note(status)
    return HttpResponse(status=200)


def _statuses(told: Any) -> Iterator[dict[str, Any]]:
    """Each status in it; what has another form is passed over."""
    for entry in _list(told, "entry"):
        for change in _list(entry, "changes"):
            value = change.get("value") if isinstance(change, dict) else None
            yield from (status for status in _list(value, "statuses") if isinstance(status, dict))


def _list(value: Any, name: str) -> list[Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _note(status: dict[str, Any]) -> None:
    outcome = _OUTCOMES.get(str(status.get("status")))
    if outcome is None:  # `deleted`, or what Meta will think of next
        return
    failure = _failure(status) if outcome is Outcome.FAILED else None
    attempt_id = str(status.get("biz_opaque_callback_data") or "")[:64]
    message_id = str(status.get("id") or "")
    result = store.correct(attempt_id, message_id, outcome, failure)
    if result is not None:
        audit.note_later(result)


def _failure(status: dict[str, Any]) -> Undelivered:
    error = next((error for error in _list(status, "errors") if isinstance(error, dict)), {})
    code = error.get("code")
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    return Undelivered(
        cause_of(code) if isinstance(code, int) else Cause.TRANSIENT,
        shown(": ".join(str(said) for said in (error.get("title"), details) if said), 300),
        code=shown(str(code or ""), 30),
    )
