"""FirelineMiddleware: ids, the access line, what may not be forged; sync and async alike."""

import re
import threading
import uuid

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.test import AsyncClient, Client, override_settings

from fireline import scope
from fireline.middleware import FirelineMiddleware


@pytest.fixture(params=["sync", "async"])
def get(request):
    """Ask a path through the sync or the async chain of middlewares."""
    if request.param == "sync":
        return Client(raise_request_exception=False).get
    return async_to_sync(AsyncClient(raise_request_exception=False).get)


@pytest.mark.parametrize(
    "path", ["/works/", "/works-async/", "/broken/", "/broken-async/", "/nope/"]
)
def test_answer_and_lines_bear_one_id(get, log, path):
    """The id that a request brings is on the answer and in every line about it."""
    response = get(path, headers={"x-correlation-id": "abc-1", "user-agent": "tests"})

    assert response["X-Correlation-ID"] == "abc-1"
    assert {line["correlation_id"] for line in log.lines()} == {"abc-1"}
    assert len(log.access) == 1


def test_request_without_id_is_given_one(get, log):
    """A new UUID, a new one for each request."""
    first, second = get("/works/")["X-Correlation-ID"], get("/works/")["X-Correlation-ID"]

    assert uuid.UUID(first) != uuid.UUID(second)
    assert [line["correlation_id"] for line in log.access] == [first, second]


def test_access_line_has_the_fields_of_the_contract(get, log):
    """Method, path, status, duration, user, address, parameters without the sensitive ones."""
    get("/works/?page=2&token=abc&tag=a&tag=b&next=https%3A%2F%2Fu%3Apw%40x.example%2F")

    line = log.access[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line.pop("timestamp"))
    assert 0 <= line.pop("duration_ms") < 5000
    assert uuid.UUID(line.pop("correlation_id"))
    assert line == {
        "level": "INFO",
        "logger": "crm.access",
        "message": "GET /works/ 200",
        "method": "GET",
        "path": "/works/",
        "status_code": 200,
        "user_id": None,
        "remote_addr": "127.0.0.1",
        "query_params": {"page": "2", "tag": ["a", "b"], "next": "https://[redacted]@x.example/"},
    }


def test_name_of_a_parameter_is_searched_too(get, log):
    """A client may send a card's number as a name."""
    get("/works/?4111111111111111&page=2")

    assert log.access[0]["query_params"] == {"[redacted]": "", "page": "2"}


@pytest.mark.parametrize(
    ("path", "level", "status"),
    [
        ("/works/", "INFO", 200),
        ("/admin/", "INFO", 302),
        ("/nope/", "WARNING", 404),
        ("/status/500/", "ERROR", 500),
    ],
)
def test_level_follows_the_status(get, log, path, level, status):
    """5xx ERROR, 4xx WARNING, others INFO."""
    get(path)

    assert [(line["level"], line["status_code"]) for line in log.access] == [(level, status)]


def test_slow_request_is_a_warning(get, log, settings):
    """Slower than SLOW_REQUEST_SECONDS: WARNING, with `slow`."""
    settings.FIRELINE = {"SERVICE": "crm", "SLOW_REQUEST_SECONDS": 0}

    get("/works/")

    assert (log.access[0]["level"], log.access[0]["slow"]) == ("WARNING", True)


def test_failing_request_names_its_report(get, log):
    """The access line leads to the error line, by id and code."""
    response = get("/broken/")

    assert log.access[0]["error_id"] == log.errors[0]["error_id"] == response["X-Error-ID"]
    assert log.access[0]["code"] == "INTERNAL_ERROR"


@pytest.mark.parametrize("path", ["/broken/", "/broken-async/", "/nope/"])
def test_failure_is_told_once(get, log, reports, path):
    """Not again by Django's own loggers, nor by its signal."""
    get(path, headers={"user-agent": "tests"})

    assert len(reports) == 1
    assert [line["logger"] for line in log.lines()] == ["crm.errors", "crm.access"]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"x-correlation-id": "a\x1b[31mb"}, id="escape-in-the-id"),
        pytest.param({"x-correlation-id": "x" * 5000}, id="long-id"),
        pytest.param({"user-agent": "a\x00\x1b\x9b\u2028b"}, id="controls-in-the-agent"),
        pytest.param({"x-forwarded-for": "1.2.3.4\x0aERROR forged"}, id="line-in-the-address"),
        pytest.param({"accept": "\x00\xff,;=;q=\x0b"}, id="odd-accept"),
        pytest.param({"referer": "\ud800"}, id="surrogate"),
        pytest.param({"origin": "\r\nX: y"}, id="split"),
        pytest.param({"traceparent": "00-" + "z" * 10_000}, id="long-trace"),
    ],
)
@pytest.mark.parametrize("path", ["/works/", "/broken/"])
def test_hostile_header_forges_nothing(log, path, headers):
    """One line for the request, and one for its failure; the header is not repeated raw."""
    response = Client(raise_request_exception=False).get(path, headers=headers)

    raw = "".join(str(line) for line in log.lines())
    assert response.status_code in {200, 500}
    assert len(log.access) == 1
    assert "\x1b" not in raw
    assert len(response["X-Correlation-ID"]) == 36


def test_path_forges_no_line(log):
    """Line breaks and controls in a path are written out."""
    Client().get("/nope/%0AERROR%20forged%1B%5B31m/\u2028")

    raw = (log.directory / "crm.log").read_bytes()[log.starts["crm.log"] :]
    assert raw.count(b"\n") == len(log.lines())
    assert b"\x1b" not in raw
    assert log.access[0]["path"] == "/nope/\nERROR forged\x1b[31m/\u2028"


