"""What becomes an event, and what stands in it."""

import logging
from datetime import UTC, datetime

import pytest
import sentry_sdk
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject

import fireline
from fireline import scope
from fireline.errors import tell
from fireline.errors.catalog import Description
from fireline.errors.describe import description_of_status

BROKEN = "/broken/?token=abc123&page=2"


def raised(error: BaseException) -> BaseException:
    """The same, with a traceback."""
    try:
        raise error
    except BaseException as caught:
        return caught


def test_failure_of_a_request_is_an_event(kept, client):
    """Under the ids of the answer, with what the report says."""
    response = client.get(BROKEN)

    tags = kept.event["tags"]
    assert tags["error_id"] == response["X-Error-ID"]
    assert tags["correlation_id"] == response["X-Correlation-ID"]
    assert (tags["code"], tags["category"], tags["severity"]) == (
        "INTERNAL_ERROR",
        "system",
        "high",
    )
    assert kept.event["level"] == "error"
    assert kept.event["transaction"] == "/broken/"
    assert kept.event["contexts"]["fireline"]["status"] == 500
    assert kept.event["release"].startswith("crm@")


def test_event_is_found_by_the_id_of_the_request(kept, client):
    """Its trace id is the correlation id."""
    response = client.get("/broken/")

    digits = response["X-Correlation-ID"].replace("-", "")
    assert kept.event["contexts"]["trace"]["trace_id"] == digits


def test_request_is_told_without_its_secrets(kept, client):
    """Method, address, headers and query; no cookie, no credentials, no body."""
    client.cookies["sessionid"] = "s" * 32
    client.post(
        BROKEN,
        {"card": "4111 1111 1111 1111"},
        headers={"authorization": "Bearer abcdefghijklmnop", "x-forwarded-for": "203.0.113.7"},
    )

    request = kept.event["request"]
    assert (request["method"], request["url"]) == ("POST", "http://testserver/broken/")
    assert request["query_string"] == [["token", "[redacted]"], ["page", "2"]]
    assert request["headers"]["Authorization"] == "[redacted]"
    assert request["headers"]["User-Agent"] == "tests"
    assert not {"Cookie", "X-Forwarded-For"} & set(request["headers"])
    assert "data" not in request
    for secret in ("abcdefghijklmnop", "s" * 32, "4111", "203.0.113.7", "hunter2"):
        assert secret not in str(kept.event)


def test_body_that_was_read_is_told_in_development(start, client):
    """Where personal data may be sent; passwords never are."""
    kept = start(environment="development")

    client.post("/told-before/", {"name": "Ann", "password": "hunter2"})

    request = kept.event["request"]
    assert request["env"]["REMOTE_ADDR"] == "127.0.0.1"
    assert "hunter2" not in str(kept.event)


@pytest.mark.parametrize("path", ["/fails/not-found/", "/nowhere/", "/status/404/", "/status/400/"])
def test_mistake_of_a_client_is_none(kept, client, path):
    """4xx are logged and counted."""
    assert client.get(path).status_code < 500

    assert kept.events == []


@pytest.mark.parametrize("named", ["NOT_FOUND", "request", "django.http.Http404"])
def test_track_widens_it(kept, client, settings, named):
    """By a code, a category or an exception; also what is noise elsewhere."""
    settings.FIRELINE = {**settings.FIRELINE, "TRACK": [named]}

    response = client.get("/fails/not-found/")

    assert kept.event["tags"]["error_id"] == response["X-Error-ID"]


def test_severity_makes_an_event(kept):
    """A rule of business that somebody calls high."""
    fireline.report(fireline.BusinessRuleViolation("Credit line exceeded"), severity="high")
    fireline.report(fireline.BusinessRuleViolation("Closed today"))

    assert kept.event["tags"]["severity"] == "high"


def test_ignored_exception_is_none(kept, settings):
    """IGNORE keeps it out of everything, whoever captures it."""
    settings.FIRELINE = {**settings.FIRELINE, "IGNORE": ["ZeroDivisionError"]}

    fireline.report(ZeroDivisionError("x"))
    sentry_sdk.capture_exception(ZeroDivisionError("x"))

    assert kept.events == []


def test_text_in_place_of_an_exception(kept):
    """Its words are the message, and its context stands beside."""
    fireline.report("Stock is negative", severity="critical", context={"sku": "A-7"})

    assert kept.event["message"] == "Stock is negative"
    assert kept.event["level"] == "fatal"
    assert kept.event["contexts"]["report"]["sku"] == "A-7"


