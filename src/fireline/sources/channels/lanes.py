"""Threads for what consumers do synchronously: one that blocks holds up none of the others."""

from itertools import count

from asgiref.sync import SyncToAsync, ThreadSensitiveContext

AT_MOST = 32
"""As many consumers may block at once; more than these share."""

# asgiref runs everything that is thread-sensitive in one thread for all sockets. Each message has a
# lane for itself while it is handled; the first that is free, so that few sockets need one thread.
_lanes: list[ThreadSensitiveContext] = []
_free: list[ThreadSensitiveContext] = []
_turn = count()

_context = SyncToAsync.thread_sensitive_context


def take() -> ThreadSensitiveContext | None:
    """Go into a lane that nobody uses; what is to be handed to `give_back`, None where it is shared."""
    if _free:
        lane = _free.pop()
        if lane is _context.get(None):  # as ever, where few sockets are busy
            return lane
    elif len(_lanes) < AT_MOST:
        lane = ThreadSensitiveContext()
        _lanes.append(lane)
    else:
        _context.set(_lanes[next(_turn) % AT_MOST])
        return None
    _context.set(lane)
    return lane


def give_back(lane: ThreadSensitiveContext | None) -> None:
    """Let others have the lane."""
    if lane is not None:
        _free.append(lane)
