"""The rotating file: with real processes, real full disks and real deletions."""

import fcntl
import logging
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fireline.logs.rotating import RotatingFile
from tests import loaded
from tests.logs import writers
from tests.logs.conftest import record_of

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
NOW = 1_763_725_515.0


@pytest.fixture
def opened() -> Iterator[Callable[..., RotatingFile]]:
    """Make handlers; they are closed when the test is over."""
    handlers: list[RotatingFile] = []

    def opened(path: Path, **options: int) -> RotatingFile:
        handler = RotatingFile(path, **options)
        handler.setFormatter(logging.Formatter("%(message)s"))
        handlers.append(handler)
        return handler

    yield opened
    for handler in handlers:
        handler.close()


def write(handler: RotatingFile, *lines: str, at: float = NOW) -> None:
    """Write these lines, all at this time of the clock."""
    for line in lines:
        handler.handle(record_of("%s", line, at=at))


def contents(directory: Path) -> dict[str, str]:
    """What stands in each file."""
    return {path.name: path.read_text() for path in sorted(directory.iterdir())}


def python(
    script: str, *args: str, before: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """This script, run by a process of its own."""
    return subprocess.run(
        [*before, sys.executable, "-W", "error", "-c", script, *args],
        env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


# One process


def test_directory_and_file_are_made(tmp_path, opened):
    """The handler makes the directories that are missing."""
    write(opened(tmp_path / "a" / "b" / "crm.log"), "one", "two")

    assert (tmp_path / "a" / "b" / "crm.log").read_text() == "one\ntwo\n"


def test_nothing_is_made_before_the_first_line(tmp_path, opened):
    """`manage.py check` logs nothing, and leaves nothing behind."""
    handler = opened(tmp_path / "logs" / "crm.log")
    before = list(tmp_path.iterdir())

    write(handler, "one")

    assert before == []
    assert contents(tmp_path / "logs") == {"crm.log": "one\n"}


def test_file_that_is_there_goes_on(tmp_path, opened):
    """Lines of an earlier run stay."""
    (tmp_path / "crm.log").write_text("earlier\n")

    write(opened(tmp_path / "crm.log"), "later")

    assert (tmp_path / "crm.log").read_text() == "earlier\nlater\n"


def test_full_file_becomes_the_first_backup(tmp_path, opened):
    """The oldest backup has the highest number, and those beyond are deleted."""
    handler = opened(tmp_path / "crm.log", max_bytes=6, backups=2)

    write(handler, *(f"line {number}" for number in range(4)), "new")

    assert contents(tmp_path) == {
        "crm.log": "new\n",
        "crm.log.1": "line 3\n",
        "crm.log.2": "line 2\n",
    }


def test_size_of_zero_means_no_rotation(tmp_path, opened):
    """As with the handlers of the standard library."""
    write(opened(tmp_path / "crm.log", max_bytes=0), "one", "two")

    assert contents(tmp_path) == {"crm.log": "one\ntwo\n"}


def test_no_backups_means_that_a_full_file_is_deleted(tmp_path, opened):
    """The line that filled it stays, also where each line alone is too long."""
    handler = opened(tmp_path / "crm.log", max_bytes=10, backups=0)

    write(handler, "one", "two", "three")
    write(handler, "a line that is too long", "another that is")

    assert contents(tmp_path) == {"crm.log": "another that is\n"}


def test_gap_among_the_backups_is_filled(tmp_path, opened):
    """Where a crash in the middle of a rotation left a gap, nothing behind it is moved or lost."""
    for name, text in {"crm.log.2": "old", "crm.log.3": "older"}.items():
        (tmp_path / name).write_text(text)

    write(opened(tmp_path / "crm.log", max_bytes=5, backups=3), "full", "new")

    assert contents(tmp_path) == {
        "crm.log": "new\n",
        "crm.log.1": "full\n",
        "crm.log.2": "old",
        "crm.log.3": "older",
    }


def test_letters_that_utf8_lacks_are_written_out(tmp_path, opened):
    """Half a surrogate pair costs nobody the line."""
    write(opened(tmp_path / "crm.log"), "a\ud800b Grüße")

    assert (tmp_path / "crm.log").read_text() == "a\\ud800b Grüße\n"


def test_closed_handler_opens_again(tmp_path, opened):
    """Lines of the very end, after `logging.shutdown`, are written too."""
    handler = opened(tmp_path / "crm.log")
    handler.close()

    write(handler, "late")

    assert (tmp_path / "crm.log").read_text() == "late\n"


@pytest.mark.parametrize("is_deleted", [True, False])
def test_file_that_is_moved_away_is_opened_anew(tmp_path, opened, is_deleted):
    """Within a second it is seen that logrotate, or a person, has moved or deleted the file."""
    path = tmp_path / "crm.log"
    handler = opened(path)
    write(handler, "one")

    path.unlink() if is_deleted else path.rename(tmp_path / "moved")
    write(handler, "two", at=NOW + 1)

    assert path.read_text() == "two\n"


def test_file_that_is_truncated_goes_on_at_its_beginning(tmp_path, opened):
    """After logrotate's `copytruncate` there is no hole in the file."""
    path = tmp_path / "crm.log"
    handler = opened(path)
    write(handler, "one")

    os.truncate(path, 0)
    write(handler, "two")

    assert path.read_bytes() == b"two\n"


def test_pipe_in_place_of_a_file(tmp_path, opened, capsys):
    """A pipe has no size: lines go through, and nobody complains."""
    path = tmp_path / "crm.log"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    write(opened(path, max_bytes=1), "one", "two")

    with closing(os.fdopen(reader)) as pipe:
        os.set_blocking(reader, True)
        assert [pipe.readline(), pipe.readline()] == ["one\n", "two\n"]
    assert capsys.readouterr().err == ""


# What cannot be written


def obstacles(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "file").write_text("")
    (tmp_path / "directory.log").mkdir()
    (tmp_path / "full.log").symlink_to("/dev/full")
    return {
        "file-for-directory": tmp_path / "file" / "crm.log",
        "directory-for-file": tmp_path / "directory.log",
        "kernel-s-own": Path("/proc/nowhere/crm.log"),
        "name-too-long": tmp_path / ("x" * 300),
        "disk-full": tmp_path / "full.log",
    }


@pytest.mark.parametrize(
    "obstacle",
    ["file-for-directory", "directory-for-file", "kernel-s-own", "name-too-long", "disk-full"],
)
def test_lines_go_to_stderr_where_they_cannot_be_written(tmp_path, opened, capsys, obstacle):
    """Nothing is raised, nothing is lost, and that it is so is said once."""
    path = obstacles(tmp_path)[obstacle]

    write(opened(path), "one", "two")
    write(opened(path), "three", at=NOW + 5)

    said = capsys.readouterr().err.splitlines()
    assert [line for line in said if not line.startswith("fireline:")] == ["one", "two", "three"]
    assert len(said) == 5  # one complaint for each handler
    assert f"cannot write {path} (" in said[0]


def test_directory_that_is_a_file_is_called_so(tmp_path, opened, capsys):
    """`File exists` would send everybody to the wrong place."""
    (tmp_path / "logs").write_text("")

    write(opened(tmp_path / "logs" / "crm.log"), "one")

    assert f"({tmp_path}/logs is not a directory)" in capsys.readouterr().err


def test_record_for_two_files_goes_to_stderr_once(tmp_path, opened, capsys):
    """An error belongs into the service's log and into that of the errors."""
    (tmp_path / "logs").write_text("")
    record = logging.makeLogRecord({"msg": "one", "created": NOW})

    for name in ("crm.log", "crm_errors.log"):
        opened(tmp_path / "logs" / name).handle(record)

    assert capsys.readouterr().err.splitlines().count("one") == 1


def test_file_that_can_be_written_again_is_written_again(tmp_path, opened, capsys):
    """Whatever stood in the way: the next line after it has gone is in the file."""
    obstacle = tmp_path / "logs"
    obstacle.write_text("")
    handler = opened(obstacle / "crm.log")
    write(handler, "one")

    obstacle.unlink()
    write(handler, "two")
    again = capsys.readouterr().err
    (obstacle / "crm.log").unlink()
    obstacle.rmdir()
    obstacle.write_text("")
    write(handler, "three", at=NOW + 5)

    assert again.splitlines()[1:] == ["one"]
    assert capsys.readouterr().err.count("cannot write") == 1


FULL_DISK = """
import logging, os, sys
from pathlib import Path
from fireline.logs.rotating import RotatingFile
directory = Path(sys.argv[1])
handler = RotatingFile(directory / "crm.log", max_bytes=0)
logger = logging.Logger("disk")
logger.addHandler(handler)
(directory / "ballast").write_bytes(b"x" * 40_000)
for number in range(300):
    logger.info(f"{number:03d}" + "y" * 200)
(directory / "ballast").unlink()
for number in range(300, 400):
    logger.info(f"{number:03d}" + "y" * 200)
print((directory / "crm.log").read_text())
"""


def test_full_disk_tears_no_line_and_recovers(tmp_path):
    """On a disk of 64 kB each line is either in the file or on stderr, whole, and none is missing."""
    mount = 'mount -t tmpfs -o size=64k none "$0" && exec "$@"'
    private = ("unshare", "--map-root-user", "--mount", "sh", "-c", mount, str(tmp_path))
    if python("pass", before=private).returncode:
        pytest.skip("needs a disk of its own, which this machine does not grant")

    ran = python(FULL_DISK, str(tmp_path), before=private)

    written = [line.strip() for line in ran.stdout.splitlines() if line.strip()]
    diverted = [line for line in ran.stderr.splitlines() if not line.startswith("fireline:")]
    expected = [f"{number:03d}" + "y" * 200 for number in range(400)]
    assert sorted(written + diverted) == expected
    assert len(diverted) > 100
    assert set(expected[300:]) <= set(written)
    assert ran.stderr.count("cannot write") == 1


HALF_A_LINE = """
import logging, os, resource, sys
from fireline.logs.rotating import RotatingFile
path = sys.argv[1]
mine, theirs = RotatingFile(path), RotatingFile(path)
def write(handler, text):
    handler.handle(logging.makeLogRecord({"msg": text}))
write(mine, "one")
resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
write(mine, "two is too long")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
write(theirs, "three")
write(mine, "four")
"""


def test_half_a_line_is_taken_back(tmp_path):
    """Where there was room for half a line only, no line of any process is glued to it."""
    ran = python(HALF_A_LINE, str(tmp_path / "crm.log"))

    lines = (tmp_path / "crm.log").read_text().splitlines()
    assert lines == ["one", "     ", "three", "four"]
    assert "two is too long\n" in ran.stderr
    assert "Traceback" not in ran.stderr


class Moody(logging.Formatter):
    def format(self, record):
        if "bad" in record.getMessage():
            raise RuntimeError("the formatter is in a bad mood")
        return record.getMessage()


def test_formatter_that_raises_costs_one_line(tmp_path, opened, capsys):
    """Its error is on stderr, and the next line is written."""
    handler = opened(tmp_path / "crm.log")
    handler.setFormatter(Moody())

    write(handler, "bad", "good")

    assert (tmp_path / "crm.log").read_text() == "good\n"
    assert "the formatter is in a bad mood" in capsys.readouterr().err


class Closed:
    def write(self, text):
        raise ValueError("I/O operation on closed file")


@pytest.mark.parametrize("stderr", [None, Closed()], ids=["none", "closed"])
def test_service_without_stderr(tmp_path, opened, monkeypatch, stderr):
    """Where even stderr is gone, nothing is raised: neither for the disk nor for the formatter."""
    monkeypatch.setattr(sys, "stderr", stderr)
    handler = opened(obstacles(tmp_path)["disk-full"])

    write(handler, "one")
    handler.setFormatter(Moody())
    write(handler, "bad")

    assert handler.level == logging.NOTSET


def test_rotation_that_is_impossible_is_said_once(tmp_path, opened, capsys):
    """The file grows beyond its size, no line is lost, and later the rotation is made good."""
    (tmp_path / "crm.log.1").mkdir()
    (tmp_path / "crm.log.1" / "x").write_text("")
    handler = opened(tmp_path / "crm.log", max_bytes=4, backups=1)

    write(handler, "one", "two", "three")
    grown = (tmp_path / "crm.log").read_text()
    (tmp_path / "crm.log.1" / "x").unlink()
    (tmp_path / "crm.log.1").rmdir()
    write(handler, "four")

    assert grown == "one\ntwo\nthree\n"
    assert contents(tmp_path) == {"crm.log": "", "crm.log.1": "one\ntwo\nthree\nfour\n"}
    assert capsys.readouterr().err.count("cannot rotate") == 1


# Many processes


def test_nobody_waits_for_who_is_rotating(tmp_path, opened):
    """While another process holds the lock, lines are written on; the next one after it rotates."""
    handler = opened(tmp_path / "crm.log", max_bytes=4)
    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)

    write(handler, "one", "two")
    meanwhile = contents(tmp_path)
    os.close(other)
    write(handler, "three", "four")

    assert meanwhile == {"crm.log": "one\ntwo\n"}
    assert contents(tmp_path) == {
        "crm.log": "", "crm.log.1": "four\n", "crm.log.2": "one\ntwo\nthree\n",
    }  # fmt: skip


@pytest.mark.parametrize("is_locked", [False, True])
def test_line_into_a_file_that_was_deleted_is_written_again(tmp_path, opened, is_locked):
    """A slow process still writes into a file that others have rotated out of existence."""
    slow = opened(tmp_path / "crm.log", max_bytes=4, backups=1)
    fast = opened(tmp_path / "crm.log", max_bytes=4, backups=1)
    write(slow, "a")
    write(fast, "bb", "first", "second")

    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX if is_locked else fcntl.LOCK_UN)

    write(slow, "late")
    os.close(other)

    assert "late\n" in contents(tmp_path).values()


