"""The LOGGING dict: made before settings exist, taken by dictConfig as it is."""

import logging
import re
import subprocess
import sys
from copy import deepcopy
from logging.config import dictConfig
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils.log import configure_logging

from fireline.logs import config

BEFORE_SETTINGS = """
import os
os.environ.pop("DJANGO_SETTINGS_MODULE", None)
from fireline.logs import config
made = config(service="crm", directory="nowhere")
from django.conf import settings
assert not settings.configured
assert not os.path.exists("nowhere")
print(sorted(made["handlers"]))

import logging
from fireline.logs.lines import JsonLines
record = logging.makeLogRecord({"msg": "bound to %s", "args": ("unix:/x",), "worker": 4, "token": "s3"})
print(JsonLines().format(record).partition('"message"')[2])
assert not settings.configured
"""


def test_runs_before_settings_exist(tmp_path):
    """
    It is called inside settings.py: it reads no settings, and touches no file yet.

    Nor do the lines, which gunicorn's master writes without Django, and lose nothing for it.
    """
    source = Path(__file__).parents[2] / "src"

    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", BEFORE_SETTINGS],
        env={"PYTHONPATH": str(source)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.stderr == ""
    assert ran.stdout.splitlines() == [
        "['crm.log', 'crm_errors.log', 'security']",
        ':"bound to unix:/x","correlation_id":null,"worker":4,"token":"[redacted]"}',
    ]


def test_service_is_named_after_the_settings_module(monkeypatch):
    """Without a name the service is called as its package."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "shop.settings.production")

    assert "shop.log" in config()["handlers"]
    assert "shop.security" in config()["loggers"]


def test_files_of_production():
    """One file for all, one for errors, one for security; 10 MB each, 5 backups, 10 for security."""
    handlers = config(service="crm", directory="logs")["handlers"]

    assert {name: (h["filename"], h["level"], h["backups"]) for name, h in handlers.items()} == {
        "crm.log": ("logs/crm.log", "INFO", 5),
        "crm_errors.log": ("logs/crm_errors.log", "ERROR", 5),
        "security": ("logs/security.log", "INFO", 10),
    }
    assert {handler["max_bytes"] for handler in handlers.values()} == {10 * 1024 * 1024}
    assert {handler["class"] for handler in handlers.values()} == {
        "fireline.logs.rotating.RotatingFile"
    }


def test_loggers_of_the_contract():
    """The service, its security log, which goes nowhere else, and its communication."""
    made = config(service="crm")

    assert set(made["loggers"]) == {"crm", "crm.security", "crm.communication"}
    assert made["loggers"]["crm.security"]["handlers"] == ["security"]
    assert made["loggers"]["crm.security"]["propagate"] is False
    assert made["disable_existing_loggers"] is False


def test_development_writes_to_the_console():
    """With debug everything is readable on the console, and no file is named."""
    made = config(service="crm", debug=True)

    assert set(made["handlers"]) == {"console", "django.server"}
    assert made["handlers"]["console"]["formatter"] == "text"
    assert made["loggers"]["crm.security"]["handlers"] == ["console"]


def test_containers_write_to_standard_output():
    """With stdout the same JSON lines go there, security in its own format."""
    made = config(service="crm", stdout=True)

    assert {name: h["formatter"] for name, h in made["handlers"].items()} == {
        "stdout": "json",
        "security": "security",
    }
    assert {handler["stream"] for handler in made["handlers"].values()} == {"ext://sys.stdout"}


def test_one_file_for_errors_only():
    """The set-up of the CMS: an `app.log` that keeps errors only."""
    made = config(service="cms", directory="logs", files={"app.log": "ERROR"})

    assert set(made["handlers"]) == {"app.log", "security"}
    assert made["handlers"]["app.log"]["level"] == "ERROR"
    assert made["root"]["handlers"] == ["app.log"]


def test_levels_are_arguments():
    """The lowest level of all, and those of further loggers."""
    made = config(service="crm", level="DEBUG", loggers={"celery": "WARNING", "crm": "ERROR"})

    assert made["root"]["level"] == "DEBUG"
    assert made["loggers"]["celery"] == {"level": "WARNING"}
    assert made["loggers"]["crm"] == {"level": "ERROR"}
    assert made["loggers"]["crm.communication"] == {"level": "DEBUG"}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param({"service": "a/b c"}, "'a/b c' is no name for a service", id="service"),
        pytest.param({"service": ".hidden"}, "Take letters, digits, '-'", id="hidden-file"),
        pytest.param({"level": "LOUD"}, "'LOUD' is no level. Take one of DEBUG, ", id="level"),
        pytest.param({"loggers": {"celery": "loud"}}, "'loud' is no level", id="level-of-a-logger"),
        pytest.param({"files": {"app.log": "ERR"}}, "'ERR' is no level", id="level-of-a-file"),
        pytest.param({"max_bytes": -1}, "Give numbers from 0: max_bytes=0 never", id="size"),
        pytest.param({"backups": -2}, "backups is -2", id="backups"),
    ],
)
def test_nonsense_is_refused_with_the_way_out(arguments, complaint):
    """In settings.py, where it was written, and not later by a logger that fails."""
    with pytest.raises(ValueError, match=re.escape(complaint)):
        config(**arguments)


def test_levels_are_taken_in_any_case():
    """`info` is what people write."""
    made = config(level="info", loggers={"celery": "warning"}, files={"app.log": "error"})

    assert made["root"]["level"] == "INFO"
    assert made["loggers"]["celery"]["level"] == "WARNING"
    assert made["handlers"]["app.log"]["level"] == "ERROR"


@pytest.mark.usefixtures("untouched")
def test_lines_of_runserver_stay_as_they_are(capsys):
    """Naming `django` in LOGGING resets every logger below it; what everybody knows stays."""
    configure_logging("logging.config.dictConfig", config(service="crm", debug=True))

    extra = {"server_time": "21/Nov/2026 12:10:50", "status_code": 200}
    logging.getLogger("django.server").info("GET / HTTP/1.1 200", extra=extra)

    assert capsys.readouterr().err == "[21/Nov/2026 12:10:50] GET / HTTP/1.1 200\n"


@pytest.mark.usefixtures("untouched")
def test_development_says_each_failure_once(client, capsys):
    """One traceback, without its secret: Django's own console does not say it a second time."""
    configure_logging("logging.config.dictConfig", config(service="crm", debug=True))

    with override_settings(DEBUG=True):
        client.get("/broken/")
        broken = capsys.readouterr().err
        client.get("/no-such-route/")
        missing = capsys.readouterr().err

    assert broken.count("Traceback (most recent call last)") == 1
    assert "hunter2" not in broken
    assert [line.split()[3] for line in missing.splitlines()] == ["log", "access"]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({}, id="files"),
        pytest.param({"debug": True}, id="debug"),
        pytest.param({"stdout": True}, id="stdout"),
        pytest.param({"files": {"app.log": "ERROR"}, "max_bytes": 0, "backups": 0}, id="own-file"),
    ],
)
@pytest.mark.usefixtures("untouched")
def test_dict_config_takes_it(arguments, tmp_path):
    """What it returns is what `logging` understands, and two calls share nothing."""
    made = config(service="crm", directory=tmp_path, **arguments)
    again = deepcopy(config(service="crm", directory=tmp_path, **arguments))

    dictConfig(made)

    assert made == again
    assert logging.getLogger("crm").isEnabledFor(logging.INFO)


@pytest.mark.usefixtures("untouched")
def test_each_line_is_where_it_belongs(tmp_path):
    """Errors stand in both files, security in its own alone."""
    dictConfig(config(service="shop", directory=tmp_path))

    logging.getLogger("shop.orders").info("an order")
    logging.getLogger("elsewhere").error("a failure")
    logging.getLogger("shop.security").warning("an attempt")
    logging.getLogger("shop").debug("a detail")

    written = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert [name for name in sorted(written) if "an order" in written[name]] == ["shop.log"]
    assert [name for name in sorted(written) if "a failure" in written[name]] == [
        "shop.log",
        "shop_errors.log",
    ]
    assert [name for name in sorted(written) if "an attempt" in written[name]] == ["security.log"]
    assert not any("a detail" in text for text in written.values())
