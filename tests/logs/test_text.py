"""Log lines for people: readable, and nobody's text passes for a line."""

import re

import pytest
from django.utils.log import configure_logging

import fireline
from fireline.logs import config
from fireline.logs.text import TextLines
from fireline.scope import Scope, enter
from fireline.scrub import REDACTED
from tests.logs.conftest import caught, record_of


class Speechless(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def connect():
    raise ValueError("cannot connect with password=hunter2\nINFO forged line")


def test_line_says_level_time_module_process_thread_message():
    """One line, in the order of the contract."""
    line = TextLines().format(record_of("Customer %s saved", 12))

    assert re.fullmatch(
        r"INFO \d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} conftest \d+ \d+ Customer 12 saved", line
    )


def test_line_of_a_request_ends_with_its_id():
    """Inside a scope its correlation id stands at the end."""
    enter(Scope("id-1"))

    assert TextLines().format(record_of("hello")).endswith(" hello [id-1]")


def test_line_has_what_came_with_it():
    """Extras and what is bound stand behind the message, without their secrets."""
    enter(Scope("id-1"))
    extra = {"order": 7, "token": "abc", "said": 'two "words"', "lines": [1, {"b": None}], "x": ""}

    with fireline.bind(customer_id=5):
        line = TextLines().format(record_of("paid", extra=extra))

    assert line.partition(" paid ")[2] == (
        f'[id-1] customer_id=5 order=7 token={REDACTED} said="two \\"words\\"" '
        'lines=[1,{"b":null}] x=""'
    )


def test_extra_of_a_client_forges_no_line():
    """Neither a line break nor a name=value of somebody else's."""
    extra = {"sent": "a\nERROR forged", "path": "/x code=FINE", "name\n": "\x1b[2J"}
    line = TextLines().format(record_of("hello", extra=extra))

    assert r'sent="a\nERROR forged" path="/x code=FINE"' in line
    assert line.endswith("name\n    =\\x1b[2J")


@pytest.mark.usefixtures("untouched")
def test_failure_and_its_request_are_told_in_short(client, capsys):
    """The ids to search for, the path and the route; nothing empty, nothing twice."""
    configure_logging("logging.config.dictConfig", config(service="crm", debug=True))

    response = client.get("/fails/business/?a=1")

    error, access = capsys.readouterr().err.splitlines()
    correlation_id = response["X-Correlation-ID"]
    assert error.partition(" BUSINESS_RULE_VIOLATED: ")[2] == (
        f"BusinessRuleViolation: The order is paid already [{correlation_id}] "
        f"error_id={response['X-Error-ID']} code=BUSINESS_RULE_VIOLATED "
        'details={"order":7} method=GET path=/fails/business/ route=fails/<str:how>/ '
        "remote_addr=127.0.0.1 status=422"
    )
    assert re.fullmatch(
        rf"GET /fails/business/ 500 \[{correlation_id}\] error_id=error_\w+ "
        r"code=BUSINESS_RULE_VIOLATED duration_ms=[\d.]+ remote_addr=127.0.0.1 "
        r'query_params={"a":"1"}',
        access[access.index("GET ") :],
    )


@pytest.mark.usefixtures("untouched")
def test_code_is_named_though_the_message_says_it(client, capsys):
    """Who searches for `code=` finds every failure."""
    configure_logging("logging.config.dictConfig", config(service="crm", debug=True))

    client.get("/no-such-route/")

    error, access = capsys.readouterr().err.splitlines()
    assert "code=NOT_FOUND" in error
    assert "code=NOT_FOUND" in access


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("a\nERROR forged", "a\n    ERROR forged", id="line-break"),
        pytest.param("a\r\nb", r"a\r" + "\n    b", id="carriage-return"),
        pytest.param("a\x0bb\x0cc\x1cd", r"a\x0bb\x0cc\x1cd", id="other-line-breaks"),
        pytest.param("a\x85b\u2028c\u2029d", r"a\x85b\u2028c\u2029d", id="unicode-line-breaks"),
        pytest.param("a\x1b[2Jb\x07", r"a\x1b[2Jb\x07", id="terminal"),
        pytest.param("a\x7fb\x9b1mc", r"a\x7fb\x9b1mc", id="del-and-c1"),
        pytest.param("a\u202eb\u2066c\u200ed", r"a\u202eb\u2066c\u200ed", id="bidi"),
        pytest.param("a\ufeffb\u200bc", r"a\ufeffb\u200bc", id="invisible"),
        pytest.param("a\ud800b", r"a\ud800b", id="lone-surrogate"),
        pytest.param("a\tb Grüße 你好", "a\tb Grüße 你好", id="readable"),
    ],
)
def test_text_of_a_client_forges_no_line(text, written):
    """Further lines are indented, controls written out, readable text stays."""
    line = TextLines().format(record_of("%s", text))

    assert line.endswith(f" {written}")
    assert all(part.startswith("    ") for part in line.splitlines()[1:])


def test_exception_stands_below_without_its_secret():
    """The traceback follows, indented; a secret in its message or source is gone."""
    line = TextLines().format(record_of("failed", error=caught(connect)))

    assert "    Traceback (most recent call last):" in line
    assert f"    ValueError: cannot connect with password={REDACTED}" in line
    assert "hunter2" not in line
    assert all(part.startswith("    ") for part in line.splitlines()[1:])


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(Speechless(), id="cannot-speak"),
        pytest.param(SyntaxError("odd", (None, "x", None, 7)), id="syntax-error-of-nothing"),
        pytest.param(ExceptionGroup("two", [ValueError("x"), KeyError("y")]), id="group"),
    ],
)
def test_odd_exception_is_told_all_the_same(error):
    """An exception may fail at everything but its type."""
    line = TextLines().format(record_of("failed", error=error))

    assert "failed" in line
    assert type(error).__name__ in line


def test_stack_is_written_without_secrets():
    """`stack_info=True` adds the stack, scrubbed too."""
    record = record_of("hello")
    record.stack_info = "Stack:\n  connect(password='hunter2')"

    assert TextLines().format(record).endswith(f"connect(password='{REDACTED}')")


def test_wrong_arguments_cost_no_line():
    """A mistake in a log call is shown, not raised."""
    assert "its arguments cannot be shown" in TextLines().format(record_of("%d", "x"))
