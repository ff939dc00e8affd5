"""Which events of an issue will be missed least."""

import itertools

import pytest

from fireline.tracker.retention.worth import least_worth, level


def left(times, now, count, bearing=()):
    gone = set(least_worth(times, now, count, set(bearing)))
    return [time for place, time in enumerate(times) if place not in gone]


def test_first_and_last_stay():
    """Also where everything could go."""
    assert left([1, 2, 3, 4], now=10, count=9) == [1, 4]


def test_newer_events_lie_closer_together():
    """Fewer and fewer the older they are, and over the whole time."""
    kept = left(list(range(1, 1001)), now=1001, count=900)

    by_age = [sum(low <= 1001 - time < high for time in kept) for low, high in
              [(1, 10), (10, 100), (100, 1000)]]  # fmt: skip
    assert by_age[0] == 9
    assert 25 < by_age[1] < 50
    assert 40 < by_age[2] < 70
    gaps = [later - one for one, later in itertools.pairwise(kept)]
    assert max(gaps) < 100


def test_burst_counts_as_little_as_one():
    """A thousand within a second give way before ten quiet days do."""
    days = [day * 86_400.0 for day in range(10)]
    burst = [4.5 * 86_400 + place / 1000 for place in range(1000)]
    times = sorted([*days, *burst])

    kept = left(times, now=10 * 86_400.0, count=990)

    assert set(days) <= set(kept)
    assert len(kept) == 20


def test_bearing_events_are_worth_more():
    """Those with a file or with what a person has written outlast their neighbours."""
    times = [float(time) for time in range(100)]

    assert {10.0, 50.0} <= set(left(times, now=100, count=90, bearing=[10, 50]))


def test_same_moment_is_no_trouble():
    """Nor is the future, by a clock that was set back."""
    assert len(left([5.0] * 10, now=4.0, count=5)) == 5


@pytest.mark.parametrize(
    ("counts", "total", "expected"),
    [
        pytest.param([1000, 10, 10], 120, 100, id="the-noisy-one-gives"),
        pytest.param([50, 50, 50], 30, 10, id="all-alike"),
        pytest.param([3, 2], 100, 3, id="room-for-all"),
        pytest.param([], 10, 0, id="nothing"),
        pytest.param([5, 5], 0, 0, id="no-room"),
    ],
)
def test_level(counts, total, expected):
    """As a basin fills: who has less than the level is left alone."""
    assert level(counts, total) == expected