def test_answer_that_nobody_explains(kept, client):
    """A 500 made by hand is an event of its code and route."""
    client.get("/status/500/")

    assert kept.event["message"].startswith("INTERNAL_ERROR at status/<int:code>/")


def test_handled_failure_is_an_event(kept, client):
    """The client has an answer that works; operators see what did not."""
    assert client.get("/handled/").status_code == 200

    assert kept.event["exception"]["values"][-1]["type"] == "KeyError"


def test_told_before_and_raised_is_one_event(kept, client):
    """One failure, one event."""
    client.get("/told-before/")

    assert len(kept.events) == 1


def test_what_gets_worse_is_an_event_again(kept):
    """Under the same ids, with the new severity."""
    error = raised(ValueError("x"))
    with fireline.bind():
        fireline.report(error)
        fireline.report(error, severity="critical")

    first, second = kept.events
    assert first["tags"]["error_id"] == second["tags"]["error_id"]
    assert [first["level"], second["level"]] == ["error", "fatal"]


def test_team_is_notified_where_it_is(start, browser, settings):
    """The 500 page says so where the event was taken, and nowhere else."""
    settings.FIRELINE = {**settings.FIRELINE, "RESPONSE_FORMAT": "problem"}

    assert "has been notified" not in browser.get("/broken/").content.decode()
    start()
    assert "has been notified" in browser.get("/broken/").content.decode()


def test_nothing_at_all_is_an_event(kept):
    """`report(None)`, as an `except` clause that has lost its exception says."""
    fireline.report(None)

    assert kept.event["message"].startswith("INTERNAL_ERROR")


def test_user_is_told_by_key(kept, client, db):
    """The key alone: name and address are personal."""
    user = User.objects.create_user("ann", "ann@example.com", "x")
    client.force_login(user)
    client.get("/user/")
    request = RequestFactory().get("/")
    request.user = user
    with scope.visiting(request):
        fireline.report(ValueError("x"))

    assert kept.event["user"] == {"id": str(user.pk)}


def test_user_is_told_by_name_in_development(start):
    """There personal data may be sent."""
    kept = start(environment="development")
    request = RequestFactory().get("/")
    request.user = User(pk=7, username="ann", email="ann@example.com")
    with scope.visiting(request):
        fireline.report(ValueError("x"))

    user = kept.event["user"]
    assert (user["id"], user["username"], user["email"]) == ("7", "ann", "ann@example.com")


def test_anonymous_is_nobody(kept):
    """No user is no user."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with scope.visiting(request):
        fireline.report(ValueError("x"))

    assert "user" not in kept.event


def test_lazy_user_is_not_looked_into(kept):
    """Neither for the event nor as a variable: that asks the database."""

    def ask():
        raise AssertionError("asked")

    request = RequestFactory().get("/")
    request.user = user = SimpleLazyObject(ask)
    with scope.visiting(request), fireline.handle():
        print_nothing = [user]
        raise ValueError(len(print_nothing))

    frame = kept.event["exception"]["values"][-1]["stacktrace"]["frames"][-1]
    assert frame["vars"]["user"] == "'<SimpleLazyObject, not evaluated>'"
    assert "user" not in kept.event


def test_nothing_asks_the_database(kept, db):
    """A local whose repr would: what is shown of it is its kind."""

    class Page:
        def __repr__(self) -> str:
            return f"<Page of {User.objects.count()}>"

    connection.ensure_connection()
    kept_page, users = Page(), User.objects.all()
    with fireline.bind(), fireline.handle():
        raise ValueError(type(kept_page), type(users))

    variables = kept.event["exception"]["values"][-1]["stacktrace"]["frames"][-1]["vars"]
    assert variables["kept_page"] == "<Page that cannot be shown: QueryRefusedError>"
    assert variables["users"] == "<QuerySet of User, not evaluated>"


def test_what_the_sdk_was_told_is_in_the_event(kept):
    """Today's calls, as in Sentry's manual."""
    with fireline.bind(), fireline.handle():
        sentry_sdk.set_tag("shop", "berlin")
        sentry_sdk.set_context("cart", {"items": 3})
        sentry_sdk.set_user({"id": "own"})
        sentry_sdk.add_breadcrumb(category="cart", message="opened")
        with sentry_sdk.new_scope() as inner:
            inner.set_tag("step", "payment")
            raise ValueError("x")

    event = kept.event
    assert event["tags"]["shop"] == "berlin"
    assert event["contexts"]["cart"] == {"items": 3}
    assert event["user"] == {"id": "own"}
    assert [crumb["message"] for crumb in event["breadcrumbs"]["values"]] == ["opened"]


def test_older_calls_still_work(kept):
    """`configure_scope` warns, and works."""
    with fireline.bind(), fireline.handle():
        with (
            pytest.warns(DeprecationWarning, match="configure_scope"),
            sentry_sdk.configure_scope() as old,
        ):
            old.set_tag("shop", "berlin")
        raise ValueError("x")

    assert kept.event["tags"]["shop"] == "berlin"


def test_what_is_captured_by_hand_has_the_scene(kept, client):
    """The ids of the request and its breadcrumbs join an event that the project captures itself."""
    with fireline.bind() as here:
        assert here
        logging.getLogger("shop").info("before")
        sentry_sdk.capture_message("by hand")

    assert kept.event["message"] == "by hand"
    assert kept.event["tags"]["correlation_id"]
    assert [crumb["message"] for crumb in kept.event["breadcrumbs"]["values"]] == ["before"]


def test_captured_by_hand_and_then_raised_is_one_event(kept):
    """The second time it is known: the answer and the log bear the id that stands in the event."""
    with fireline.bind(), fireline.handle() as watch:
        error = ValueError("x")
        sentry_sdk.capture_exception(error, level="warning")
        raise error

    assert kept.event["tags"]["error_id"] == watch.report.error_id
    assert kept.event["tags"]["code"] == "INTERNAL_ERROR"
    assert kept.event["level"] == "warning"


@pytest.mark.parametrize("noise", [Http404("x"), PermissionDenied("x"), BrokenPipeError()])
def test_noise_is_ignored_whoever_captures_it(kept, noise):
    """An answer of Django's, or a client that has left, is no failure."""
    sentry_sdk.capture_exception(raised(noise))

    assert kept.events == []


