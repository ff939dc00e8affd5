"""The work itself: it logs, and fails as it is told."""

import logging

import fireline
from tests.raised import RAISED

logger = logging.getLogger("crm.jobs")


class Unpicklable(Exception):
    """An exception that Celery can only show a copy of."""

    def __init__(self, order, lock):
        super().__init__(f"order {order}")
        self.lock = lock


def work(how: str) -> str:
    """Log a line, then fail."""
    logger.info("working on %s", how)
    if how == "works":
        return "done"
    raise RAISED[how].with_traceback(None)


def reported(how: str) -> None:
    """Report it by hand, then raise it."""
    try:
        work(how)
    except Exception as error:
        fireline.report(error, context={"step": 3})
        raise
