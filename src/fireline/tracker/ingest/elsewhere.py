"""What Sentry's own servers take besides, and the tracker does not: it is refused by name."""

from collections.abc import Mapping

ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "minidumps": ("api/<project>/minidump",),
    "crash reports of Unreal Engine": ("api/<project>/unreal/<key>",),
    "crash dumps of PlayStation": ("api/<project>/playstation",),
    "attachments without their event": ("api/<project>/events/<event>/attachments",),
    "network error logs": ("api/<project>/nel",),
    "check-ins by address; send them with an SDK": (
        "api/<project>/cron/<slug>",
        "api/<project>/cron/<slug>/<key>",
    ),
    "OpenTelemetry; send it to a collector": (
        "api/<project>/otlp/v1/<signal>",
        "api/<project>/integration/otlp/v1/<signal>",
    ),
    "logs of other vendors": ("api/<project>/integration/<vendor>/logs",),
    "uploads of sentry-cli": ("api/0/<path:rest>",),
}
"""By what it is, the routes under the mount."""
