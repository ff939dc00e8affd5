"""Log records as lines of JSON: always one line, always valid, never with a secret."""

import json
import logging
from collections import namedtuple
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import pytest
from django.test import RequestFactory
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy

import fireline
from fireline.logs.access import AccessRecord
from fireline.logs.lines import JsonLines, SecurityLines
from fireline.scope import Scope, enter
from fireline.scrub import REDACTED
from tests.logs.conftest import parsed, record_of

Point = namedtuple("Point", "x y")  # noqa: PYI024 (the untyped kind is the common one)


class Broken:
    def __repr__(self):
        raise ValueError("not today")


class Colour(Enum):
    RED = "red"


@dataclass
class Login:
    user: str
    password: str


class BrokenMapping(dict):
    def items(self):
        raise ValueError("not today")


def circle():
    made = {"name": "circle"}
    made["self"] = made
    return made


def wide_circle():
    made = []
    made.extend([made] * 50)
    return made


def deep(levels):
    made = "bottom"
    for _ in range(levels):
        made = [made]
    return made


def test_fields_of_every_line(json_line):
    """Time in UTC, level, logger, message, correlation id, then what came with `extra=`."""
    fields = json_line("Customer %s saved", 12, extra={"customer_id": 12}, at=1763725515.25)

    assert fields == {
        "timestamp": "2025-11-21T11:45:15.250000Z",
        "level": "INFO",
        "logger": "crm.tests",
        "message": "Customer 12 saved",
        "correlation_id": None,
        "customer_id": 12,
    }


def test_scope_gives_id_and_bound_values(json_line):
    """Inside a request every line has its correlation id, and what was bound to it."""
    enter(Scope("id-1"))

    with fireline.bind(import_file="a.csv", message="bound"):
        inside = json_line("hello", extra={"import_file": "b.csv"})
    outside = json_line("hello")

    assert inside["correlation_id"] == "id-1"
    assert inside["import_file"] == "b.csv"
    assert inside["message"] == "hello"
    assert inside["extra_message"] == "bound"
    assert "import_file" not in outside


def test_extra_hides_no_field(json_line):
    """An extra of a field's name is renamed; the field stays what it is."""
    extra = {"timestamp": 0, "level": "x", "logger": "y", "exceptions": "none"}

    fields = json_line("hello", extra=extra, error=ValueError("x"))

    assert fields["level"] == "INFO"
    assert fields["logger"] == "crm.tests"
    assert fields["exceptions"][0]["type"] == "ValueError"
    assert {f"extra_{name}": value for name, value in extra.items()}.items() <= fields.items()


def test_extra_named_extras_is_one_like_any_other(json_line):
    """Somebody's own `extras` does not pass for Fireline's, which are clean already."""
    fields = json_line("token=x", extra={"extras": {"password": "hunter2"}, "page": 2})

    assert fields["extras"] == {"password": REDACTED}
    assert fields["page"] == 2
    assert fields["message"] == f"token={REDACTED}"


