"""Memory and disk: how full, of what may be used."""

from types import SimpleNamespace

import psutil
import pytest

from fireline.health import Status, cgroup, disk, memory

GIGABYTE = 1024**3


@pytest.fixture
def machine(monkeypatch):
    """A machine of 16 GB whose memory and disks are so full."""

    def machine(percent):
        monkeypatch.setattr(
            psutil,
            "virtual_memory",
            lambda: SimpleNamespace(
                percent=percent,
                available=(100 - percent) / 100 * 16 * GIGABYTE,
                total=16 * GIGABYTE,
            ),
        )
        monkeypatch.setattr(
            psutil,
            "disk_usage",
            lambda _: SimpleNamespace(percent=percent, free=50 * GIGABYTE, total=500 * GIGABYTE),
        )
        monkeypatch.setattr(memory, "tightest", lambda: None)

    return machine


@pytest.mark.parametrize(
    ("percent", "status", "text"),
    [
        pytest.param(65.3, "healthy", "OK: 65.3% used", id="ok"),
        pytest.param(89.9, "healthy", "OK: 89.9% used", id="nearly"),
        pytest.param(90.0, "degraded", "high: 90.0% used", id="high"),
        pytest.param(94.9, "degraded", "high: 94.9% used", id="higher"),
        pytest.param(95.0, "unhealthy", "critical: 95.0% used", id="critical"),
    ],
)
def test_degraded_from_90_and_unhealthy_from_95(machine, percent, status, text):
    """Both, and the text says how much."""
    machine(percent)

    for what, reading in (("Memory", memory.ask()), ("Disk", disk.ask())):
        assert (reading.status, reading.message) == (Status(status), f"{what} {text}")
        assert reading.details["used_percent"] == percent


def test_memory_has_the_details_of_the_contract(machine):
    """In gigabytes."""
    machine(75.0)

    assert memory.ask().details == {"used_percent": 75.0, "available_gb": 4.0, "total_gb": 16.0}


def test_container_counts_its_own_limit(machine, monkeypatch):
    """Half of the machine is free; the container is nearly full."""
    machine(50.0)
    limit = cgroup.Limit(total=2 * GIGABYTE, used=int(1.92 * GIGABYTE))
    monkeypatch.setattr(memory, "tightest", lambda: limit)

    reading = memory.ask()

    assert reading.message == "Memory critical: 96.0% used"
    assert reading.details == {"used_percent": 96.0, "available_gb": 0.08, "total_gb": 2.0}


def test_fullest_disk_counts(tmp_path, monkeypatch, settings):
    """Uploads may have one of their own."""
    settings.MEDIA_ROOT = str(tmp_path)
    real = type(tmp_path).stat

    def stat(path, **options):
        found = real(path, **options)
        return SimpleNamespace(st_dev=99, st_mode=found.st_mode) if path == tmp_path else found

    monkeypatch.setattr(type(tmp_path), "stat", stat)
    monkeypatch.setattr(
        psutil,
        "disk_usage",
        lambda path: SimpleNamespace(
            percent=97.0 if path == str(tmp_path) else 20.0, free=GIGABYTE, total=9 * GIGABYTE
        ),
    )

    reading = disk.ask()

    assert (reading.status, reading.details["path"]) == (Status.UNHEALTHY, str(tmp_path))


def test_this_machine_can_be_asked():
    """With whatever cgroups it has."""
    assert 0 < memory.ask().details["used_percent"] <= 100
    assert 0 < disk.ask().details["used_percent"] <= 100


def group(directory, **files):
    """A group of a cgroup tree."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (directory / name.replace("__", ".")).write_text(f"{text}\n")


def v2(directory, total, used=0, cached=0):
    group(
        directory,
        memory__max=total,
        memory__current=used,
        memory__stat=f"anon 1\ninactive_file {cached}",
    )


def v1(directory, total, used=0, cached=0):
    group(
        directory,
        memory__limit_in_bytes=total,
        memory__usage_in_bytes=used,
        memory__stat=f"cache 7\ntotal_inactive_file {cached}",
    )


@pytest.mark.parametrize(
    ("member", "groups", "found"),
    [
        pytest.param("0::/", [(v2, "", 1000, 700, 200)], (1000, 500), id="v2-container"),
        pytest.param(
            "0::/system.slice/crm.service",
            [(v2, "system.slice/crm.service", 1000, 300)],
            (1000, 300),
            id="v2-systemd",
        ),
        pytest.param(
            "0::/a/b", [(v2, "a/b", 1000, 300), (v2, "a", 2000, 1900)], (2000, 1900), id="v2-fuller-above"
        ),
        pytest.param("0::/a", [(v2, "a", "max", 300)], None, id="v2-no-limit"),
        pytest.param("0::/../../x", [(v2, "x", 1000, 10)], (1000, 10), id="v2-outside"),
        pytest.param("4:memory:/docker/1", [(v1, "memory", 1000, 300, 400)], (1000, 0), id="v1-container"),
        pytest.param(
            "4:cpu,memory:/crm\n0::/", [(v1, "memory/crm", 1000, 300)], (1000, 300), id="v1-group"
        ),
        pytest.param("1:cpu:/", [(v1, "memory", 1000, 300)], None, id="v1-no-memory"),
        pytest.param("0::/nowhere", [], None, id="nothing-there"),
        pytest.param("", [], None, id="not-on-linux"),
    ],
)  # fmt: skip
def test_limit_of_the_cgroup_is_found(tmp_path, member, groups, found):
    """Of both versions, in containers and services; what is cached is not used."""
    for version, name, *figures in groups:
        version(tmp_path / "cgroup" / name, *figures)
    membership = tmp_path / "membership"
    if member:
        membership.write_text(f"{member}\n")

    limit = cgroup.tightest(tmp_path / "cgroup", membership)

    assert (limit and (limit.total, limit.used)) == found