def test_command_is_named(kept):
    """Outside of requests the name is that of the task or command."""
    with fireline.bind(command="send_invoices"):
        fireline.report(ValueError("x"))

    assert kept.event["transaction"] == "send_invoices"
    assert kept.event["tags"]["command"] == "send_invoices"


def test_context_is_bounded(kept):
    """A context of a megabyte does not make an event of one."""
    huge = {f"key-{number}": ["x" * 10_000] * 4 for number in range(100)}

    fireline.report(ValueError("x"), context={"huge": huge, "at": datetime(2026, 1, 1, tzinfo=UTC)})

    said = kept.event["contexts"]["report"]
    assert len(str(said)) < 60_000
    assert said["at"].startswith("2026-01-01")


def test_burst_of_attempts_is_one_event(kept, client):
    """A hundred of one kind from one address in a minute."""
    for _ in range(101):
        client.get("/.env")

    assert kept.event["tags"]["security_event"] == "suspicious_path"
    assert "127.0.0.1" not in str(kept.event["contexts"]["security"])


def test_report_of_a_status_is_tracked_by_its_status(kept):
    """A 503 of a dependency."""
    description: Description = description_of_status(503)

    tell(None, description=description)

    assert kept.event["tags"]["code"] == "SERVICE_UNAVAILABLE"


def test_event_says_whether_the_service_has_caught_it(kept, client):
    """What is reported, handled or logged is; what the answer says is not, nor what goes on."""

    def handled() -> bool:
        (event,) = kept.events
        kept.envelopes.clear()
        return event["exception"]["values"][-1]["mechanism"]["handled"]

    client.get("/broken/")
    assert handled() is False
    fireline.report(ValueError("by hand"))
    assert handled() is True
    with fireline.handle():
        raise ValueError("handled")
    assert handled() is True
    with pytest.raises(ValueError, match="recorded"), fireline.record():
        raise ValueError("recorded")
    assert handled() is False


def test_query_of_many_parameters_is_cut(kept, client):
    """The first are told, and nothing of ours fails."""
    client.get("/broken/?" + "&".join(f"n{number}=1" for number in range(500)))

    said = kept.event["request"]["query_string"]
    assert (len(said), said[0]) == (100, ["n0", "1"])


def test_request_that_cannot_be_described_costs_the_request_alone(kept, client, monkeypatch):
    """Ids, route and breadcrumbs are told all the same."""
    monkeypatch.setattr("fireline.sentry.scenes._headers", lambda meta, is_personal: 1 / 0)

    response = client.get("/broken/")

    assert kept.event["tags"]["error_id"] == response["X-Error-ID"]
    assert kept.event["transaction"] == "/broken/"
    assert not kept.event.get("request")
