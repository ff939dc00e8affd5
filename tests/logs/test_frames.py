"""An exception in a line of JSON: what it is, where it was raised, and what caused it."""

import json

import pytest
from django.utils.module_loading import import_string

from fireline.scrub import REDACTED
from tests.logs.conftest import caught


def fail():
    raise ValueError("no such thing")


def fail_from():
    try:
        fail()
    except ValueError as error:
        raise KeyError("key") from error


def fail_while_handling():
    try:
        fail()
    except ValueError:
        raise KeyError("key")  # noqa: B904 (that is the case)


def fail_from_none():
    try:
        fail()
    except ValueError:
        raise KeyError("key") from None


def recurse(levels):
    if levels:
        recurse(levels - 1)
    else:
        fail()


def connect():
    password = "hunter2"  # a secret in the source
    raise ValueError(f"cannot connect with password={password}")


def fail_with_note():
    error = ValueError("no such thing")
    error.add_note("while importing token=x")
    raise error


def fail_in_group():
    members = [caught(fail), caught(fail_from), ExceptionGroup("inner", [caught(connect)])]
    raise ExceptionGroup("three failed", members)


def group_in_groups(levels):
    error = ValueError("bottom")
    for _ in range(levels):
        error = ExceptionGroup("group", [error])
    raise error


class Speechless(Exception):
    def __str__(self):
        raise RuntimeError("no words")


class Silly(Exception):
    __notes__ = 7


class CausesItself(Exception):
    pass


def cause_itself():
    error, other = CausesItself("one"), CausesItself("two")
    error.__cause__, other.__cause__ = other, error
    raise error


def test_exception_is_told_with_its_frames(json_line):
    """Type, message, and for each frame the file, line, function and source."""
    told = json_line("failed", error=caught(fail))["exceptions"]

    assert [(one["type"], one["message"]) for one in told] == [("ValueError", "no such thing")]
    frame = told[0]["frames"][-1]
    assert frame["file"] == __file__
    assert frame["line"] == fail.__code__.co_firstlineno + 1
    assert frame["function"] == "fail"
    assert frame["code"] == 'raise ValueError("no such thing")'


@pytest.mark.parametrize(
    ("function", "types"),
    [
        pytest.param(fail_from, ["KeyError", "ValueError"], id="cause"),
        pytest.param(fail_while_handling, ["KeyError", "ValueError"], id="context"),
        pytest.param(fail_from_none, ["KeyError"], id="hidden"),
        pytest.param(
            cause_itself, [f"{__name__}.CausesItself", f"{__name__}.CausesItself"], id="circle"
        ),
    ],
)
def test_causes_follow_outermost_first(json_line, function, types):
    """What was raised comes first, then what it was raised from; a circle ends."""
    told = json_line("failed", error=caught(function))["exceptions"]

    assert [one["type"] for one in told] == types


def test_deep_stack_shows_its_ends(json_line):
    """Of a thousand frames the first ten and the last forty are told, and how many are not."""
    told = json_line("failed", error=caught(recurse, 900))["exceptions"][0]

    assert len(told["frames"]) == 50
    assert told["frames_left_out"] > 800
    assert told["frames"][0]["function"] == "caught"
    assert told["frames"][-1]["function"] == "fail"


def test_endless_recursion_is_told(json_line):
    """The frames of a RecursionError fit the line too."""
    told = json_line("failed", error=caught(recurse, 100_000))["exceptions"][0]

    assert told["type"] == "RecursionError"
    assert len(told["frames"]) == 50


def test_group_tells_its_members(json_line):
    """Each member of an ExceptionGroup is told like an exception: with its causes and frames."""
    told = json_line("failed", error=caught(fail_in_group))["exceptions"][0]

    assert told["type"] == "ExceptionGroup"
    assert [[one["type"] for one in member] for member in told["members"]] == [
        ["ValueError"],
        ["KeyError", "ValueError"],
        ["ExceptionGroup"],
    ]
    assert told["members"][0][0]["message"] == "no such thing"
    assert told["members"][0][0]["frames"][-1]["function"] == "fail"
    assert told["members"][2][0]["members"][0][0]["type"] == "ValueError"


@pytest.mark.parametrize("levels", [50, 500])
def test_groups_in_groups_end(json_line, levels):
    """Groups inside groups are opened three levels deep."""
    told = json_line("failed", error=caught(group_in_groups, levels))["exceptions"]

    depth = 0
    while "members" in told[0]:
        told, depth = told[0]["members"][0], depth + 1
    assert depth == 3


def test_notes_are_told(json_line):
    """What was noted on the way up stands with the exception, without secrets."""
    told = json_line("failed", error=caught(fail_with_note))["exceptions"][0]

    assert told["notes"] == [f"while importing token={REDACTED}"]


def test_secret_in_the_source_is_not_told(json_line):
    """A line of source with a password in it is shown without, and so is the message."""
    told = json_line("failed", error=caught(connect))["exceptions"][0]

    assert "hunter2" not in str(told)
    assert told["message"] == f"cannot connect with password={REDACTED}"


@pytest.mark.parametrize("source", ["x = = 1", "def f(:\n", "'open"])
def test_syntax_error_is_told_with_its_place(json_line, source):
    """File and line of what could not be read stand in the message."""
    told = json_line("failed", error=caught(compile, source, "plugin.py", "exec"))["exceptions"][0]

    assert told["type"] == "SyntaxError"
    assert "(plugin.py, line 1)" in told["message"]


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(Speechless(), id="cannot-speak"),
        pytest.param(Silly(), id="notes-are-a-number"),
        pytest.param(SyntaxError("odd", (None, "x", None, 7)), id="syntax-error-of-nothing"),
        pytest.param(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), id="unicode"),
        pytest.param(KeyError("\ud800"), id="surrogate"),
        pytest.param(ValueError(*[ValueError("x" * 1000)] * 1000), id="thousand-arguments"),
    ],
)
def test_odd_exception_is_told_all_the_same(json_line, error):
    """An exception may fail at everything but its type."""
    told = json_line("failed", error=error)["exceptions"]

    assert told[0]["type"].endswith(type(error).__name__)
    assert told[0]["frames"] == []


def test_source_that_is_gone_is_no_failure(json_line):
    """Code without a file has frames without source."""
    code = compile("raise ValueError('made up')", "<template>", "exec")

    told = json_line("failed", error=caught(exec, code))["exceptions"][0]

    assert told["frames"][-1] == {
        "file": "<template>", "line": 1, "function": "<module>", "code": "", "in_app": True
    }  # fmt: skip


def test_frames_of_the_service_are_told_from_installed_ones(json_line):
    """What the developer looks for first."""
    told = json_line("failed", error=caught(json.loads, "{"))["exceptions"][0]

    assert [frame["in_app"] for frame in told["frames"]] == [True, False, False, False]
    assert told["frames"][-1]["file"].endswith("json/decoder.py")


def test_package_of_the_environment_is_none_of_ours(json_line):
    """Django's frames are not the service's, whether the environment lies in the project or not."""
    told = json_line("failed", error=caught(import_string, "no.such"))["exceptions"][0]

    assert {frame["in_app"] for frame in told["frames"] if "django" in frame["file"]} == {False}
