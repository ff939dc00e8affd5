"""What is put into a spool of files is taken out of it."""

from collections.abc import Callable

from fireline.tracker.spool.local import LocalSpool
from tests.tracker.spool.conftest import entry


def test_what_is_put_is_taken(spool: LocalSpool) -> None:
    """An entry comes out as it went in, whatever bytes its envelope and its names are made of."""
    given = entry(bytes(range(256)) * 100, project="Kaffee & Küche", key="a" * 32)
    spool.put(given)

    (taken,) = spool.take(10)

    assert taken.entry == given
    assert taken.attempts == 1


def test_done_is_done(spool: LocalSpool, open_spool: Callable[..., LocalSpool]) -> None:
    """What is done is never taken again, not by another process either."""
    for _ in range(3):
        spool.put(entry())
    spool.done(spool.take(2))

    assert spool.depth().entries == 1
    assert len(open_spool().take(10)) == 1
