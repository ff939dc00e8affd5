"""What Prometheus knows of a service: the families that Fireline exposes, and what rules make of them."""

import yaml

from tests.ops.tools import RULES

TARGET = {"job", "service", "instance"}
"""What each series gets from the scrape."""

COUNTERS = {
    "http_requests_total": {"method", "endpoint", "status"},
    "error_count_total": {"code", "endpoint"},
    "security_events_total": {"event"},
    "fireline_messages_total": {"channel", "outcome"},
    "fireline_retries_total": {"name", "outcome"},
    "fireline_events_lost_total": {"reason", "category"},
    "fireline_tracker_digested_total": {"outcome"},
    "ws_error_count_total": {"error_type", "endpoint"},
    "ws_close_reason_count_total": {"close_code", "reason"},
    "ws_message_count_total": {"message_type", "endpoint"},
}
GAUGES = {
    "ws_connections_total": set(),
    "fireline_health_status": {"check"},
    "fireline_business": {"provider", "figure"},
    "fireline_business_up": {"provider"},
    "fireline_breaker_state": {"name"},
    "fireline_breaker_open_until_seconds": {"name"},
    "fireline_tracker_queue_depth": set(),
    "fireline_tracker_queue_bytes": set(),
    "fireline_tracker_lag_seconds": set(),
}
HISTOGRAMS = {"http_request_duration_seconds": {"method", "endpoint"}}
PROMETHEUS_OWN = {"up": set(), "ALERTS": {"alertname", "alertstate", "severity", "check", "event"}}

SAMPLES = {
    **{name: labels | TARGET for name, labels in (COUNTERS | GAUGES | PROMETHEUS_OWN).items()},
    **{
        f"{name}_{part}": labels | TARGET | ({"le"} if part == "bucket" else set())
        for name, labels in HISTOGRAMS.items()
        for part in ("bucket", "sum", "count")
    },
}
"""Each name that may stand in an expression, with its labels."""

RULE_GROUPS = [group for path in RULES for group in yaml.safe_load(path.read_text())["groups"]]
RECORDED = {
    rule["record"]: rule["expr"]
    for group in RULE_GROUPS
    for rule in group["rules"]
    if "record" in rule
}
ALERTS = {
    rule["alert"]: rule for group in RULE_GROUPS for rule in group["rules"] if "alert" in rule
}