class Preempted(RotatingFile):
    """Sees that the file is full, and is put to sleep until another has rotated it."""

    other: RotatingFile | None = None

    def _is_named(self, file):
        is_named = super()._is_named(file)
        if self.other is not None:
            other, self.other = self.other, None
            write(other, "four")
        return is_named


def test_two_that_find_the_file_full_move_it_once(tmp_path, opened):
    """Whoever comes second leaves the new file where it is."""
    first = opened(tmp_path / "crm.log", max_bytes=8)
    second = Preempted(tmp_path / "crm.log", max_bytes=8)
    second.setFormatter(logging.Formatter("%(message)s"))
    write(second, "one")
    second.other = first

    with closing(second):
        write(second, "two")

    assert contents(tmp_path) == {"crm.log": "", "crm.log.1": "one\ntwo\nfour\n"}


def test_line_into_a_file_that_was_rotated_stays_there(tmp_path, opened):
    """It is in the backup, and only there; the next one is in the new file."""
    slow = opened(tmp_path / "crm.log", max_bytes=8)
    fast = opened(tmp_path / "crm.log", max_bytes=8)
    write(slow, "a")
    write(fast, "bbbbbbbb")

    write(slow, "late", "next")

    assert contents(tmp_path) == {"crm.log": "next\n", "crm.log.1": "a\nbbbbbbbb\nlate\n"}


