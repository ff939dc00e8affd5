"""Who hears of what, and when: Alertmanager's routes, read by amtool."""

import re

import pytest
import yaml

from fireline import Severity
from tests.ops.families import ALERTS
from tests.ops.tools import OPS, needs_tools, said_by

CONFIG = OPS / "alertmanager" / "alertmanager.yml"
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
ROUTING = yaml.safe_load(CONFIG.read_text())


def seconds(duration: str) -> int:
    """`1h30m` in seconds."""
    return sum(int(n) * SECONDS[unit] for n, unit in re.findall(r"(\d+)([smhdw])", duration))


def route_of(severity: str) -> dict[str, str]:
    """The route that alerts of this severity take, with what it inherits."""
    root = ROUTING["route"]
    routes = [route for route in root["routes"] if f'severity="{severity}"' in route["matchers"]]
    return root | routes[0]


@needs_tools
def test_configuration_is_sound():
    """Amtool takes it."""
    assert "SUCCESS" in said_by("amtool", "check-config", CONFIG)


@needs_tools
@pytest.mark.parametrize(
    ("severity", "receiver"),
    [
        (Severity.CRITICAL, "pager"),
        (Severity.HIGH, "chat"),
        (Severity.MEDIUM, "daily"),
        (Severity.LOW, "weekly"),
        pytest.param("somebody-elses", "chat", id="unknown"),
    ],
)
def test_severity_has_its_receiver(severity, receiver):
    """Each severity goes one way, and what has none of ours is not lost."""
    said = said_by(
        *("amtool", "config", "routes", "test", f"--config.file={CONFIG}"),
        *("job=fireline", "service=crm", "alertname=Any", f"severity={severity}"),
    )

    assert said.split() == [receiver]


def test_critical_is_told_at_once():
    """Nothing is waited for."""
    assert seconds(route_of("critical")["group_wait"]) == 0


def test_high_is_told_within_five_minutes():
    """The first alert of a group, and one that joins it later."""
    route = route_of("high")

    assert 0 < seconds(route["group_wait"]) <= 300
    assert seconds(route["group_interval"]) <= 300


@pytest.mark.parametrize(("severity", "period"), [("medium", "1d"), ("low", "1w")])
def test_the_rest_is_summed_up(severity, period):
    """One message a period for all services, and the next one has what still fires."""
    route = route_of(severity)

    assert route["group_by"] == ["severity"]
    assert route["group_wait"] == route["group_interval"] == period
    assert 0 < seconds(period) - seconds(route["repeat_interval"]) <= 3600


def test_rules_that_silence_name_alerts_that_exist():
    """An alert that is renamed is renamed here, too."""
    matchers = [
        matcher
        for rule in ROUTING["inhibit_rules"]
        for matcher in rule["source_matchers"] + rule["target_matchers"]
        if matcher.startswith("alertname")
    ]
    named = {name for matcher in matchers for name in re.findall(r"[A-Z]\w+", matcher)}

    assert matchers
    assert named <= ALERTS.keys()
