"""What Fireline costs, counted: instructions repeat within one per cent where times do not."""

import shutil

import pytest

from bench.instructions import thousand_instructions

pytestmark = [
    pytest.mark.skipif(
        shutil.which("valgrind") is None, reason="needs valgrind: apt-get install valgrind"
    ),
]


@pytest.fixture(scope="module")
def thousand():
    """The thousand instructions of what is compared here."""
    return thousand_instructions(
        [
            ("bare", "plain"),
            ("bare", "broken"),
            ("fireline", "plain"),
            ("fireline", "busy"),
            ("fireline", "broken"),
            ("tracker", "busy"),
            ("tracker", "broken"),
        ]
    )


def test_plain_request_costs_little(thousand):
    """Ids, figures, access line and security check: at most 170 thousand instructions."""
    bare, ours = thousand["bare", "plain"], thousand["fireline", "plain"]

    assert ours - bare <= 170, f"bare {bare:.0f}, with Fireline {ours:.0f} thousand"


def test_failing_request_costs_less_than_without(thousand):
    """A 500 with report, answer and structured frames: at most half of bare Django's."""
    bare, ours = thousand["bare", "broken"], thousand["fireline", "broken"]

    assert ours <= bare / 2, f"bare {bare:.0f}, with Fireline {ours:.0f} thousand"
    assert ours <= 4_000


def test_tracker_costs_little_until_it_is_needed(thousand):
    """A request that leaves five breadcrumbs: at most 100 thousand instructions more with the tracker."""
    without, ours = thousand["fireline", "busy"], thousand["tracker", "busy"]

    assert ours - without <= 100, f"without {without:.0f}, with the tracker {ours:.0f} thousand"


def test_captured_failure_costs_a_third_of_the_sdks(thousand):
    """A 500 with report, answer, frames, source, variables and spool: at most 18 million."""
    ours = thousand["tracker", "broken"]

    assert ours <= 12_000, f"{ours:.0f} thousand; the contract allows 18,000, and it was 8,600"