LEFT_BEHIND = """
import logging, os, sys
from fireline.logs.rotating import RotatingFile

reading, writing = os.pipe()

class Forks(RotatingFile):
    child = None
    def _shift(self):
        super()._shift()
        if self.child is None:
            self.child = os.fork()
            if self.child == 0:
                os.close(writing)
                os.read(reading, 1)  # as long as its parent lives
                os._exit(0)

handler = Forks(sys.argv[1], max_bytes=4)
for text in ("one", "two", "three"):
    handler.handle(logging.makeLogRecord({"msg": text}))
"""


def test_child_forked_in_a_rotation_keeps_no_lock(tmp_path):
    """A child inherits the open lock, and lives on: the others rotate all the same."""
    ran = loaded.python("-c", LEFT_BEHIND, str(tmp_path / "crm.log"), env=ENVIRONMENT)

    assert ran.returncode == 0, ran.stderr
    assert contents(tmp_path) == {
        "crm.log": "",
        "crm.log.1": "three\n",
        "crm.log.2": "two\n",
        "crm.log.3": "one\n",
    }


def ran(mode: str, directory: Path, *, processes: int, lines: int, max_bytes: int) -> None:
    """Have these writers write, and see each line once: none lost, none torn, and many rotations."""
    arguments = map(str, (directory, processes, lines, max_bytes))
    done = loaded.python(writers.__file__, mode, *arguments, env=ENVIRONMENT)

    assert done.returncode == 0, done.stderr
    files = [path for path in directory.iterdir() if path.name.startswith("crm.log")]
    found = Counter(line for path in files for line in path.read_text().splitlines())
    assert len(files) > 20
    assert found == Counter(
        writers.line_of(writer, number) for writer in range(processes) for number in range(lines)
    )


def test_eight_processes_write_one_file(tmp_path):
    """Of 200,000 lines none is lost, none torn, and each is there once, over more than 100 rotations."""
    ran("separate", tmp_path, processes=8, lines=25_000, max_bytes=300_000)

    assert len(list(tmp_path.iterdir())) > 100


@pytest.mark.parametrize("mode", ["fork", "fork-from-threads", "spawn"])
def test_processes_of_one_family_write_one_file(tmp_path, mode):
    """Workers forked after the file was opened, also by a process of many threads, and spawned ones."""
    ran(mode, tmp_path, processes=2 if mode == "spawn" else 4, lines=3000, max_bytes=30_000)
