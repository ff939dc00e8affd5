"""The current scope: entered, visited, left; in this context and in no other."""

from contextvars import copy_context

import pytest
from django.test import RequestFactory

from fireline.scope import Scope, bound, current, enter, hold, inside, leave_for_good, visiting


@pytest.fixture
def request_to():
    """A request for this path."""
    return RequestFactory().get


def test_request_without_a_scope_is_visited_in_one_of_its_own(request_to):
    """All who visit it find the same, and nobody is in it afterwards."""
    request = request_to("/", headers={"x-correlation-id": "id-1"})

    with visiting(request) as first:
        within = current()
    with visiting(request) as second:
        pass

    assert first is within is second
    assert first.correlation_id == "id-1"
    assert current() is None


def test_request_inside_of_another_is_visited_under_its_id(request_to):
    """It is one incident: the same id, the same memory of what was told; the outer one comes back."""
    outer = Scope("outer", request_to("/"))
    enter(outer, {"order": 7})

    with visiting(request_to("/inner/", headers={"x-correlation-id": "inner"})) as scope:
        values = bound()

    assert scope is not outer
    assert (scope.correlation_id, values) == ("outer", {"order": 7})
    assert scope.told is outer.told
    assert current() is outer


def test_own_request_is_visited_where_one_is(request_to):
    """Where a layer has opened the scope already."""
    request = request_to("/")
    scope = Scope("id-1", request)
    enter(scope)

    with visiting(request) as visited:
        pass

    assert visited is scope is current()


def test_scope_without_an_answer_is_kept_by_its_request(request_to):
    """Who hears of the failure later, outside of all layers, finds it."""
    request = request_to("/")
    scope = Scope("id-1", request)
    enter(scope)

    leave_for_good(scope)

    assert current() is None
    with visiting(request) as visited:
        assert visited is scope


def test_block_is_in_another_scope_and_comes_back():
    """With what was bound there, and then with what was bound here."""
    here, there = Scope("here"), Scope("there")
    enter(here, {"a": 1})

    with inside(there, {"b": 2}):
        within = (current(), bound())
        with inside(there, {"c": 3}):  # already there: what is bound stays
            again = bound()

    assert within == (there, {"b": 2})
    assert again == {"b": 2}
    assert (current(), bound()) == (here, {"a": 1})


def test_another_context_is_another_place():
    """What a task enters and binds, no other one sees."""

    def work():
        enter(Scope("there"))
        hold({"a": 1})

    copy_context().run(work)

    assert current() is None
    assert bound() == {}