def test_own_records_are_written_as_they_are():
    """The fields of an access line were cleaned when it was made."""
    extras = {"method": "GET", "status_code": 200}
    record = AccessRecord("crm.access", logging.INFO, "GET / 200", "id-1", extras)

    fields = parsed(JsonLines("crm").format(record))

    assert fields["message"] == "GET / 200"
    assert fields["correlation_id"] == "id-1"
    assert fields["status_code"] == 200


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(datetime(2026, 11, 21, 11, 45, tzinfo=UTC), "2026-11-21T11:45:00Z", id="datetime"),
        pytest.param(date(2026, 11, 21), "2026-11-21", id="date"),
        pytest.param(timedelta(minutes=2), 120.0, id="timedelta"),
        pytest.param(Decimal("9.90"), "9.90", id="decimal"),
        pytest.param(UUID(int=7), "00000000-0000-0000-0000-000000000007", id="uuid"),
        pytest.param(Path("/srv/crm"), "/srv/crm", id="path"),
        pytest.param(Colour.RED, "red", id="enum"),
        pytest.param(gettext_lazy("Hello"), "Hello", id="lazy-text"),
        pytest.param(MappingProxyType({"a": 1}), {"a": 1}, id="mapping"),
        pytest.param({"a"}, ["a"], id="set"),
        pytest.param(Point(1, 2), {"x": 1, "y": 2}, id="named-tuple"),
        pytest.param(b"caf\xc3\xa9 \xff", "café \\xff", id="bytes"),
        pytest.param(ValueError("no"), "ValueError: no", id="exception"),
        pytest.param(float("nan"), None, id="nan"),
        pytest.param([float("inf")], [None], id="infinity"),
        pytest.param(2**70, str(2**70), id="huge-int"),
        pytest.param(10**5000, "<int that cannot be shown: ValueError>", id="int-without-text"),
        pytest.param("\ud800x", "\\ud800x", id="lone-surrogate"),
        pytest.param({1: "a", None: "b", (2, 3): "c"}, {"1": "a", "None": "b", "(2, 3)": "c"}, id="keys"),
        pytest.param({"\udcff": 1}, {"\\udcff": 1}, id="surrogate-in-key"),
        pytest.param(Broken(), "<Broken that cannot be shown: ValueError>", id="broken-repr"),
        pytest.param({Broken(): 1}, {"<Broken that cannot be shown: ValueError>": 1}, id="broken-key"),
        pytest.param(
            reverse_lazy("no-such-page"), "<__proxy__ that cannot be shown: NoReverseMatch>", id="lazy-address"
        ),
        pytest.param(circle()["self"]["name"], "circle", id="text"),
        pytest.param(object, "<class 'object'>", id="class"),
    ],
)  # fmt: skip
def test_any_value_becomes_json(json_line, value, expected):
    """Whatever comes as an extra is told by a value that JSON knows."""
    assert json_line("hello", extra={"value": value})["value"] == expected


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(circle(), id="circle"),
        pytest.param(wide_circle(), id="circle-of-fifty-ways"),
        pytest.param(deep(300), id="deep"),
        pytest.param(deep(5000), id="deeper-than-python"),
        pytest.param(BrokenMapping(a=object()), id="broken-mapping"),
        pytest.param({n: [n] * 1000 for n in range(1000)}, id="million"),
        pytest.param(["x" * 10_000] * 100, id="megabyte-in-pieces"),
        pytest.param({f"key-{n}": "\x00\u2028" * 5000 for n in range(60)}, id="escapes"),
        pytest.param(b"\x00" * 1_000_000, id="megabyte-of-bytes"),
    ],
)
def test_line_is_never_without_end(json_line, value):
    """Circles, depths and megabytes make a line of at most some 64 kB, and the rest of it stays."""
    fields = json_line(
        "hello", extra={"before": 1, "value": value, "after": 2}, error=KeyError("x")
    )

    assert len(json.dumps(fields, ensure_ascii=False)) < 100_000
    assert fields["message"] == "hello"
    assert fields["before"] == 1
    assert fields["after"] == 2
    assert fields["exceptions"][0]["type"] == "KeyError"


def test_long_message_is_cut(json_line):
    """Of a megabyte of message its beginning and its length are written."""
    message = json_line("%s", "x" * 1_000_000)["message"]

    assert message == f"{'x' * 10_000}… (1000000 characters)"


@pytest.mark.parametrize(
    ("message", "args"),
    [
        pytest.param("%d items", ("many",), id="wrong-type"),
        pytest.param("%s and %s", ("one",), id="too-few"),
        pytest.param("100%", ("x",), id="lone-percent"),
        pytest.param("hello", ("x", "y"), id="too-many"),
        pytest.param("hello %s", (Broken(),), id="broken"),
    ],
)
def test_message_whose_arguments_do_not_fit_is_written(json_line, message, args):
    """A mistake in a log call costs nobody the line."""
    written = json_line(message, *args)["message"]

    assert written.startswith(f"{message} (its arguments cannot be shown: ")


def test_message_that_is_no_text(json_line):
    """Objects as messages are shown, also those that cannot be."""
    assert json_line(ValueError("no"))["message"] == "no"
    assert json_line(Broken())["message"].startswith("<Broken that cannot be shown: ValueError>")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        pytest.param("a\nb\r\nc", r"a\nb\r\nc", id="line-breaks"),
        pytest.param("a\x1b[31mb\x00", r"a\u001b[31mb\u0000", id="terminal"),
        pytest.param("a\x7fb", r"a\u007fb", id="del"),
        pytest.param("a\x85b\x9b31mc", r"a\u0085b\u009b31mc", id="c1"),
        pytest.param("a\u2028b\u2029c", r"a\u2028b\u2029c", id="line-separators"),
        pytest.param("a\u202eb\u2066c\u200fd\u061c", r"a\u202eb\u2066c\u200fd\u061c", id="bidi"),
        pytest.param("a\ufeffb\u200bc", r"a\ufeffb\u200bc", id="invisible"),
        pytest.param("a\U000e0041b", r"a\udb40\udc41b", id="tags"),
    ],
)
def test_characters_that_terminals_obey_are_escaped(text, escaped):
    """Neither a second line nor a colour nor a turned text comes out of a client's hands."""
    line = JsonLines("crm").format(record_of("%s", text))

    assert f'"message":"{escaped}"' in line
    assert parsed(line)["message"] == text


