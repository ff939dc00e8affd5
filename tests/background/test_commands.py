"""Management commands, as a shell and as cron run them."""

import signal

import pytest
from django.core.management import CommandError, call_command

import fireline
from fireline import scope
from fireline.scope import Scope
from fireline.sources.commands import command_line
from tests.background.told import told_in

pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture
def installed(settings):
    """The app with the command."""
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "tests.background"]


def test_exception_is_told_once(service):
    """Exit status and traceback stay Python's; the report has the command line without its secrets."""
    words = "work mute -p hunter2 --customer 7 --verbosity 2".split()

    done = service.command(*words)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "tests.raised.Mute: <exception str() failed>"
    (report,) = told_in(service.directory)
    assert report["context"]["command"] == "work"
    line = report["context"]["command_line"]
    assert line.endswith(" work mute -p [redacted] --customer 7 --verbosity 2")
    (line,) = service.lines(level="ERROR")
    assert (line["error_id"], line["command"]) == (report["error_id"], "work")
    (work,) = service.lines(logger="crm.jobs")
    assert work["correlation_id"] == report["correlation_id"]


@pytest.mark.parametrize(
    ("how", "status", "said"),
    [
        pytest.param("works", 0, "", id="works"),
        pytest.param("usage", 3, "CommandError: no such file\n", id="the-user's-mistake"),
        pytest.param("exit", 4, "", id="exit"),
    ],
)
def test_not_a_failure(service, how, status, said):
    """What ends well, or as the command or its user wants: nothing is reported, the status stays."""
    done = service.command("work", how)

    assert (done.returncode, done.stderr) == (status, said)
    assert told_in(service.directory) == []


def test_interruption_is_not_a_failure(service):
    """Ctrl-C ends a command as ever."""
    done = service.command("work", "interrupt")

    assert done.returncode == -signal.SIGINT
    assert told_in(service.directory) == []


def test_wrong_words_are_not_a_failure(service):
    """Neither is a command line that nobody understands."""
    done = service.command("work")

    assert done.returncode == 2
    assert "the following arguments are required: how" in done.stderr
    assert told_in(service.directory) == []


def test_called_command_is_told(reports):
    """`call_command` in a script or a scheduler: the exception is raised, and was told."""
    with pytest.raises(fireline.ExternalServiceError) as raised:
        call_command("work", "external", password="hunter2")

    (report,) = reports
    assert report.exception is raised.value
    assert report.context["command"] == "work"
    assert report.context["arguments"]["password"] == "[redacted]"
    assert "verbosity" not in report.context["arguments"]
    assert scope.current() is None


def test_called_command_leaves_the_telling_to_its_request(reports):
    """In a scope, who catches the exception decides; what is not caught is told by who opened it."""
    scope.enter(Scope("about"))

    with pytest.raises(fireline.ExternalServiceError):
        call_command("work", "external")

    assert reports == []
    assert scope.current().correlation_id == "about"
    assert dict(scope.bound()) == {}


def test_called_command_is_known_to_its_lines(log):
    """Its lines have the request's id and the command's name; the lines after it have the id alone."""
    scope.enter(Scope("about"))

    call_command("work", "works")

    (line,) = log.lines(logger="crm.jobs")
    assert (line["correlation_id"], line["command"]) == ("about", "work")


def test_mistake_of_a_caller_is_not_told(reports):
    """CommandError is an answer, not a failure."""
    with pytest.raises(CommandError):
        call_command("work", "usage")

    assert reports == []


def test_command_with_requests_in_it_is_told_under_its_own_id(reports, log):
    """A command may use the test client, which leaves all scopes behind."""
    with pytest.raises(Exception):  # noqa: B017
        call_command("work", "request")

    missing, failed = reports
    assert missing.code == "NOT_FOUND"
    assert failed.correlation_id != missing.correlation_id
    assert failed.context["command"] == "work"


@pytest.mark.parametrize(
    ("words", "options", "clean"),
    [
        pytest.param("manage.py work a.csv", {}, "manage.py work a.csv", id="harmless"),
        pytest.param(
            "manage.py work --password hunter2 x",
            {},
            "manage.py work --password [redacted] x",
            id="word",
        ),
        pytest.param(
            "manage.py work --api-key=abc", {}, "manage.py work --api-key=[redacted]", id="sign"
        ),
        pytest.param(
            "manage.py work -p hunter2 hunter2",
            {"password": "hunter2"},
            "manage.py work -p [redacted] [redacted]",
            id="short-name",
        ),
        pytest.param(
            "manage.py work --password --verbose",
            {},
            "manage.py work --password [redacted]",
            id="rather-too-much",
        ),
        pytest.param(
            "manage.py work --author x", {"author": "x"}, "manage.py work --author x", id="author"
        ),
    ],
)
def test_command_line_without_secrets(words, options, clean):
    """What an option's name tells, and what the command has understood of a short one."""
    assert command_line(words.split(), options) == clean


def test_command_line_can_be_pasted():
    """Words are quoted as a shell wants them."""
    assert command_line(["manage.py", "work", "two words"], {}) == "manage.py work 'two words'"


def test_option_may_be_called_as_it_likes(service):
    """`manage.py shell -c` has an option `command`."""
    done = service.command("shell", "--no-imports", "-c", "print(6 * 7)")

    assert (done.returncode, done.stdout, done.stderr) == (0, "42\n", "")
