"""The digest's databases and sender: what people merge and split was digested before."""

from tests.tracker.digest.conftest import (  # noqa: F401 (fixtures)
    committed,
    engine,
    rows,
    sender,
    spool,
)
