"""Which of two releases is the newer one."""

from datetime import UTC, datetime, timedelta

import pytest

from fireline.tracker.digest.versions import is_newer
from fireline.tracker.models import Release

AT = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1.9.2", "1.10"),
        ("shop@1.9.2", "shop@1.10.0"),
        ("v2.0-rc.1", "v2.0"),
        ("1.0.9+5", "1.1.0+4"),
        ("2026.9.30", "2026.11.1"),
    ],
)
def test_numbers_decide(older: str, newer: str) -> None:
    """Whichever was seen first."""
    late = Release(pk=2, version=older, first_seen_at=AT + timedelta(days=1))
    early = Release(pk=1, version=newer, first_seen_at=AT)

    assert is_newer(early, than=late)
    assert not is_newer(late, than=early)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("shop@8c2f1d0", "shop@1a7e55b", id="commits"),
        pytest.param("web@2.0", "api@1.0", id="two packages"),
        pytest.param("1.0+7", "1.0+3", id="two builds"),
        pytest.param("1.0-rc.2", "1.0-beta", id="two previews"),
        pytest.param("2", "1", id="numbers alone"),
    ],
)
def test_when_it_was_seen_decides(first: str, second: str) -> None:
    """Where their names have no order that all agree on."""
    early = Release(pk=1, version=first, first_seen_at=AT)
    late = Release(pk=2, version=second, first_seen_at=AT)

    assert is_newer(late, than=early)
    assert not is_newer(early, than=late)
