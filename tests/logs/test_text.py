"""Log lines for people: readable, and nobody's text passes for a line."""

import re

import pytest

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