@pytest.mark.parametrize("query", ["a=%ff%fe", "&&&==", "a" * 100_000, "a=1&" * 50_000, "%", "=x"])
def test_hostile_query_costs_one_short_line(log, query):
    """Invalid UTF-8, thousands of parameters, a megabyte: one line, of a bounded size."""
    Client().get("/works/", QUERY_STRING=query)

    raw = (log.directory / "crm.log").read_bytes()[log.starts["crm.log"] :]
    assert len(log.access) == 1
    assert len(raw) < 70_000


def test_browsers_may_read_the_ids(get):
    """Both ids are exposed, behind what the service exposes already."""
    response = get("/works/")

    assert response["Access-Control-Expose-Headers"] == "X-Correlation-ID, X-Error-ID"


def exposes(get_response):
    """A middleware of a project that exposes a header of its own."""

    def middleware(request):
        response = get_response(request)
        response["Access-Control-Expose-Headers"] = "X-Total"
        return response

    return middleware


def test_exposed_headers_are_merged(client, settings):
    """What the project exposes stays exposed."""
    settings.MIDDLEWARE = [settings.MIDDLEWARE[0], f"{__name__}.exposes", *settings.MIDDLEWARE[1:]]

    response = client.get("/works/")

    assert response["Access-Control-Expose-Headers"] == "X-Total, X-Correlation-ID, X-Error-ID"


def test_scope_ends_with_the_request(client):
    """A thread that serves the next request remembers nothing of this one."""
    client.get("/works/")

    assert scope.current() is None


@pytest.mark.django_db
def test_user_is_named_where_the_view_has_resolved_it(client, log):
    """A resolved user is in the line; a lazy one is not looked into."""
    ann = get_user_model().objects.create_user("ann")
    client.force_login(ann)

    client.get("/user/")
    client.get("/works/")

    assert [line["user_id"] for line in log.access] == [ann.pk, None]


@pytest.mark.django_db
def test_successful_request_costs_no_query(client, django_assert_num_queries):
    """Suites that count queries go on counting the same."""
    client.force_login(get_user_model().objects.create_user("ann"))

    with django_assert_num_queries(0):
        client.get("/works/")
    with django_assert_num_queries(1):
        client.get("/queries/")


def test_part_that_failed_is_told_though_the_answer_works(client, log):
    """A handled failure is reported under the request's id; the answer bears no error id."""
    response = client.get("/handled/")

    assert response.status_code == 200
    assert "X-Error-ID" not in response
    assert log.errors[0]["correlation_id"] == response["X-Correlation-ID"]
    assert log.access[0]["level"] == "INFO"


def test_failure_told_by_hand_and_raised_is_one(client, reports, log):
    """`report` and then `raise`: one failure, one id."""
    response = client.get("/told-before/")

    assert len(reports) == len(log.errors) == 1
    assert response["X-Error-ID"] == reports[0].error_id


def test_singleton_exception_gives_each_client_ids_of_its_own(client):
    """An exception object that a module keeps does not carry the first client's ids to the second."""
    first, second = client.get("/singleton/"), client.get("/singleton/")

    assert first["X-Error-ID"] != second["X-Error-ID"]
    assert first["X-Correlation-ID"] != second["X-Correlation-ID"]


def test_debug_propagating_tells_once(reports):
    """With DEBUG_PROPAGATE_EXCEPTIONS Django sends its signal for each middleware; we tell one."""
    with override_settings(DEBUG_PROPAGATE_EXCEPTIONS=True), pytest.raises(ValueError):
        Client().get("/broken/")

    assert len(reports) == 1


def test_error_made_by_hand_is_reported_by_its_status(client, reports):
    """An answer of 500 that nobody raised is a failure too; its body stays."""
    response = client.get("/status/500/")

    assert response.content == b"made by hand"
    assert [(report.code, report.status) for report in reports] == [("INTERNAL_ERROR", 500)]
    assert response["X-Error-ID"] == reports[0].error_id


def test_threads_do_not_share_scopes(log):
    """Requests side by side keep their ids apart."""

    def ask(name):
        Client().get("/works/", headers={"x-correlation-id": name})

    names = [f"thread-{number}" for number in range(8)]
    threads = [threading.Thread(target=ask, args=[name]) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(line["correlation_id"] for line in log.access) == names


@pytest.mark.parametrize("path", ["/broken/", "/wp-login.php", "/works/"])
def test_layer_that_is_listed_twice_tells_once(get, settings, log, path):
    """The inner one does nothing: one access line, one report, one event."""
    settings.MIDDLEWARE = [settings.MIDDLEWARE[0], *settings.MIDDLEWARE]

    get(path, headers={"user-agent": "tests"})

    assert len(log.access) == 1
    assert len(log.errors) == (path != "/works/")
    assert len(log.security) == (path == "/wp-login.php")


def test_middleware_without_its_app_is_refused_with_the_way_out(settings):
    """Handlers, signals and checks come with the app: without it half of the work would be missing."""
    settings.INSTALLED_APPS = [name for name in settings.INSTALLED_APPS if name != "fireline"]

    with pytest.raises(
        ImproperlyConfigured,
        match="FirelineMiddleware is in MIDDLEWARE.*Add 'fireline' to INSTALLED_APPS",
    ):
        FirelineMiddleware(lambda request: None)
