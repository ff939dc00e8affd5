"""The formats in which figures are read: Prometheus text, OpenMetrics, JSON."""

from types import SimpleNamespace

import orjson
from prometheus_client import exposition
from prometheus_client.openmetrics import exposition as openmetrics

from fireline import conf
from fireline.metrics.business import business_families, business_figures
from fireline.metrics.collect import families_now

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
TEXT = "text/plain; version=0.0.4; charset=utf-8"
JSON = "application/json"


def format_for(accept: str) -> str:
    """
    The content type for this Accept header.

    Who names JSON gets it, then who names OpenMetrics or plain text; everybody else gets what
    METRICS_DEFAULT says.
    """
    named = {media.partition(";")[0].strip().lower() for media in accept[:4096].split(",")}
    if JSON in named:
        return JSON
    if "application/openmetrics-text" in named:
        return OPENMETRICS
    if "text/plain" in named:
        return TEXT
    return JSON if conf.current().METRICS_DEFAULT == "json" else TEXT


def rendered(content_type: str) -> bytes:
    """The figures as they stand now, in this format."""
    if content_type == JSON:
        return orjson.dumps(business_figures())
    families = [*families_now(), *business_families()]
    registry = SimpleNamespace(collect=lambda: families)
    write = openmetrics if content_type == OPENMETRICS else exposition
    text: bytes = write.generate_latest(registry)
    return text
