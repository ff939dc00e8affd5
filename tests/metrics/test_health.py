"""What the checks have found, as a gauge."""

import pytest

from fireline import health
from fireline.probes import scrape
from tests.metrics.reading import read


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        pytest.param(lambda: None, 1, id="healthy"),
        pytest.param(lambda: health.Reading(status=health.Status.DEGRADED), 0.5, id="degraded"),
        pytest.param(lambda: 1 / 0, 0, id="unhealthy"),
    ],
)
def test_scrape_tells_what_the_checks_have_found(rf, settings, answer, value):
    """Also where nobody but Prometheus asks: the scrape starts the checks, the next one tells."""
    settings.FIRELINE = {"MONITORING_NETWORKS": ["127.0.0.1"]}
    health.register("oracle", answer)
    try:
        texts = [scrape(rf.get("/metrics/")).content.decode() for _ in range(2)]
    finally:
        health.unregister("oracle")

    reading = read(texts[-1])
    assert [
        sample.value
        for sample in reading.samples
        if sample.name == "fireline_health_status" and sample.labels["check"] == "oracle"
    ] == [value]
