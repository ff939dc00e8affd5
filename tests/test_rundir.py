"""The run directory: one for each service and user, and nobody else's."""

import os
import stat
import tempfile

import pytest

from fireline import rundir


@pytest.fixture
def temporary(tmp_path, monkeypatch, settings):
    """A temporary directory of the system, in which nothing is made yet."""
    settings.FIRELINE = {"SERVICE": "crm"}
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    rundir._made.cache_clear()
    yield tmp_path
    rundir._made.cache_clear()


def test_directory_is_for_this_user_alone(temporary):
    """Whatever the umask is, also the one above."""
    before = os.umask(0)
    try:
        path = rundir.path()
    finally:
        os.umask(before)

    assert path.parent.parent == temporary
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)] == [0o700, 0o700]
    assert rundir.path() == path


def test_services_and_checkouts_do_not_mix(temporary, settings, monkeypatch):
    """A directory for each service, and for each project of the same name."""
    first = rundir.path()
    settings.FIRELINE = {"SERVICE": "../shop"}
    second = rundir.path()
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.servers.settings")
    rundir._made.cache_clear()

    third = rundir.path()

    assert len({first, second, third}) == 3
    assert second.parent == first.parent


@pytest.mark.parametrize("level", ["parent", "itself"])
def test_link_of_somebody_else_is_refused(temporary, tmp_path_factory, level):
    """In a directory that all may write, another user could have laid it before."""
    path = rundir.path()
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    path.rmdir()
    if level == "parent":
        path = path.parent
        path.rmdir()
    path.symlink_to(elsewhere, target_is_directory=True)
    rundir._made.cache_clear()

    with pytest.raises(NotADirectoryError, match="Set RUN_DIRECTORY"):
        rundir.path()


@pytest.mark.skipif(
    not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give a directory away"
)
def test_directory_of_somebody_else_is_refused(temporary):
    """It could exchange ours for another at any time."""
    path = rundir.path()
    os.chown(path.parent, 65534, 65534)
    rundir._made.cache_clear()

    with pytest.raises(PermissionError, match="belongs to somebody else"):
        rundir.path()


def test_configured_directory_may_be_a_link(tmp_path, settings):
    """It is the operator's word; /var/run is a link, too."""
    (tmp_path / "data").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "data")
    settings.FIRELINE = {"SERVICE": "crm", "RUN_DIRECTORY": str(tmp_path / "run")}

    assert rundir.path() == tmp_path / "run" / "crm"
    settings.FIRELINE = {"SERVICE": "crm", "RUN_DIRECTORY": str(tmp_path / "new" / "run")}
    assert rundir.path().is_dir()


def test_services_that_are_given_the_same_do_not_mix(tmp_path, settings):
    """Else one would drain with the other, and each digest the other's events."""
    settings.FIRELINE = {"SERVICE": "crm", "RUN_DIRECTORY": str(tmp_path)}
    first = rundir.path()
    settings.FIRELINE = {"SERVICE": "the shop", "RUN_DIRECTORY": str(tmp_path)}

    assert (first, rundir.path()) == (tmp_path / "crm", tmp_path / "the_shop")
