"""Lazy objects, such as `request.user`: nobody here looks into them."""

import asyncio
import logging

import pytest
from django.core.exceptions import SynchronousOnlyOperation
from django.utils.functional import SimpleLazyObject

import fireline
from fireline.logs.lines import JsonLines
from fireline.logs.plain import to_json
from fireline.scrub import REDACTED, evaluated, scrubbed, scrubbed_texts, shown
from tests.logs.conftest import parsed, record_of

NAME = "<SimpleLazyObject, not evaluated>"


def ask_the_database():
    raise SynchronousOnlyOperation("You cannot call this from an async context")


@pytest.fixture
def user():
    """The user of a request, whom nobody has asked for yet."""
    return SimpleLazyObject(ask_the_database)


def known(value):
    """A lazy object that somebody has looked into."""
    lazy = SimpleLazyObject(lambda: value)
    assert lazy == value
    return lazy


@pytest.mark.parametrize(
    ("wrap", "expected"),
    [
        pytest.param(lambda user: user, NAME, id="alone"),
        pytest.param(lambda user: {"user": user}, {"user": NAME}, id="in-a-dict"),
        pytest.param(lambda user: ["user", user], ["user", NAME], id="in-a-pair"),
        pytest.param(lambda user: [user, "user"], [NAME, "user"], id="first-of-a-pair"),
        pytest.param(lambda user: (1, (user,)), (1, (NAME,)), id="in-tuples"),
        pytest.param(
            lambda user: {"name": user, "value": 7}, {"name": NAME, "value": 7}, id="as-a-name"
        ),
    ],
)
@pytest.mark.parametrize("scrub", [scrubbed, scrubbed_texts])
def test_walk_leaves_it_alone(user, scrub, wrap, expected):
    """It is named, and asks the database nothing."""
    assert scrub(wrap(user)) == expected


def test_lazy_object_that_is_known_is_what_it_holds():
    """Somebody has evaluated it before: it is walked through as its value is."""
    account = known({"user": "ada", "password": "x"})

    assert scrubbed([account, known("token=x")]) == [
        {"user": "ada", "password": REDACTED},
        f"token={REDACTED}",
    ]
    assert shown(known("hello")) == "hello"
    assert evaluated(known(known(7))) == 7


def test_lazy_object_is_shown_by_name(user):
    """In a text, in a line of JSON, and where such a line is cut to its length."""
    assert shown(user) == NAME
    assert to_json({"user": user}) == f'{{"user":"{NAME}"}}'
    assert NAME in to_json({"user": user, "long": "x" * 70_000})


def test_line_with_a_lazy_user_is_written(user, log):
    """In a coroutine, where evaluating it would fail."""

    async def view():
        logging.getLogger("crm").info("who", extra={"user": user})
        with fireline.bind(user=user):
            return fireline.report(
                fireline.BusinessRuleViolation("Paid already"), context={"by": user}
            )

    report = asyncio.run(view())

    assert (report.code, report.status) == ("BUSINESS_RULE_VIOLATED", 422)
    assert report.context == {"user": NAME, "by": NAME}
    assert [line["user"] for line in log.lines()] == [NAME, NAME]


class Odd(type):
    """The class of classes that no set can hold."""

    def __hash__(cls):
        raise RuntimeError("not today")


def test_object_that_cannot_be_walked_costs_no_line():
    """The line is written, without what may hold a secret."""
    extra = {"odd": Odd("Thing", (), {})(), "password": "hunter2"}

    fields = parsed(JsonLines("crm").format(record_of("hello", extra=extra)))

    assert fields["message"] == "hello"
    assert "hunter2" not in str(fields)
