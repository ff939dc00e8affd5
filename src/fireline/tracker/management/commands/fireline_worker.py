"""Digests what the tracker has accepted, in a process of its own."""

import signal
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fireline import conf
from fireline.tracker.digest import Digested
from fireline.tracker.spool import chosen, spool
from fireline.tracker.worker.election import Election, place
from fireline.tracker.worker.turns import ALONE, Turns

STANDING_BY = 1.0
EVERY = 10.0
"""Seconds between two lines of progress."""


class Command(BaseCommand):
    """`manage.py fireline_worker`: on any number of machines; SIGTERM ends it after its batch."""

    help = "Digest the events that the tracker has accepted. SIGTERM ends it after its batch."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of the command line."""
        parser.add_argument(
            "--once", action="store_true", help="End as soon as nothing waits any more."
        )

    def handle(self, **options: Any) -> None:
        """Digest until a signal comes, or until nothing is left."""
        self.verbosity = int(options["verbosity"])
        with stopped_by_signals() as stop:
            if chosen.is_redis(conf.current().TRACKER_SPOOL):
                self._digest(stop, is_once=options["once"])
                return
            election = Election(place())
            self._wait_for(election, stop, is_patient=not options["once"])
            try:
                self._digest(stop, is_once=options["once"])
            finally:
                election.leave()

    def _digest(self, stop: Event, *, is_once: bool) -> None:
        if is_once:
            self._once(stop)
        elif not stop.is_set():
            self._go_on(stop)

    def _wait_for(self, election: Election, stop: Event, *, is_patient: bool) -> None:
        """A local spool has one digester; whoever comes later stands by."""
        if election.is_won():
            return
        text = (
            f"Process {election.holder() or 'unknown'} digests the spool in {election.path.parent} "
            "already. FIRELINE['TRACKER_DIGEST'] = 'worker' leaves it to this command."
        )
        if not is_patient:
            raise CommandError(text)
        self._say(f"{text} Standing by.")
        while not stop.is_set() and not election.is_won():
            stop.wait(STANDING_BY)

    def _go_on(self, stop: Event) -> None:
        self._say("Digesting.")
        progress = Progress()

        def tell(digested: Digested) -> None:
            progress.add(digested)
            if progress.is_due():
                wait = counted(spool().depth().entries, "entry waits", "entries wait")
                self._say(f"{progress.line()}, {wait}")

        Turns(ALONE).run(stop, tell)
        self._say(f"{progress.line(is_last=True)}. Ended.")

    def _once(self, stop: Event) -> None:
        turns, progress = Turns(ALONE), Progress()
        while not stop.is_set():
            digested, _ = turns.take()
            progress.add(digested)
            if turns.is_in_trouble:
                raise CommandError("The tracker cannot digest now; the log tells why.")
            if not digested.taken:
                break
        self._say(progress.line(is_last=True))

    def _say(self, text: str) -> None:
        if self.verbosity:
            self.stdout.write(text)
            self.stdout.flush()


@contextmanager
def stopped_by_signals() -> Iterator[Event]:
    """What SIGTERM and SIGINT set inside of the block."""
    stop = Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in signals]
    try:
        yield stop
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


class Progress:
    """What was digested since the last line, and at all."""

    def __init__(self) -> None:
        self._all = self._last = Digested()
        self._since = time.monotonic()

    def add(self, digested: Digested) -> None:
        """Count this batch."""
        self._all += digested

    def is_due(self) -> bool:
        """Whether something has happened, and enough time has passed since the last line."""
        return self._all != self._last and time.monotonic() - self._since >= EVERY

    def line(self, *, is_last: bool = False) -> str:
        """Such as `1,200 events stored (400 a second), 2 entries set aside`."""
        stored = self._all.stored - (0 if is_last else self._last.stored)
        rate = stored / max(time.monotonic() - self._since, 0.001)
        parts = [
            counted(self._all.stored, "event stored", "events stored")
            + ("" if is_last else f" ({rate:,.0f} a second)")
        ]
        if self._all.repeated:
            parts.append(f"{self._all.repeated:,} had been stored already")
        if self._all.set_aside:
            parts.append(counted(self._all.set_aside, "entry set aside", "entries set aside"))
        if self._all.homeless:
            parts.append(
                counted(self._all.homeless, "entry", "entries") + " of unknown projects dropped"
            )
        self._last, self._since = self._all, time.monotonic()
        return ", ".join(parts)


def counted(count: int, one: str, many: str) -> str:
    """The number and what it counts: `1 event`, `1,200 events`."""
    return f"{count:,} {one if count == 1 else many}"
