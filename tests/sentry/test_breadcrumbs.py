"""What happens on the way is noted, without its secrets, for the case of a failure."""

import logging
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
import requests
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.utils.functional import SimpleLazyObject

import fireline
from fireline import scope
from fireline.scope import crumbs
from tests.instrument import Kept


@pytest.fixture
def noted(kept: Kept):
    """What was noted in a scope of this test."""

    class Noted:
        def __getitem__(self, category):
            found = scope.current().crumbs or ()
            return [
                (message, level, data)
                for _, kind, message, level, data in found
                if kind == category
            ]

    with fireline.bind():
        yield Noted()


@pytest.fixture
def server():
    """One that answers 200, and 503 where it is asked for `away`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(503 if "away" in self.path else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_query_is_noted_without_its_parameters(noted, db):
    """Its SQL, the database, and how long it took."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["hunter2"])

    sql, level, data = noted["query"][-1]
    assert (sql, level, data["database"]) == ("SELECT %s", "info", "default")
    assert data["duration_ms"] >= 0


def test_query_that_fails_is_noted(noted, db):
    """It may be the reason."""
    with connection.cursor() as cursor, pytest.raises(Exception, match="no such table"):
        cursor.execute("SELECT * FROM nowhere")

    assert noted["query"][-1][0] == "SELECT * FROM nowhere"


def test_wrapper_of_the_project_is_taken_away_by_django(noted, db):
    """Ours stands first, for Django takes the last."""

    def own(execute, sql, params, many, context):
        return execute(sql, params, many, context)

    with connection.execute_wrapper(own):
        pass

    assert own not in connection.execute_wrappers


def test_cache_is_noted_by_its_keys(noted):
    """What was asked for, and whether it was there."""
    cache.set("customer:7", "secret")
    cache.get("customer:7")
    cache.get(key="customer:8")
    cache.get("customer:9", "default")
    cache.get_many(["a", "b"])
    cache.set_many(data={"c": 1})
    cache.delete("customer:7")

    said = [(message, (data or {}).get("hit")) for message, _, data in noted["cache"]]
    assert ("set customer:7", None) in said
    assert ("get customer:7", True) in said
    assert ("get customer:8", False) in said
    assert ("get customer:9", False) in said
    assert ("get_many a, b", None) in said
    assert ("delete customer:7", None) in said
    assert "secret" not in str(said)


def test_key_of_a_session_is_no_breadcrumb(noted):
    """Who has it is logged in."""
    cache.get("django.contrib.sessions.cache" + "k" * 32)

    assert "kkkk" not in str(noted["cache"])


@pytest.mark.parametrize("client", ["urllib", "requests", "httpx"])
def test_call_is_noted_without_query_and_credentials(noted, server, client):
    """Of every client; an answer of 503 is a warning."""
    with_credentials = server.replace("http://", "http://ann:hunter2@")
    if client == "urllib":
        urllib.request.urlopen(f"{server}/works?token=abc").read()
        with pytest.raises(OSError, match="503"):
            urllib.request.urlopen(f"{server}/away")
    elif client == "requests":
        requests.get(f"{with_credentials}/works?token=abc", timeout=10)
        requests.get(f"{server}/away", timeout=10)
    else:
        httpx.get(f"{with_credentials}/works?token=abc")
        httpx.get(f"{server}/away")

    said = [(message, level, data["status_code"]) for message, level, data in noted["http"]]
    assert said == [
        (f"GET {server}/works", "info", 200),
        (f"GET {server}/away", "warning", 503),
    ]


def test_call_without_an_answer_is_noted(noted, server):
    """A connection that is cut."""
    with pytest.raises(requests.ConnectionError):
        requests.get("http://127.0.0.1:1/", timeout=1)
    with pytest.raises(OSError, match="."):
        urllib.request.urlopen("http://127.0.0.1:1/", timeout=1)

    assert {data["status_code"] for _, _, data in noted["http"]} <= {None}


def test_lines_are_noted_from_info_up(noted):
    """Whatever becomes of them; those about the request itself are not."""
    logger = logging.getLogger("shop.orders")
    logger.setLevel(logging.DEBUG)
    logger.debug("too much")
    logger.info("order %s", 7)
    logger.warning("100%")
    logger.error("wrong")
    logging.getLogger("crm.errors").error("told elsewhere")

    said = [(message, level) for message, level, _ in noted["log"]]
    assert said == [("order 7", "info"), ("100%", "warning"), ("wrong", "error")]


