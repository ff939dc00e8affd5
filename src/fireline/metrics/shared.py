"""Values that every process of the service can read; each writes its own."""

import os
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import Any

from prometheus_client.mmap_dict import mmap_key

from fireline import rundir
from fireline.errors import complain, guarded
from fireline.metrics import leftovers
from fireline.metrics.exemplars import Exemplars, Sample, sample_of
from fireline.metrics.pages import Page

_CLEAR_EVERY = 10.0


class _Book:
    """The files of this process; a forked child begins a new one."""

    def __init__(self, *, is_start: bool) -> None:
        self.is_start = is_start
        self.lock = RLock()  # a log handler that counts may be called with it held
        self.pages: dict[str, Page | None] = {}
        self.exemplars: Exemplars | None = None
        self.directory: Path | None = None
        self.is_open = False
        self.cleared_at = 0.0

    def open(self) -> None:
        """Find the directory, once; where there is none, values stay in this process."""
        if self.is_open:
            return
        self.is_open = True
        try:
            directory = rundir.path() / "metrics"
            directory.mkdir(mode=0o700, exist_ok=True)
            leftovers.clear(directory, is_start=self.is_start)
            self.directory = directory
        except OSError as error:
            complain("metrics: figures stay in each process", error)
            return
        try:
            self.exemplars = Exemplars(directory / f"exemplars_{os.getpid()}.bin")
        except OSError as error:
            complain("metrics: no exemplars", error)

    def page(self, prefix: str) -> Page | None:
        """The file of values of this kind."""
        if prefix not in self.pages:
            self.open()
            self.pages[prefix] = None
            if self.directory is not None:
                try:
                    self.pages[prefix] = Page(self.directory / f"{prefix}_{os.getpid()}.db")
                except OSError as error:
                    complain("metrics: figures stay in each process", error)
        return self.pages[prefix]


_book = _Book(is_start=True)


def _turn_page() -> None:
    global _book
    _book = _Book(is_start=False)


def _has_children() -> None:
    _book.is_start = False


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_turn_page, after_in_parent=_has_children)


def directory() -> Path | None:
    """Where the processes' files lie; None where each has its figures for itself."""
    with _book.lock:
        _book.open()
    return _book.directory


def clear_now_and_then() -> None:
    """See to what other processes have left behind; whoever is scraped has the time."""
    now = monotonic()
    if (place := directory()) is not None and now - _book.cleared_at > _CLEAR_EVERY:
        _book.cleared_at = now
        guarded(leftovers.clear, place)


def note_exemplar(sample: Sample, said: dict[str, str], value: float) -> None:
    """Keep an example of a sample: which request it was."""
    with _book.lock:
        _book.open()
        if _book.exemplars is not None:
            _book.exemplars.note(sample, said, value)


class SharedValue:
    """
    A number of prometheus-client's, kept in a file of this process.

    It takes the place of `prometheus_client.values.ValueClass`: as the library's own for several
    processes, but without an environment variable, with exemplars, and safe on a full disk.
    """

    _multiprocess = True

    def __init__(  # noqa: PLR0917 (the library calls it so)
        self,
        typ: str,
        metric_name: str,
        name: str,
        labelnames: tuple[str, ...],
        labelvalues: tuple[str, ...],
        help_text: str,
        multiprocess_mode: str = "",
        **_: Any,
    ) -> None:
        self._prefix = f"gauge_{multiprocess_mode}" if typ == "gauge" else typ
        self._key = mmap_key(metric_name, name, list(labelnames), list(labelvalues), help_text)
        self._sample = sample_of(name, dict(zip(labelnames, labelvalues, strict=True)))
        self._exemplar: Any = None
        with _book.lock:
            self._open()

    def _open(self) -> None:
        self._book = _book
        self._page = _book.page(self._prefix)
        self._value = 0.0
        if self._page is not None:
            try:
                self._value = self._page.read_value(self._key)[0]
            except OSError as error:  # no room on the disk for one more
                self._page = None
                complain("metrics: figures stay in each process", error)

    def inc(self, amount: float) -> None:
        """Add so much."""
        with _book.lock:
            if self._book is not _book:
                self._open()
            self._value += amount
            if self._page is not None:
                self._page.write_value(self._key, self._value, 0.0)

    def set(self, value: float, timestamp: float | None = None) -> None:
        """Make it so much."""
        with _book.lock:
            if self._book is not _book:
                self._open()
            self._value = value
            if self._page is not None:
                self._page.write_value(self._key, value, timestamp or 0.0)

    def get(self) -> float:
        """How much it is in this process."""
        with _book.lock:
            if self._book is not _book:
                self._open()
            return float(self._value)

    def set_exemplar(self, exemplar: Any) -> None:
        """Keep an example, for this process and for all."""
        self._exemplar = exemplar
        note_exemplar(self._sample, dict(exemplar.labels), exemplar.value)

    def get_exemplar(self) -> Any:
        """The example that this process has kept."""
        return self._exemplar
