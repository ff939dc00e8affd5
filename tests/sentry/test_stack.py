"""Frames, causes and variables, as they are in an event."""

from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.template.loader import render_to_string

import fireline
from fireline.sentry.room import Room


def captured(kept: Any, error: BaseException | None = None) -> list[dict[str, Any]]:
    if error is not None:
        fireline.report(error)
    return kept.event["exception"]["values"]


def test_frames_have_source_and_variables(kept):
    """As the SDK would send them: five lines around, and the variables as texts."""
    with fireline.handle():
        cart, password = {"sku": "A-7", "count": 2, "api_key": "k" * 20}, "hunter2"
        raise ValueError(cart and password and "empty")

    frame = captured(kept)[-1]["stacktrace"]["frames"][-1]
    assert frame["function"] == "test_frames_have_source_and_variables"
    assert frame["module"] == "tests.sentry.test_stack"
    assert frame["context_line"].strip() == 'raise ValueError(cart and password and "empty")'
    assert (len(frame["pre_context"]), len(frame["post_context"])) == (5, 5)
    assert frame["vars"]["cart"] == {"sku": "'A-7'", "count": "2", "api_key": "[redacted]"}
    assert frame["vars"]["password"] == "[redacted]"
    assert frame["in_app"] is True


def test_exception_that_was_never_raised_stands_where_it_is_reported(kept):
    """Its cause has frames of its own, or none."""
    backup = "nightly"
    error = RuntimeError(f"The {backup} backup is empty.")
    error.__cause__ = OSError("disk")

    cause, own = captured(kept, error)

    frame = own["stacktrace"]["frames"][-2]
    assert frame["function"].startswith("test_exception_that_was_never_raised")
    assert frame["context_line"].strip() == "cause, own = captured(kept, error)"
    assert frame["vars"]["backup"] == "'nightly'"
    assert own["stacktrace"]["frames"][-1]["function"] == "captured"
    assert all("vars" not in frame for frame in own["stacktrace"]["frames"] if not frame["in_app"])
    assert "stacktrace" not in cause


def test_library_alone_is_no_place(kept):
    """Where no caller is of the service's own, it has no frames, and is an event all the same."""
    thread = Thread(target=fireline.report, args=(ValueError("made by hand"),))
    thread.start()
    thread.join()

    (value,) = captured(kept)
    assert (value["type"], value["value"]) == ("ValueError", "made by hand")
    assert "stacktrace" not in value


def test_our_own_frames_are_not_the_services(kept, client):
    """Nor Django's."""
    client.get("/broken/")

    frames = captured(kept)[-1]["stacktrace"]["frames"]
    assert {frame["in_app"] for frame in frames if frame["module"].startswith("django.")} == {False}
    assert frames[-1]["in_app"] is True


@pytest.fixture
def templates(tmp_path, settings):
    """A directory of templates; without DEBUG Django keeps nothing of where they fail."""
    engine = {**settings.TEMPLATES[0], "DIRS": [tmp_path], "APP_DIRS": False, "OPTIONS": {}}
    settings.TEMPLATES = [engine]
    return tmp_path


def test_templates_have_frames(kept, templates):
    """The tag that fails is the line of a frame, between the methods of Django that render it."""
    (templates / "layout.html").write_text("{% block cart %}{% endblock %}")
    (templates / "cart.html").write_text(
        "{% extends 'layout.html' %}\n{% block cart %}\n{% url 'missing' %}\n{% endblock %}"
    )

    with fireline.handle():
        render_to_string("cart.html")

    frames = captured(kept)[-1]["stacktrace"]["frames"]
    layout, cart = (frame for frame in frames if frame["function"] == "<template>")
    assert (cart["filename"], cart["lineno"], cart["in_app"]) == ("cart.html", 3, True)
    assert cart["context_line"] == "{% url 'missing' %}"
    assert (layout["filename"], layout["lineno"]) == ("layout.html", 1)
    assert frames[frames.index(cart) + 1]["function"] == "URLNode.render"


def test_templates_that_cannot_be_read_have_frames(kept, templates):
    """With the line of the tag that is wrong."""
    (templates / "cart.html").write_text("\n{% if %}")

    with fireline.handle():
        render_to_string("cart.html")

    frames = captured(kept)[-1]["stacktrace"]["frames"]
    (cart,) = (frame for frame in frames if frame["function"] == "<template>")
    assert (cart["filename"], cart["lineno"], cart["context_line"]) == ("cart.html", 2, "{% if %}")


def test_cause_stands_before_its_effect(kept):
    """With its relation, so that a reader can draw the tree."""
    try:
        try:
            raise KeyError("cause")
        except KeyError as cause:
            raise ValueError("effect") from cause
    except ValueError as error:
        first, second = captured(kept, error)

    assert (first["type"], second["type"]) == ("KeyError", "ValueError")
    assert first["mechanism"]["parent_id"] == second["mechanism"]["exception_id"] == 0
    assert first["mechanism"]["source"] == "__cause__"


def test_members_of_a_group_are_told(kept):
    """Each with its place in the group."""
    group = ExceptionGroup("both", [ValueError("one"), KeyError("two")])

    told = captured(kept, group)

    assert [value["type"] for value in told] == ["KeyError", "ValueError", "ExceptionGroup"]
    assert told[0]["mechanism"]["source"] == "exceptions[1]"
    assert told[2]["mechanism"]["is_exception_group"] is True


def test_exception_that_causes_itself_ends(kept):
    """A circle is told once."""
    one, two = ValueError("one"), ValueError("two")
    one.__cause__, two.__cause__ = two, one

    assert len(captured(kept, one)) == 2


