"""A storm of one failure: after so many events a minute it is counted."""

import os
import re
from collections import OrderedDict
from collections.abc import Hashable
from threading import RLock
from time import monotonic
from typing import Any

from fireline import conf
from fireline.errors import ErrorReport

_KINDS_AT_MOST = 1000
_FRAMES = 8
_CHARACTERS = 200
_MINUTE = 60.0

_digits = re.compile(r"\d+")
"""Of two texts that differ in a key alone one is the other again."""


class Storms:
    """How often each kind of failure became an event in its current minute."""

    def __init__(self) -> None:
        self.kinds: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()
        self.begin_anew()

    def begin_anew(self) -> None:
        """In a forked child: another thread of the parent may have held the lock."""
        self.lock = RLock()  # a signal, or what is collected meanwhile, may capture with it held

    def passed(self, kind: Hashable) -> int | None:
        """None where this one is only counted, else how many before it were."""
        now = monotonic()
        limit = conf.current().TRACK_PER_MINUTE
        with self.lock:
            since, count = self.kinds.pop(kind, (now, 0))  # the oldest stand first
            not_captured = 0
            if now - since >= _MINUTE:
                not_captured = max(0, count - int(limit))
                since, count = now, 0
            self.kinds[kind] = (since, count + 1)
            if len(self.kinds) > _KINDS_AT_MOST:
                self.kinds.popitem(last=False)
        return not_captured if count < limit else None


storms = Storms()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=storms.begin_anew)


def kind_of(report: ErrorReport) -> Hashable:
    """What makes failures the same here: class and last frames; found without making the event."""
    error = report.exception
    if error is None:
        text = str(report.context.get("text", ""))[:_CHARACTERS]
        return report.code, report.context.get("route"), _digits.sub("", text)
    return kind_of_exception(error)


def kind_of_exception(error: BaseException) -> Hashable:
    """The same of an exception that has no report."""
    frames: list[Any] = []
    traceback = error.__traceback__
    while traceback is not None:
        frames.append((traceback.tb_frame.f_code, traceback.tb_lineno))
        traceback = traceback.tb_next
    return type(error), tuple(frames[-_FRAMES:])
