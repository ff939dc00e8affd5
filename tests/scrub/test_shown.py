"""A short, safe text of anything at all."""

import pytest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy

from fireline.scrub import REDACTED, shown


class Raises:
    def __init__(self, error):
        self.error = error

    def __repr__(self):
        raise self.error


class Returns:
    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text


class Recurses:
    def __repr__(self):
        return repr(self)


class FailsToSpeak(Exception):
    def __str__(self):
        raise ValueError("no words")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("text", "text", id="text"),
        pytest.param(12.5, "12.5", id="number"),
        pytest.param(["a", 1], "['a', 1]", id="list"),
        pytest.param(ValueError("no such thing"), "no such thing", id="exception"),
        pytest.param(gettext_lazy("Hello"), "Hello", id="lazy-text"),
        pytest.param({"password": "x"}, f"{{'password': '{REDACTED}'}}", id="secret-in-repr"),
        pytest.param(ValueError("token=x"), f"token={REDACTED}", id="secret-in-message"),
    ],
)
def test_value_is_shown_by_what_it_says(value, text):
    """Texts, exceptions and lazy texts speak for themselves, everything else by its repr."""
    assert shown(value) == text


@pytest.mark.parametrize(
    ("value", "name", "error"),
    [
        pytest.param(Raises(ValueError("x")), "Raises", "ValueError", id="raises"),
        pytest.param(Raises(RecursionError()), "Raises", "RecursionError", id="recursion-error"),
        pytest.param(Raises(MemoryError()), "Raises", "MemoryError", id="memory-error"),
        pytest.param(Recurses(), "Recurses", "RecursionError", id="recurses-for-ever"),
        pytest.param(Returns(None), "Returns", "TypeError", id="returns-no-text"),
        pytest.param(FailsToSpeak(), "FailsToSpeak", "ValueError", id="exception-without-words"),
        pytest.param(reverse_lazy("no-such-page"), "__proxy__", "NoReverseMatch", id="lazy-address"),
    ],
)  # fmt: skip
def test_value_that_cannot_be_shown_says_so(value, name, error):
    """A repr that fails is told by the type of the value and of the failure."""
    assert shown(value) == f"<{name} that cannot be shown: {error}>"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_stops_the_process_passes(error):
    """A repr is no reason not to stop: what is no Exception goes its way."""
    with pytest.raises(error):
        shown(Raises(error()))


def test_megabyte_is_cut():
    """Of a text without end its beginning and its length are shown."""
    text = shown(Returns("x" * 1_000_000))

    assert text == f"{'x' * 1000}… (1000000 characters)"


@pytest.mark.parametrize("before", range(30, 60, 5))
def test_secret_at_the_cut_does_not_come_through_in_part(before):
    """The limit may fall anywhere in a secret: no part of it is shown."""
    text = shown("-" * before + " card 4242 4242 4242 4242 " + "-" * 100, limit=60)

    assert "4242" not in text
    assert "(" in text