def test_deep_recursion_is_shortened(kept):
    """Its first and its last frames say most."""

    def deeper() -> None:
        deeper()

    with fireline.handle():
        deeper()

    frames = captured(kept)[-1]["stacktrace"]["frames"]
    assert len(frames) == 100
    assert frames[-1]["function"] == "deeper"


def test_event_stays_small(kept):
    """Whatever lies in the variables."""

    def deeper(level: int, rows: Any) -> None:
        if level == 0:
            raise ValueError("x")
        deeper(level - 1, rows)

    with fireline.handle():
        deeper(60, [[["x" * 900] * 10] * 10] * 10)

    assert len(str(kept.event)) < 700_000


class Odd:
    """Something that cannot be shown."""

    def __init__(self, how: str) -> None:
        self.how = how

    def __repr__(self) -> str:
        if self.how == "raises":
            raise RuntimeError("no words")
        return "x" * 100_000


class OddDict(dict):
    def items(self) -> Any:
        raise RuntimeError("no items")


class OddList(list):
    def __iter__(self) -> Any:
        raise RuntimeError("no items")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(Odd("raises"), "<Odd that cannot be shown: RuntimeError>", id="raises"),
        pytest.param(Odd("is long"), "x" * 100, id="long"),
        pytest.param("y" * 10_000, "y" * 100, id="text"),
        pytest.param(OddDict(a=1), {"a": "1"}, id="dict"),
        pytest.param(OddList([1]), ["1"], id="list"),
        pytest.param([[[[["deep"]]]]], [[["[['deep']]"]]], id="deep"),
        pytest.param({("a", 1): b"bytes"}, {"('a', 1)": "b'bytes'"}, id="odd-keys"),
        pytest.param(list(range(20)), [*map(str, range(10)), "..."], id="many"),
        pytest.param("half a pair \ud800", "'half a pair \\ud800'", id="surrogate"),
        pytest.param(10**100, str(10**100), id="large"),
    ],
)
def test_any_variable_is_shown(kept, value, shown):
    """Bounded, and whatever it does when it is looked at."""
    with fireline.handle():
        raise ValueError(type(value))

    told = captured(kept)[-1]["stacktrace"]["frames"][-1]["vars"]["value"]
    if isinstance(shown, str) and len(shown) == 100:
        assert told.strip("'").startswith(shown)
        assert len(told) < 1100
    else:
        assert told == shown


def test_variables_may_be_left_out(start):
    """By the SDK's own option."""
    kept = start(include_local_variables=False)

    with fireline.handle():
        raise ValueError("x")

    assert "vars" not in captured(kept)[-1]["stacktrace"]["frames"][-1]


def test_custom_repr_of_the_project_is_asked(start):
    """What only the SDK knows is left to it."""
    kept = start(custom_repr=lambda value: "mine" if isinstance(value, Odd) else None)

    with fireline.handle():
        odd = Odd("raises")
        raise ValueError(odd.how)

    assert captured(kept)[-1]["stacktrace"]["frames"][-1]["vars"]["odd"] == "mine"


def test_message_that_cannot_be_had(kept):
    """An exception may be as odd as it likes."""

    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    (value,) = captured(kept, Mute())

    assert value["type"].endswith("Mute")


def test_parameters_of_queries_are_left_out(kept, db):
    """Nobody can tell by a name which of them is a password."""
    User.objects.create(username="bob", password="unreadable")
    with fireline.handle(severity="high"), transaction.atomic():
        User.objects.create(username="bob", password="hunter2")
    with fireline.handle(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM nowhere WHERE a = %s", ["hunter2"])

    frames = [
        frame
        for event in kept.events
        for error in event["exception"]["values"]
        for frame in error["stacktrace"]["frames"]
    ]
    assert len(kept.events) == 2
    assert {frame["vars"].get("params") for frame in frames} == {None, "[redacted]"}
    assert "hunter2" not in str([frame["vars"] for frame in frames])


def test_row_that_postgresql_refused_is_left_out(kept):
    """Its own message shows all of it."""
    error = DatabaseError("null value\nDETAIL:  Failing row contains (7, pbkdf2$x, null,\n f).")

    (told,) = captured(kept, error)

    assert told["value"] == "null value\nDETAIL:  Failing row contains ([redacted])."


def test_what_is_cut_is_no_half_of_a_secret():
    """The end of the room would hide what it is."""
    room = Room(40)

    assert "hunter2" not in room.take("at postgres://bob:hunter2hunter2hunter2@db/crm")
    assert room.take("more") == "…"


def test_source_that_cannot_be_had_costs_the_source_alone(kept):
    """A loader of somebody's own may do anything."""

    class Loader:
        def get_source(self, name):
            raise RuntimeError("no source")

    code = compile("raise ValueError('x')", "nowhere.py", "exec")
    with fireline.handle():
        exec(code, {"__name__": "nowhere", "__loader__": Loader()})

    frame = captured(kept)[-1]["stacktrace"]["frames"][-1]
    assert (frame["filename"], frame["lineno"], "context_line" in frame) == ("nowhere.py", 1, False)


def test_number_that_python_does_not_write_is_one_variable(kept):
    """The others are shown."""
    with fireline.handle():
        large, other = 10**5000, 7
        raise ValueError(large and other and "x")

    variables = captured(kept)[-1]["stacktrace"]["frames"][-1]["vars"]
    assert variables["other"] == "7"
    assert variables["large"] == "<int that cannot be shown: ValueError>"
