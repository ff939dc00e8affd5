"""How long a call that failed may wait before it is tried again."""

import asyncio
from math import inf
from time import perf_counter

from fireline import conf
from fireline.scope import current


def seconds_left(*, is_blocking: bool = True) -> float:
    """
    The seconds that a wait may take here, infinite outside of a request.

    Inside of one they are what its clock has left of RETRY_BUDGET_SECONDS: somebody waits for the
    answer. A wait that blocks may take none on the thread of an event loop, where all would wait.
    """
    if is_blocking and _is_on_event_loop():
        return 0.0
    scope = current()
    if scope is None or scope.request is None:
        return inf
    spent = perf_counter() - scope.started
    return max(0.0, conf.current().RETRY_BUDGET_SECONDS - spent)


def _is_on_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