def test_readable_text_stays_readable():
    """Letters of all languages are written as they are."""
    line = JsonLines("crm").format(record_of("Grüße 你好 שלום 👋"))

    assert "Grüße 你好 שלום 👋" in line


def test_request_is_told_by_method_and_path(json_line):
    """Django hands the whole request to its log lines: its headers and its query stay out."""
    request = RequestFactory().get("/pay/4242424242424242/?token=x", headers={"cookie": "id=fake1"})

    fields = json_line("Not found", extra={"request": request, "status_code": 404})

    assert fields["request"] == f"GET /pay/{REDACTED}/"
    assert "fake1" not in json.dumps(fields)


@pytest.mark.parametrize(
    "kwargs",
    [
        pytest.param({"message": "password=hunter2"}, id="message"),
        pytest.param({"message": "with %s", "args": ({"password": "hunter2"},)}, id="argument"),
        pytest.param({"message": "%d", "args": ("password=hunter2",)}, id="wrong-argument"),
        pytest.param({"extra": {"password": "hunter2"}}, id="extra"),
        pytest.param({"extra": {"a": [{"note": "password=hunter2"}]}}, id="nested-extra"),
        pytest.param({"extra": {"login": Login("ada", "hunter2")}}, id="dataclass"),
        pytest.param({"extra": {"raw": b"password=hunter2"}}, id="bytes"),
        pytest.param({"extra": {1: b"password=hunter2", "a": "\ud800"}}, id="cut-line"),
        pytest.param({"error": ValueError("password=hunter2")}, id="exception"),
    ],
)
def test_secret_is_in_no_part_of_the_line(kwargs):
    """Message, arguments, extras, exceptions: the secret goes from each."""
    message, args = kwargs.pop("message", "hello"), kwargs.pop("args", ())

    line = JsonLines("crm").format(record_of(message, *args, **kwargs))

    assert "hunter2" not in line
    assert REDACTED in line


def test_stack_is_written_where_it_was_asked_for():
    """`stack_info=True` adds the stack, without the secrets of its source lines."""
    record = record_of("hello")
    record.stack_info = 'Stack:\n  File "x.py", line 1\n    connect(password="hunter2")'

    fields = parsed(JsonLines("crm").format(record))

    assert fields["stack"].startswith("Stack:\n")
    assert "hunter2" not in fields["stack"]


def test_fields_of_a_security_line():
    """The contract's names, time with milliseconds, and the event's own fields."""
    event = {"security_event": "login_failed", "client_ip": "203.0.113.7", "level": "forged"}
    record = record_of("Login failed: %s", "/login/", extra=event, level=logging.WARNING, at=0.25)

    fields = parsed(SecurityLines("crm").format(record))

    assert list(fields)[:4] == ["level", "time", "module", "message"]
    assert fields["level"] == "WARNING"
    assert fields["extra_level"] == "forged"
    assert fields["message"] == "Login failed: /login/"
    assert fields["security_event"] == "login_failed"
    assert fields["client_ip"] == "203.0.113.7"
    datetime.strptime(fields["time"], "%Y-%m-%d %H:%M:%S,%f")  # noqa: DTZ007 (the contract's format)
    assert fields["time"].endswith(",250")


def test_trace_id_joins_the_line(json_line, monkeypatch):
    """Where OpenTelemetry or Sentry traces the request, its lines say the trace."""
    monkeypatch.setattr("fireline.scope.trace.TRACERS", [lambda: None, lambda: "fa4e" * 8])

    assert json_line("hello")["trace_id"] == "fa4e" * 8


def test_line_of_uvicorn_is_said_once(json_line):
    """Its message for terminals, with their codes for colours, is no extra."""
    line = json_line("Started", extra={"color_message": "\x1b[36mStarted\x1b[0m"})

    assert "color_message" not in line
