"""The scrape, the rules and the alerts, read and tried by promtool."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from fireline import Severity
from tests.ops.expressions import labels_in, metrics_in
from tests.ops.families import ALERTS, COUNTERS, GAUGES, HISTOGRAMS, RECORDED, SAMPLES, TARGET
from tests.ops.tools import OPS, RULES, needs_tools, said_by

ROOT = OPS.parent
EXPRESSIONS = [*RECORDED.values(), *(rule["expr"] for rule in ALERTS.values())]
UNIT_TESTS = sorted((OPS / "prometheus" / "tests").glob("*.yml"))


@needs_tools
def test_configuration_is_sound(tmp_path):
    """Promtool takes the configuration, with a token beside it and the rules that it names."""
    shutil.copytree(OPS / "prometheus", tmp_path, dirs_exist_ok=True)
    (tmp_path / "fireline-token").write_text("s3cret")

    said = said_by("promtool", "check", "config", tmp_path / "prometheus.yml")

    assert f"{len(RULES)} rule files found" in said


@needs_tools
def test_rules_do_what_they_say():
    """Each alert fires when it should, is silent just below, and ends."""
    said_by("promtool", "test", "rules", *UNIT_TESTS)


@pytest.mark.parametrize("alert", ALERTS)
def test_alert_is_tried(alert):
    """There is a moment at which its unit test sees it, and moments at which it does not."""
    moments = [
        moment
        for path in UNIT_TESTS
        for test in yaml.safe_load(path.read_text())["tests"]
        for moment in test.get("alert_rule_test", ())
        if moment["alertname"] == alert
    ]

    assert [moment for moment in moments if moment.get("exp_alerts")]
    assert len([moment for moment in moments if not moment.get("exp_alerts")]) >= 2


@pytest.mark.parametrize("alert", ALERTS)
def test_alert_says_what_to_do(alert):
    """It has a severity of ours, words, and a place in the operator's page."""
    rule = ALERTS[alert]
    page, _, heading = rule["annotations"]["runbook"].partition("#")

    assert rule["labels"]["severity"] in {severity.value for severity in Severity}
    assert rule["annotations"].keys() == {"summary", "description", "runbook"}
    assert heading == alert.lower()
    said = re.search(rf"^### {alert}\n\n\*(\w+)\.\*", (ROOT / page).read_text(), re.MULTILINE)
    assert said[1] == rule["labels"]["severity"]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_rule_reads_what_there_is(expression):
    """Each name is a family of Fireline or another rule, and each label is one of its own."""
    names = metrics_in(expression)

    assert names
    assert names <= SAMPLES.keys() | RECORDED.keys()
    known = TARGET.union(*(SAMPLES.get(name, set()) for name in names))
    assert labels_in(expression) <= known


def test_operators_know_every_family():
    """Whoever adds one to Fireline adds it here; the page and the dashboard then ask for it."""
    written = "".join(
        path.read_text() for path in (ROOT / "src" / "fireline" / "metrics").glob("*.py")
    )
    kinds = r"(?:_family\(\s*(?:Counter|Gauge|Histogram),|GaugeMetricFamily\()"
    names = set(re.findall(rf'{kinds}\s*"(\w+)"', written))

    assert names
    assert {re.sub("_total$", "", name) for name in names} <= {
        re.sub("_total$", "", name) for name in COUNTERS | GAUGES | HISTOGRAMS
    }


def test_page_lists_the_families():
    """And whatever the rules record."""
    page = (ROOT / "docs" / "operations.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (counter|gauge|histogram) \| (.*?) \|", page, re.MULTILINE)

    assert {name: set(re.findall(r"`(\w+)`", labels)) for name, _, labels in rows} == (
        COUNTERS | GAUGES | HISTOGRAMS
    )
    assert all(f"`{name}`" in page for name in RECORDED)


@needs_tools
def test_collector_scrapes_as_prometheus_does(tmp_path):
    """The scrape in the OpenTelemetry Collector's example is one that Prometheus takes."""
    collector = yaml.safe_load((OPS / "logs" / "otel-collector.yaml").read_text())
    scraping = collector["receivers"]["prometheus"]["config"]
    (tmp_path / "token").write_text("s3cret")
    scraping["scrape_configs"][0]["authorization"]["credentials_file"] = "token"
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(scraping))

    said_by("promtool", "check", "config", tmp_path / "prometheus.yml")


def test_token_is_no_part_of_the_repository():
    """Where it is read from is said; it is not there."""
    config = yaml.safe_load((OPS / "prometheus" / "prometheus.yml").read_text())
    scrape = config["scrape_configs"][0]

    assert scrape["metrics_path"] == "/metrics/"
    assert not (OPS / "prometheus" / Path(scrape["authorization"]["credentials_file"])).exists()
