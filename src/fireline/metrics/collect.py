"""All families as they stand now, over all processes of the service."""

import os
from pathlib import Path
from typing import Any

from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR, REGISTRY, Gauge
from prometheus_client.metrics import Enum, Info, MetricWrapperBase
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.samples import Exemplar

from fireline.errors import complain, guarded
from fireline.metrics import leftovers, shared
from fireline.metrics.exemplars import Sample, Told, exemplars_in, latest, sample_of
from fireline.metrics.pages import values_in

_OF_ONE_PROCESS = {GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR}


def families_now() -> list[Metric]:
    """
    Counters, gauges and histograms of all processes, and what other collectors find in this one.

    What tells of one process only (its memory, its collector of garbage) is left out where there
    are several: it would tell of another one at each scrape.
    """
    directory = _directory()
    if directory is None:
        return _here({}, is_alone=True)
    with leftovers.locked(directory, leftovers.SHARED):
        files = sorted(directory.glob("*.db"))
        merged = {family.name: family for family in _merged(files)}
    owners = {leftovers.owner_of(path) for path in files} - {leftovers.ARCHIVE}
    live = [pid for pid in owners if leftovers.is_alive(pid)]
    here = _here(merged, is_alone=len(live) <= 1)
    for family in here:
        merged.pop(family.name, None)
    exemplars = _exemplars()
    for family in merged.values():
        _show_examples(family, exemplars)
    return [*merged.values(), *here]


def _merged(files: list[Path]) -> list[Metric]:
    try:
        return list(MultiProcessCollector.merge(map(str, files)))
    except Exception as error:  # somebody has cut a file, or written into it
        complain("metrics: a file of figures cannot be read", error)
        return list(MultiProcessCollector.merge(str(file) for file in files if values_in(file)))


def _directory() -> Path | None:
    """That of a project that has set up prometheus-client's own way itself, else ours."""
    if given := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return Path(given)
    shared.clear_now_and_then()
    return shared.directory()


def _here(merged: dict[str, Metric], *, is_alone: bool) -> list[Metric]:
    found: list[Metric] = []
    for collector in list(REGISTRY._collector_to_names):
        if collector in _OF_ONE_PROCESS and not is_alone:
            continue
        if isinstance(collector, MetricWrapperBase) and not _is_of_this_process(collector, merged):
            continue
        found += guarded(list, collector.collect()) or ()
    return found


def _is_of_this_process(collector: Any, merged: dict[str, Metric]) -> bool:
    """Whether its value lies in no file, so that only this process can tell it."""
    if isinstance(collector, Gauge):  # `set_function` replaces a method of the instance
        children = [collector, *getattr(collector, "_metrics", {}).values()]
        if any("_child_samples" in vars(child) for child in children):
            return True
    return isinstance(collector, (Info, Enum)) or collector._name not in merged


def _exemplars() -> dict[Sample, Told]:
    directory = shared.directory()
    files = directory.glob("exemplars_*.bin") if directory else ()
    return latest(exemplars_in(file) for file in files)


def _show_examples(family: Metric, exemplars: dict[Sample, Told]) -> None:
    for index, sample in enumerate(family.samples if exemplars else ()):
        if sample.name.endswith(("_total", "_bucket")):
            told = exemplars.get(sample_of(sample.name, sample.labels))
            if told is not None:
                family.samples[index] = sample._replace(exemplar=Exemplar(*told))
