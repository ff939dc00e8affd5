"""The docs are tested, too."""

import re
from pathlib import Path

import pytest

import fireline
from fireline.errors import KINDS
from fireline.logs import config
from fireline.middleware.suspicious import shipped_rules
from fireline.sinks.security import EVENTS
from tools import settings_page

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_page_of_settings_is_the_dataclass():
    """Whoever changes a setting writes the page: `python tools/settings_page.py`."""
    assert settings_page.PAGE.read_text() == settings_page.page()


def test_every_setting_has_a_meaning():
    """A setting without a docstring would be nobody's."""
    from fireline.conf import Settings

    assert settings_page.meanings().keys() == set(Settings.__dataclass_fields__)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Pages, pictures and headings that are linked exist."""
    for target in re.findall(r"\]\((?!https?:)([^)#]*)(?:#[^)]*)?\)", page.read_text()):
        assert target == "" or (page.parent / target).exists(), target
    for target, heading in re.findall(r"\]\(([^):]*)#([^)]*)\)", page.read_text()):
        text = (page.parent / target).read_text() if target else page.read_text()
        headings = {
            re.sub(r"[^a-z0-9_ -]", "", line.lower()).strip().replace(" ", "-")
            for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        }
        assert heading in headings


def test_table_of_codes_is_the_catalogue():
    """docs/error-shapes.md lists every code as it is."""
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| (\d+) \| (\w+) \| (\w+) \|$",
        (ROOT / "docs" / "error-shapes.md").read_text(),
        re.MULTILINE,
    )

    assert {
        code: (int(status), category, severity) for code, status, category, severity in rows
    } == {
        kind.code: (kind.status, kind.category.value, kind.severity.value)
        for kind in KINDS.values()
    }


def test_page_of_logging_tells_the_truth():
    """Files, events and the number of rules."""
    page = (ROOT / "docs" / "logging.md").read_text()

    handlers = config(service="crm")["handlers"].values()
    assert all(f"`{Path(handler['filename']).name}`" in page for handler in handlers)
    assert all(f"`{event}`" in page for event in EVENTS.values())
    assert len(shipped_rules()) >= int(re.search(r"(\d+) rules", page)[1])


def test_public_names_are_there():
    """The names that the contract fixes, and that docs and changelog promise."""
    for name in (
        "report handle record bind register ErrorManager ErrorReport Severity ErrorSeverity Category"
        " BusinessRuleViolation ExternalServiceError DatabaseConnectionError"
    ).split():
        assert name in fireline.__all__
        assert hasattr(fireline, name)
    assert fireline.ErrorSeverity is fireline.Severity


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples_are_python(page):
    """Every example can at least be read."""
    for block in re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL):
        compile(block, page.name, "exec")


def test_lines_of_the_tracker_fit_below_those_of_fireline(monkeypatch, tmp_path):
    """README, quick start and the tracker's page name the same five, and no app stands twice."""
    pages = [ROOT / "README.md", ROOT / "docs" / "quick-start.md", ROOT / "docs" / "tracker.md"]
    blocks = [re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL) for page in pages]
    (lines,) = {
        block
        for page in blocks
        for block in page
        if "sentry.init()" in block and "DATABASES" in block
    }
    fireline_lines = next(block for block in blocks[0] if "MIDDLEWARE" in block)
    monkeypatch.setattr("fireline.sentry.init", lambda: None)
    settings = {
        "BASE_DIR": tmp_path, "DEBUG": True, "INSTALLED_APPS": [], "MIDDLEWARE": [],
        "DATABASES": {"default": {}},
    }  # fmt: skip
    exec(f"{fireline_lines}\n{lines}", settings)

    assert len([line for line in lines.splitlines() if line]) == 5
    assert settings["INSTALLED_APPS"] == ["fireline", "fireline.tracker"]
    assert list(settings["DATABASES"]) == ["default", "tracker"]
