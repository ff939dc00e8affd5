import json
import shutil
import subprocess

import pytest
from django.core.management import call_command

from fireline.errors import KINDS


@pytest.fixture
def printed(capsys):
    """What the command prints."""

    def run(*args):
        call_command("fireline_codes", *args)
        return capsys.readouterr().out

    return run


def test_table_has_a_row_for_each_code(printed):
    """For people, one line a code."""
    lines = printed().splitlines()

    assert lines[0].split() == ["CODE", "CATEGORY", "STATUS", "SEVERITY", "MESSAGE"]
    assert [line.split()[0] for line in lines[1:]] == list(KINDS)


def test_json_can_be_read(printed):
    """For programs."""
    codes = json.loads(printed("--format", "json"))

    assert {
        "code": "NOT_FOUND",
        "category": "request",
        "status": 404,
        "severity": "medium",
        "message": "Not found",
    } in codes


def test_codes_are_spelled_as_the_service_spells_them(printed, settings):
    """CODE_NAMES, and what the shape of the service spells otherwise."""
    settings.FIRELINE = {"RESPONSE_FORMAT": "flag", "CODE_NAMES": {"NOT_FOUND": "GONE"}}

    codes = {entry["code"] for entry in json.loads(printed("--format", "json"))}

    assert {"GONE", "THROTTLED"} <= codes
    assert not {"NOT_FOUND", "RATE_LIMITED"} & codes


def test_codes_are_spelled_as_in_every_shape_of_the_service(printed, settings):
    """Where some paths speak another shape, its spellings are codes of the service, too."""
    settings.FIRELINE = {
        "RESPONSE_FORMAT": "problem",
        "RESPONSE_FORMAT_BY_PATH": {"/api/v1/": "flag", "/admin/": None},
    }

    codes = [entry["code"] for entry in json.loads(printed("--format", "json"))]

    assert {"RATE_LIMITED", "THROTTLED"} <= set(codes)
    assert len(codes) == len(KINDS) + 1


def test_two_codes_of_one_name_are_one_member(printed, settings):
    """TypeScript refuses an object that has a name twice."""
    settings.FIRELINE = {"CODE_NAMES": {"PARSE_ERROR": "BAD_REQUEST"}}

    assert printed("--format", "typescript").count('"BAD_REQUEST": {') == 1


def test_typescript_is_a_module(printed, tmp_path):
    """For front ends: a constant and a type; Node reads it where there is one."""
    text = printed("--format", "typescript")

    assert text.startswith("// Written by: manage.py fireline_codes --format typescript\n")
    assert "export type ErrorCode = keyof typeof errorCodes;" in text
    body = text.partition("export const errorCodes = ")[2].partition(" as const;")[0]
    assert json.loads(body.replace(",\n}", "\n}")).keys() == KINDS.keys()
    if node := shutil.which("node"):
        module = tmp_path / "codes.mjs"
        module.write_text(
            f"export const errorCodes = {body};\nconsole.log(errorCodes.NOT_FOUND.status)"
        )
        done = subprocess.run([node, module], capture_output=True, text=True, check=True)
        assert done.stdout == "404\n"
