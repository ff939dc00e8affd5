"""What waits for the import of a module."""

import importlib
import importlib.util
import subprocess
import sys

import pytest

from fireline.sources.imported import once_imported


@pytest.fixture
def late(tmp_path, monkeypatch):
    """The name of a module that nobody has imported."""
    (tmp_path / "imported_late.py").write_text("loaded = True")
    monkeypatch.syspath_prepend(tmp_path)
    before = list(sys.meta_path)
    yield "imported_late"
    sys.meta_path[:] = before
    sys.modules.pop("imported_late", None)


def test_import_is_heard_once(late):
    """When the module is whole; who only looks whether there is one has not imported it."""
    heard = []
    once_imported(late, lambda: heard.append(sys.modules[late].loaded))
    assert importlib.util.find_spec(late)
    assert heard == []

    module = importlib.import_module(late)
    importlib.reload(module)

    assert heard == [True]


def test_module_is_as_ever(late):
    """Its loader is Python's, and nobody looks over the shoulder of other imports any more."""
    watches = len(sys.meta_path)
    once_imported(late, lambda: None)

    module = importlib.import_module(late)

    assert type(module.__loader__) is type(module.__spec__.loader) is type(pytest.__loader__)
    assert len(sys.meta_path) == watches


def test_module_that_is_there_needs_no_waiting():
    """It is heard at once."""
    heard = []

    once_imported("json", lambda: heard.append(1))

    assert heard == [1]


def test_failure_hurts_no_import(late, caplog):
    """The project gets its module; the log says what went wrong."""
    once_imported(late, lambda: 1 / 0)

    assert importlib.import_module(late).loaded
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("framework", "line", "ours", "source"),
    [
        pytest.param(
            "ninja", "from ninja import NinjaAPI", "NinjaAPI.on_exception", "ninja", id="ninja"
        ),
        pytest.param(
            "rest_framework",
            "from rest_framework.views import APIView",
            "APIView.handle_exception",
            "drf",
            id="drf",
        ),
    ],
)
def test_framework_that_is_no_app_is_the_project_s_to_import(framework, line, ours, source):
    """It takes a fifth of a second; when the project imports it, it is ours, too."""
    script = f"""
import sys, django
from django.conf import settings
settings.configure(INSTALLED_APPS=["fireline"])
django.setup()
assert "{framework}" not in sys.modules
{line}
print({ours}.__module__)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout == f"fireline.sources.{source}\n"
