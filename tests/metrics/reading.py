"""What /metrics/ says, read as Prometheus reads it."""

from collections.abc import Iterable
from typing import Any

from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as classic


class Reading:
    """The samples of one scrape."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self.families = {family.name: family for family in families}
        self.samples = [sample for family in self.families.values() for sample in family.samples]

    def total(self, name: str, /, **labels: str) -> float:
        """The sum of the samples of this name that have these labels."""
        return sum(
            sample.value
            for sample in self.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def labels(self, name: str, label: str) -> set[str]:
        """The values of this label."""
        return {
            sample.labels[label]
            for sample in self.samples
            if sample.name == name and label in sample.labels
        }

    def examples(self, name: str, /, **labels: str) -> list[Any]:
        """The exemplars of the samples of this name that have these labels."""
        return [
            sample.exemplar
            for sample in self.samples
            if sample.name == name and labels.items() <= sample.labels.items() and sample.exemplar
        ]


def read(text: str) -> Reading:
    """The samples of this text, of either format."""
    parse = openmetrics if text.rstrip().endswith("# EOF") else classic
    return Reading(parse(text))
