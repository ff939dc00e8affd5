"""What runs here."""

import shutil
import subprocess

import pytest

from fireline.sentry.release import checked_out, release_of

COMMIT = "0123456789abcdef" * 2 + "01234567"


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """Neither a variable nor a checkout."""
    for name in ("SENTRY_RELEASE", "GIT_COMMIT", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_dev_where_nothing_is_known(environment):
    """No variable, no checkout."""
    assert release_of("crm") == "crm@dev"


def test_commit_of_the_build(environment):
    """GIT_COMMIT, as a container has it."""
    environment.setenv("GIT_COMMIT", "abc123")

    assert release_of("crm") == "crm@abc123"


def test_said_outright(environment):
    """SENTRY_RELEASE comes before all else, as it is."""
    environment.setenv("GIT_COMMIT", "abc123")
    environment.setenv("SENTRY_RELEASE", "2026.11")

    assert release_of("crm") == "2026.11"


def test_commit_of_the_checkout(environment, tmp_path):
    """Read from .git, from any directory below it."""
    (tmp_path / ".git/refs/heads").mkdir(parents=True)
    (tmp_path / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / ".git/refs/heads/main").write_text(f"{COMMIT}\n")
    (tmp_path / "src/crm").mkdir(parents=True)
    environment.chdir(tmp_path / "src/crm")

    assert release_of("crm") == f"crm@{COMMIT}"


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git: apt-get install git")
@pytest.mark.parametrize("how", ["branch", "packed", "detached", "worktree"])
def test_commit_as_git_itself_says(tmp_path, how):
    """In every way that git keeps it."""
    place = tmp_path / "one"
    place.mkdir()

    def git(*words: str) -> str:
        run = subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words],
            cwd=place,
            check=True,
            capture_output=True,
            text=True,
        )
        return run.stdout.strip()

    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "one")
    if how == "packed":
        git("pack-refs", "--all")
    if how == "detached":
        git("checkout", "-q", "--detach")
    if how == "worktree":
        git("worktree", "add", "-q", "-b", "other", "../two")
        place = tmp_path / "two"
        git("commit", "-q", "--allow-empty", "-m", "two")

    assert checked_out(place) == git("rev-parse", "HEAD")


def test_broken_checkout_stops_nothing(tmp_path):
    """Half a .git is none."""
    (tmp_path / ".git").mkdir()

    assert checked_out(tmp_path) is None
