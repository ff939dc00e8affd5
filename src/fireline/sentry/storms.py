"""A storm of one failure: after so many events a minute it is counted."""

import math
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
_SILENCE = 10.0
"""Seconds behind its minute after which no event of its kind is waited for, to tell of a storm."""

_digits = re.compile(r"\d+")
"""Of two texts that differ in a key alone one is the other again."""


class Storms:
    """How often each kind of failure became an event in its current minute."""

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """In a forked child: the storms are its parent's, and another thread may have held the lock."""
        self.kinds: OrderedDict[Hashable, tuple[float, int, str]] = OrderedDict()
        """Since when, how many, and the id of the last that became an event."""
        self.over_at = math.inf
        """When the first storm is over that nobody has told of."""
        self.lock = RLock()  # a signal, or what is collected meanwhile, may capture with it held

    def passed(self, kind: Hashable) -> int | None:
        """None where this one is only counted, else how many before it were."""
        now = monotonic()
        limit = conf.current().TRACK_PER_MINUTE
        with self.lock:
            since, count, event_id = self.kinds.pop(kind, (now, 0, ""))  # the oldest stand first
            not_captured = 0
            if now - since >= _MINUTE:
                not_captured = int(max(0, count - limit))  # it may be 0.5, or infinite
                since, count = now, 0
            self.kinds[kind] = (since, count + 1, event_id)
            if count >= limit:
                self.over_at = min(self.over_at, since + _MINUTE + _SILENCE)
            if len(self.kinds) > _KINDS_AT_MOST:
                self.kinds.popitem(last=False)
        return not_captured if count < limit else None

    def became(self, kind: Hashable, event_id: str | None) -> None:
        """The last of this kind that passed is this event now."""
        with self.lock:
            if event_id and kind in self.kinds:
                since, count, _ = self.kinds[kind]
                self.kinds[kind] = (since, count, event_id)

    def over(self, now: float) -> list[tuple[str, int]]:
        """Of storms that were over by then: their last event, and how many behind it were only counted."""
        limit = conf.current().TRACK_PER_MINUTE
        with self.lock:
            ends = {
                kind: since + _MINUTE + _SILENCE
                for kind, (since, count, _) in self.kinds.items()
                if count >= limit + 1
            }
            tails = [self.kinds.pop(kind) for kind, end in ends.items() if end <= now]
            self.over_at = min((end for end in ends.values() if end > now), default=math.inf)
        return [(event_id, int(count - limit)) for _, count, event_id in tails if event_id]


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
