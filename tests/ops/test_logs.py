"""
The examples that forward log files: they read the files and the lines that Fireline writes.

None of these programs is in Debian or on PyPI; so their own checks are not run here.
"""

import json
import logging
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from fireline.logs import config
from fireline.logs.lines import JsonLines, SecurityLines
from fireline.logs.plain import _LINE_AT_MOST
from tests.ops.tools import OPS

LOGS = OPS / "logs"
FLUENT_BIT = yaml.safe_load((LOGS / "fluent-bit.yaml").read_text())
FILEBEAT = yaml.safe_load((LOGS / "filebeat.yml").read_text())
COLLECTOR = yaml.safe_load((LOGS / "otel-collector.yaml").read_text())

READ = {
    "fluent-bit": [given["path"] for given in FLUENT_BIT["pipeline"]["inputs"]],
    "filebeat": [path for given in FILEBEAT["filebeat.inputs"] for path in given["paths"]],
    "otel-collector": [
        path
        for name, given in COLLECTOR["receivers"].items()
        if name.startswith("filelog/")
        for path in given["include"]
    ],
}
GO = {"2006": "%Y", "01": "%m", "02": "%d", "15": "%H", "04": "%M", "05": "%S", "Z07:00": "%z"}
"""The time that stands in Go's layouts, in the words of strptime."""


@pytest.fixture
def application():
    """A line of crm.log."""
    record = logging.makeLogRecord({"name": "crm", "levelname": "WARNING", "msg": "hello"})
    record.created = 1795259450.726154
    return json.loads(JsonLines().format(record))


@pytest.fixture
def security():
    """A line of security.log."""
    record = logging.makeLogRecord({"name": "crm.security", "levelname": "WARNING", "msg": "hello"})
    return json.loads(SecurityLines().format(record))


def parsed(text: str, go_layout: str) -> datetime:
    """The time in this text, read by a layout of Go, which takes any number of digits for 9s."""
    layout = go_layout.replace(".999999", ".%f").replace(",999", ",%f").replace(",000", ",%f")
    for go, python in GO.items():
        layout = layout.replace(go, python)
    return datetime.strptime(text, layout)  # noqa: DTZ007 (some lines have no zone)


@pytest.mark.parametrize("program", READ)
def test_each_line_is_read_once(program):
    """Errors stand in crm.log too, and rotated files are known by their beginning."""
    handlers = config(service="crm", directory="/srv/crm/logs")["handlers"].values()
    written = {handler["filename"] for handler in handlers}

    assert written - set(READ[program]) == {"/srv/crm/logs/crm_errors.log"}
    assert len(READ[program]) == 2


def test_fluent_bit_is_connected():
    """Inputs name parsers that exist, and each has its output."""
    inputs, outputs = FLUENT_BIT["pipeline"]["inputs"], FLUENT_BIT["pipeline"]["outputs"]

    assert {given["parser"] for given in inputs} == {made["name"] for made in FLUENT_BIT["parsers"]}
    assert {given["tag"] for given in inputs} == {made["match"] for made in outputs}
    assert len({given["db"] for given in inputs}) == len(inputs)


def test_fluent_bit_takes_the_longest_line():
    """It would leave the file, or skip the line."""
    for given in FLUENT_BIT["pipeline"]["inputs"]:
        assert int(given["buffer_max_size"].removesuffix("k")) * 1024 > _LINE_AT_MOST


def test_fluent_bit_understands_the_time(application):
    """A line's time is when it was written, not when it was read."""
    parser = FLUENT_BIT["parsers"][0]

    text, layout = application[parser["time_key"]], parser["time_format"].replace("%L", "%f")

    assert datetime.strptime(text, layout).microsecond == 726154  # noqa: DTZ007 (Z is UTC)


def test_filebeat_understands_the_time(application, security):
    """In the lines, and in the samples that it tries itself when it starts."""
    for line, given in zip((application, security), FILEBEAT["filebeat.inputs"], strict=True):
        stamp = given["processors"][0]["timestamp"]
        target, _, field = stamp["field"].partition(".")
        assert target == given["parsers"][0]["ndjson"]["target"]
        for text in (line[field], *stamp["test"]):
            assert parsed(text, stamp["layouts"][0])


def test_filebeat_remembers_each_file():
    """By an id of the input's own and the first bytes, of which each file has enough."""
    inputs = FILEBEAT["filebeat.inputs"]

    assert len({given["id"] for given in inputs}) == len(inputs)
    assert all("file_identity.fingerprint" in given for given in inputs)


def test_collector_is_connected():
    """Each pipeline is made of what there is, and everything is used."""
    service = COLLECTOR["service"]

    for kind in ("receivers", "processors", "exporters"):
        used = {name for pipeline in service["pipelines"].values() for name in pipeline[kind]}
        assert used == COLLECTOR[kind].keys()
    assert set(service["extensions"]) == COLLECTOR["extensions"].keys()


def test_collector_understands_the_time(application, security):
    """And the levels, whose names it does not all know."""
    for line, name in ((application, "filelog/crm"), (security, "filelog/security")):
        parser = COLLECTOR["receivers"][name]["operators"][0]
        stamp = parser["timestamp"]
        field = stamp["parse_from"].removeprefix("attributes.")
        assert parsed(line[field], stamp["layout"])
        assert parser["severity"]["mapping"]["warn"] == line["level"]


def test_service_keeps_its_name():
    """Each example speaks of the same files."""
    assert {Path(path).parent for paths in READ.values() for path in paths} == {
        Path("/srv/crm/logs")
    }
