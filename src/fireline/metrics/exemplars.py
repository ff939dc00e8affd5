"""
Which request a sample is an example of, for all processes to read.

https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md#exemplars
prometheus-client drops them where there are several processes.
"""

import mmap
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from time import time
from zlib import crc32

import orjson

from fireline.metrics.pages import take_room

_SLOT = 512
_SLOTS = 1024

Sample = tuple[str, tuple[tuple[str, str], ...]]
"""Its name, and its labels with their values, in order."""

Told = tuple[dict[str, str], float, float]
"""The labels of an example, its value, and its time."""


def sample_of(name: str, labels: Mapping[str, str]) -> Sample:
    """What an example belongs to."""
    return name, tuple(sorted(labels.items()))


class Exemplars:
    """
    The examples of this process: one slot of a mapped file for each sample, written in place.

    A reader may see half of a write; the checksum tells it.
    """

    def __init__(self, path: Path) -> None:
        take_room(path, _SLOT * _SLOTS)
        file = os.open(path, os.O_RDWR)
        try:
            self.memory = mmap.mmap(file, _SLOT * _SLOTS)
        finally:
            os.close(file)
        self.slots: dict[Sample, int] = {}

    def note(self, sample: Sample, said: dict[str, str], value: float) -> None:
        """Write the example of this sample; one that is too long, or one too many, is left out."""
        self.write(sample, (said, value, round(time(), 3)))

    def write(self, sample: Sample, told: Told) -> None:
        """Write what was told of this sample."""
        slot = self.slots.setdefault(sample, len(self.slots))
        if slot >= _SLOTS:
            del self.slots[sample]
            return
        text = orjson.dumps([*sample, *told])
        if len(text) <= _SLOT - 8:
            line = b"%08x%b" % (crc32(text), text)
            self.memory[slot * _SLOT : slot * _SLOT + _SLOT] = line.ljust(_SLOT, b"\0")


def exemplars_in(path: Path) -> dict[Sample, Told]:
    """What the file tells of each sample."""
    found: dict[Sample, Told] = {}
    try:
        whole = path.read_bytes()
    except OSError:  # its process has ended meanwhile
        return found
    for at in range(0, len(whole), _SLOT):
        slot = whole[at : at + _SLOT].rstrip(b"\0")
        if slot and slot[:8] == b"%08x" % crc32(slot[8:]):
            name, labels, *told = orjson.loads(slot[8:])
            found[name, tuple((key, text) for key, text in labels)] = tuple(told)
    return found


def latest(several: Iterable[dict[Sample, Told]]) -> dict[Sample, Told]:
    """The latest example of each sample."""
    found: dict[Sample, Told] = {}
    for each in several:
        for sample, told in each.items():
            if sample not in found or found[sample][2] < told[2]:
                found[sample] = told
    return found
