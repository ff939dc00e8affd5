"""Grafana's dashboard: what it shows exists, and Prometheus can be asked for it."""

import re
from collections import Counter
from itertools import combinations

import pytest
import yaml

from tests.ops.dashboard import ANNOTATIONS, DASHBOARD, EXPRESSIONS, PANELS, VARIABLES, filled
from tests.ops.expressions import labels_in, metrics_in
from tests.ops.families import COUNTERS, GAUGES, HISTOGRAMS, RECORDED, SAMPLES, TARGET
from tests.ops.tools import OPS, needs_tools, said_by

ASKED = EXPRESSIONS | ANNOTATIONS


@pytest.mark.parametrize("name", ASKED)
def test_expression_reads_what_there_is(name):
    """Each metric is a family of Fireline or recorded, each label one that it may have."""
    expression = filled(ASKED[name])
    names = metrics_in(expression)

    assert "$" not in expression
    assert names
    assert names <= SAMPLES.keys() | RECORDED.keys()
    sources = set().union(*(metrics_in(RECORDED[name]) for name in names & RECORDED.keys())) | names
    assert labels_in(expression) <= TARGET.union(*(SAMPLES.get(name, set()) for name in sources))


@needs_tools
def test_expressions_are_sound(tmp_path):
    """Promtool takes them all, written as rules."""
    rules = [
        {"record": f"panel:{at}", "expr": filled(expression)}
        for at, expression in enumerate(ASKED.values())
    ]
    path = tmp_path / "panels.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))

    assert f"{len(rules)} rules found" in said_by("promtool", "check", "rules", path)


def test_every_family_is_shown():
    """Nothing is counted that nobody sees."""
    read = set().union(*map(metrics_in, ASKED.values()))
    sources = read.union(*(metrics_in(RECORDED[name]) for name in read & RECORDED.keys()))
    shown = {re.sub("_bucket$", "", name) for name in sources}

    assert shown >= COUNTERS.keys() | GAUGES.keys() | HISTOGRAMS.keys()


def test_panels_are_told_apart():
    """Each has an id and a title of its own and a word on what it shows, and asks a question once."""
    assert max(Counter(panel["id"] for panel in PANELS).values()) == 1
    assert max(Counter(panel["title"] for panel in PANELS).values()) == 1
    for panel in PANELS:
        references = [target["refId"] for target in panel.get("targets", ())]
        assert len(set(references)) == len(references)
        assert panel["type"] == "row" or panel["description"]


def test_panels_do_not_overlap():
    """They stand beside and below each other, on a grid of 24 columns."""

    def covers(panel):
        at = panel["gridPos"]
        return {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }

    assert all(x < 24 for panel in PANELS for x, _ in covers(panel))
    assert not [
        (one["title"], other["title"])
        for one, other in combinations(PANELS, 2)
        if covers(one) & covers(other)
    ]


def test_dashboard_is_nobodys_own():
    """It asks the Prometheus that is chosen, for the services and hosts that are chosen."""
    asking = [panel for panel in PANELS if panel["type"] != "row"]
    sources = [part["datasource"] for panel in asking for part in (panel, *panel["targets"])]

    assert sorted(VARIABLES) == ["datasource", "instance", "job", "service"]
    assert {source["uid"] for source in sources} == {"${datasource}"}
    assert DASHBOARD["id"] is None
    assert all("$service" in expression for expression in ASKED.values())


def test_exemplars_lead_to_requests():
    """They are switched on where the expression names the family, and Grafana knows the ids."""
    shown = [
        target["expr"]
        for panel in PANELS
        for target in panel.get("targets", ())
        if target.get("exemplar")
    ]
    datasource = yaml.safe_load((OPS / "grafana" / "datasource.yml").read_text())["datasources"][0]

    assert {name for expression in shown for name in metrics_in(expression)} == {
        "http_request_duration_seconds_bucket",
        "error_count_total",
    }
    ids = {to["name"] for to in datasource["jsonData"]["exemplarTraceIdDestinations"]}
    assert ids == {"correlation_id", "error_id"}
