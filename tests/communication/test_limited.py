"""Work within a time limit, for whoever calls."""

from threading import Event

import pytest

from fireline import scope
from fireline.communication import Cause, WhatsAppService, limited
from fireline.communication.limited import TooManyError, within


def test_result_and_error_of_the_work_are_the_callers():
    """As if it had been called directly."""
    assert within(5, lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


def test_work_knows_the_scope_of_its_caller():
    """Its log lines bear the same id."""
    scope.enter(scope.Scope("order-4711"))

    assert within(5, lambda: scope.current().correlation_id) == "order-4711"


def test_hanging_attempts_do_not_pile_up(monkeypatch, provider):
    """Where so many hang already, the next is refused at once, and known not to be sent."""
    is_over = Event()
    monkeypatch.setattr(limited, "_places", limited.BoundedSemaphore(2))
    for _ in range(2):
        with pytest.raises(TimeoutError):
            within(0.01, is_over.wait)

    with pytest.raises(TooManyError):
        within(5, lambda: 42)
    result = WhatsAppService().send_text("+49 30 23125 014", "Hello")
    is_over.set()

    assert (result.outcome, result.cause) == ("failed", Cause.TRANSIENT)
    assert provider.received == []
