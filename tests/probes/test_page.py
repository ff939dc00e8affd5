"""docs/health.md tells the truth."""

import json
import re
from argparse import ArgumentParser

import pytest
from django.core.management import load_command_class

from fireline.health import names
from fireline.probes.paths import PATHS, lay_out
from tests.servers.running import ROOT

PAGE = (ROOT / "docs" / "health.md").read_text()
LIVE, READY, HEALTH = (
    json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
)


def test_shapes_are_those_that_are_answered(client, db, settings):
    """Every key, and no other."""
    settings.FIRELINE = {"SERVICE": "crm", "MONITORING_NETWORKS": ["127.0.0.1"]}

    health = client.get("/health/").json()

    assert client.get("/healthz").json() == LIVE
    assert client.get("/readyz").json().keys() == READY.keys()
    assert client.get("/readyz").json()["checks"].keys() == READY["checks"].keys()
    assert health.keys() == HEALTH.keys()
    for name, check in HEALTH["checks"].items():
        assert health["checks"][name].keys() == check.keys()
        assert health["checks"][name]["details"].keys() >= check["details"].keys() - {
            "customer_count"
        }


def test_table_of_checks_is_complete():
    """Each that every service has."""
    assert set(names()) <= set(re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE))


def test_table_of_probes_is_complete():
    """Each path that is answered."""
    lay_out()

    assert {path for path in PATHS if "metrics" not in path and path[-1] != "/"} <= {
        path.rstrip("/") for path in re.findall(r"`(/\w+/?)`", PAGE)
    }


@pytest.mark.parametrize("command", ["fireline_health", "fireline_drain"])
def test_every_option_is_explained(command):
    """With the command that has it."""
    parser = ArgumentParser(add_help=False)
    load_command_class("fireline", command).add_arguments(parser)
    options = [option for action in parser._actions for option in action.option_strings]

    assert options
    assert all(f"`{option}" in PAGE for option in options)
