"""Grafana's dashboard, as its tests and the real Prometheus read it."""

import json
from typing import Any

from tests.ops.tools import OPS

DASHBOARD: dict[str, Any] = json.loads((OPS / "grafana" / "dashboard.json").read_text())
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
VARIABLES = {variable["name"] for variable in DASHBOARD["templating"]["list"]}

_FILLED = {"$__rate_interval": "1m", "$job": ".*", "$service": ".*", "$instance": ".*"}


def filled(expression: str) -> str:
    """The expression as Grafana sends it where everything is chosen."""
    for variable, value in _FILLED.items():
        expression = expression.replace(variable, value)
    return expression


EXPRESSIONS = {
    f"{panel['title']} {target['refId']}": target["expr"]
    for panel in PANELS
    for target in panel.get("targets", ())
}
ANNOTATIONS = {
    annotation["name"]: annotation["expr"]
    for annotation in DASHBOARD["annotations"]["list"]
    if "expr" in annotation
}