def test_line_that_cannot_be_said_hurts_nobody(noted):
    """Logging itself would say so on stderr; the service goes on."""

    class Broken:
        def __str__(self):
            raise ValueError("cannot be said")

    logger = logging.getLogger("shop.quiet")
    logger.propagate, logger.level, logger.handlers = False, logging.INFO, [logging.NullHandler()]
    logger.info(Broken())
    logger.info("%s and %s", Broken(), 1)

    assert [message for message, _, _ in noted["log"]] == ["<Broken>", "%s and %s"]


def test_line_that_nobody_writes_evaluates_nothing(noted, db, django_assert_num_queries):
    """A lazy user and a query in its arguments are not asked for."""
    user = SimpleLazyObject(User.objects.get)
    logger = logging.getLogger("shop.quiet")
    logger.propagate, logger.level, logger.handlers = False, logging.INFO, [logging.NullHandler()]

    with django_assert_num_queries(0):
        logger.info("%s from %s", user, "here")
        logger.info("%s from %s", User.objects.all(), "here")

    assert [message for message, _, _ in noted["log"]] == ["%s from %s"] * 2


def test_line_about_what_logs_itself_ends(noted):
    """A `__str__` that logs its object would go on until Python ends it."""
    logger = logging.getLogger("shop.quiet")
    logger.propagate, logger.level, logger.handlers = False, logging.INFO, [logging.NullHandler()]

    class Talking:
        def __str__(self):
            logger.info("I am %s", self)
            return "talking"

    logger.info("hear %s", Talking())

    assert [message for message, _, _ in noted["log"]] == ["I am %s", "hear talking"]


def test_ring_is_bounded(noted):
    """In number and length."""
    for number in range(200):
        crumbs.note("own", f"{number} " + "x" * 5000)

    said = noted["own"]
    assert len(said) == crumbs.AT_MOST
    assert said[-1][0].startswith("199 ")
    assert len(said[-1][0]) <= 1200


def test_nothing_is_noted_outside(kept, db):
    """Who is in no scope keeps nothing."""
    cache.get("x")
    logging.getLogger("shop").warning("x")

    assert scope.current() is None


def test_breadcrumbs_are_in_the_event(kept, client, db, settings):
    """In order, with the project's own, and the last hundred at most."""
    settings.ROOT_URLCONF = "tests.urls"
    with fireline.bind(), fireline.handle():
        cache.get("customer:7")
        logging.getLogger("shop").warning("password=hunter2")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        raise ValueError("x")

    values = kept.event["breadcrumbs"]["values"]
    assert [crumb["category"] for crumb in values[:3]] == ["cache", "log", "query"]
    assert values[1]["message"] == "password=[redacted]"
    assert values[-1]["message"] == "SELECT 1"
    times = [crumb["timestamp"] for crumb in values]
    assert times == sorted(times)


def test_breadcrumb_that_is_cut_shows_no_half_of_a_secret(kept):
    """It is searched for secrets with what stands behind the cut."""
    with fireline.bind(), fireline.handle():
        address = f"postgres://bob:{'hunter2' * 9}@db/crm"
        logging.getLogger("shop").warning("%s %s", "x" * 980, address)
        raise ValueError("x")

    (crumb,) = kept.event["breadcrumbs"]["values"]
    assert "hunter2" not in crumb["message"]
    assert len(crumb["message"]) == 1001


class Closed(LocMemCache):
    """A cache of somebody's own, which does not want to be another."""

    def __setattr__(self, name, value):
        if name == "__class__":
            raise TypeError("no")
        super().__setattr__(name, value)


def test_cache_that_cannot_be_watched_works(noted, settings):
    """It leaves no breadcrumbs, and that is all."""
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.Closed"}}

    cache.set("x", 1)

    assert cache.get("x") == 1
    assert noted["cache"] == []


def test_query_that_is_composed_is_noted_by_its_kind(noted, db):
    """Its values are in it."""

    class Composed(str):
        __slots__ = ()

    with connection.cursor() as cursor:
        cursor.execute(Composed("SELECT 'hunter2'"))

    assert noted["query"][-1][0] == "<Composed>"
