"""What nobody catches, and what somebody only logs."""

import asyncio
import gc
import json
import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import fireline
from fireline import scope
from fireline.scope import Scope
from fireline.sources import hooks

ROOT = Path(__file__).parents[2]
logger = logging.getLogger("crm.jobs")

BEGIN = """
import asyncio, gc, logging, sys, threading
former = sys.excepthook
sys.excepthook = lambda *args: (print("former hook"), former(*args))
former_of_threads = threading.excepthook
threading.excepthook = lambda args: (print("former hook of threads"), former_of_threads(args))
import django
from django.conf import settings
settings.configure(INSTALLED_APPS=["fireline"])
django.setup()
import fireline
from fireline.signals import reported
def hear(report, **_):
    print("told", report.code, type(report.exception).__name__, dict(report.context))
reported.connect(hear)
"""


# What comes behind runs in a child for each of the programs: Django is set up once for all, and what
# is there by then is no garbage that each child would look through at its end.
FORK = """
import json, os
gc.freeze()
told = []
for lines in json.loads(sys.argv[1]):
    said, complained = os.pipe(), os.pipe()
    if pid := os.fork():
        os.close(said[1]), os.close(complained[1])
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        told.append([*(os.read(end[0], 65536).decode() for end in (said, complained)), status])
    else:
        os.dup2(said[1], 1), os.dup2(complained[1], 2)
        break
else:
    lines = "print(json.dumps(told))"
exec(lines)
"""

ENDS = [
    pytest.param("1 / 0", ["told INTERNAL_ERROR ZeroDivisionError {}", "former hook"], 1, id="end"),
    pytest.param("sys.exit(4)", [], 4, id="exit"),
    pytest.param("sys.ps1 = '> '; 1 / 0", ["former hook"], 1, id="typed"),
    pytest.param(
        "t = threading.Thread(target=lambda: 1 / 0, name='importer'); t.start(); t.join()",
        [
            "told INTERNAL_ERROR ZeroDivisionError {'thread': 'importer'}",
            "former hook of threads",
        ],
        0,
        id="thread",
    ),
    pytest.param(
        "t = threading.Thread(target=sys.exit); t.start(); t.join()",
        ["former hook of threads"],
        0,
        id="thread-that-exits",
    ),
    pytest.param(
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n"
        "    logging.getLogger('crm.jobs').exception('no'); raise",
        [
            "told INTERNAL_ERROR ZeroDivisionError {'logger': 'crm.jobs', 'logged': 'no'}",
            "former hook",
        ],
        1,
        id="logged-and-raised",
    ),
]


@pytest.fixture(scope="module")
def told():
    """By its lines: what a program prints that ends with them, what it complains of, its exit status."""
    programs = [end.values[0] for end in ENDS]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{BEGIN}\n{FORK}", json.dumps(programs)],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, timeout=60, check=True,
        env={"PYTHONPATH": f"{ROOT}/src:{ROOT}"},
    )  # fmt: skip
    return dict(zip(programs, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize(("lines", "printed", "status"), ENDS)
def test_uncaught_exception_is_told_once(told, lines, printed, status):
    """Who had the hook before is still called, the traceback and the exit status stay."""
    said, complained, returned = told[lines]

    assert (said.splitlines(), returned) == (printed, status)
    assert ("ZeroDivisionError: division by zero" in complained) == bool(
        printed and "exits" not in lines and "sys.exit" not in lines
    )


def test_task_that_nobody_awaits_is_told(reports, log):
    """Under the id of the request that has started it, whatever runs when it is collected."""

    async def serve() -> None:
        scope.enter(Scope("first"))
        task = asyncio.create_task(fail())
        await asyncio.wait([task])
        del task
        scope.enter(Scope("second"))
        gc.collect()

    async def fail() -> None:
        raise LookupError

    asyncio.run(serve())

    (report,) = reports
    assert report.context["asyncio"] == "Task exception was never retrieved"
    expected = "first" if sys.version_info >= (3, 12) else report.correlation_id
    assert report.correlation_id == expected != "second"
    (line,) = log.lines(logger="asyncio")
    assert line["error_id"] == report.error_id


def test_handler_of_a_loop_is_left_alone(reports):
    """A project that handles what its loop says has not failed to catch it."""
    heard = []

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: heard.append(context["message"]))
        loop.call_soon(lambda: 1 / 0)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(serve())

    assert len(heard) == 1
    assert reports == []


def test_loop_of_another_make_is_told_apart_from_what_runs(reports):
    """Such as uvloop: it only logs, and the request that runs now has nothing to do with it."""
    scope.enter(Scope("second"))

    logging.getLogger("asyncio").error("never retrieved", exc_info=LookupError())

    assert [report.correlation_id == "second" for report in reports] == [False]


def test_logged_exception_is_told(reports, log):
    """With what was logged; the line of the service stays, and gets the error id."""
    try:
        raise LookupError("no such row")
    except LookupError:
        logger.exception("import of %s failed", "a.csv")

    (report,) = reports
    assert report.context == {"logger": "crm.jobs", "logged": "import of a.csv failed"}
    (line,) = log.lines(logger="crm.jobs")
    assert (line["message"], line["error_id"]) == ("import of a.csv failed", report.error_id)


def test_severity_of_a_logged_exception(reports):
    """Critical where the line is, otherwise what the kind says."""
    logger.critical("stop", exc_info=LookupError())
    logger.error("stop", exc_info=fireline.ExternalServiceError())
    logger.error("stop", exc_info=fireline.BusinessRuleViolation())

    assert [report.severity for report in reports] == ["critical", "high", "low"]


@pytest.mark.parametrize("order", ["report-first", "log-first"])
def test_exception_is_told_once(reports, order):
    """Reported, logged twice and reported again: one failure."""
    error = LookupError()
    scope.enter(Scope())

    told = fireline.report(error) if order == "report-first" else None
    logger.error("once", exc_info=error)
    logger.error("twice", exc_info=error)

    assert [report.error_id for report in reports] == [fireline.report(error).error_id]
    assert told is None or told.error_id == reports[0].error_id


def test_logged_twice_outside_of_a_scope_is_told_once(reports):
    """Where no scope keeps what was told, the exception does."""
    error = LookupError()

    logger.error("once", exc_info=error)
    logger.error("twice", exc_info=error)

    assert len(reports) == 1


@pytest.mark.parametrize(
    "log",
    [
        pytest.param(lambda: logger.error("nothing was raised"), id="no-exception"),
        pytest.param(lambda: logger.error("nothing", exc_info=True), id="none-at-hand"),  # noqa: LOG014
        pytest.param(lambda: logger.warning("never mind", exc_info=LookupError()), id="warning"),
        pytest.param(lambda: logger.error("left", exc_info=KeyboardInterrupt()), id="interruption"),
        *(
            pytest.param(
                lambda name=name: logging.getLogger(name).error("x", exc_info=LookupError()),
                id=name,
            )
            for name in (*hooks.TELL_OTHERWISE, "uvicorn.error", "crm.errors", "crm.security")
        ),
    ],
)
def test_not_told(reports, log):
    """What brings no exception, is no error, or is told by another source."""
    log()

    assert reports == []


def test_logger_that_propagates_nowhere_is_heard(reports):
    """And one with a similar name to those that are passed over."""
    for name in ("uvicornish", "djangology"):
        own = logging.getLogger(name)
        own.propagate = False
        own.addHandler(logging.NullHandler())
        own.error("x", exc_info=LookupError())

    assert len(reports) == 2


def test_sink_that_logs_its_failure_does_not_recurse(settings, log):
    """A sink fails and logs that with the exception: it is not called for its own failure."""
    heard.clear()
    settings.FIRELINE = {"SERVICE": "crm", "SINKS": ["tests.sources.test_hooks.logging_sink"]}

    logger.error("x", exc_info=LookupError())

    assert [type(report.exception) for report in heard] == [LookupError]
    assert [line["message"] for line in log.lines(logger="crm.jobs")] == ["the sink failed", "x"]


heard = []


def logging_sink(report):
    heard.append(report)
    logger.error("the sink failed", exc_info=OSError())


def test_switched_off(settings, reports):
    """Each of the two by its setting."""
    settings.FIRELINE = {"SERVICE": "crm", "REPORT_LOGGED": False, "REPORT_UNCAUGHT": False}

    logger.error("x", exc_info=LookupError())
    hooks.on_uncaught(LookupError())
    logging.getLogger("asyncio").error("x", exc_info=LookupError())

    assert reports == []


def test_thread_is_told_under_the_ids_of_its_scope(reports):
    """A thread with a scope fails in that scope."""

    def run() -> None:
        scope.enter(Scope("about"))
        raise LookupError

    hook, threading.excepthook = threading.excepthook, lambda args: None
    hooks._take_threading_hook()
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    threading.excepthook = hook

    assert [report.correlation_id for report in reports] == ["about"]


def test_exception_in_a_view_is_told_once_although_it_is_logged(client, reports, monkeypatch):
    """A view logs what it raises: one report, and the answer bears its id."""
    from tests import urls

    def broken(request):
        try:
            raise LookupError
        except LookupError:
            logger.exception("in the view")
            raise

    monkeypatch.setattr(urls.urlpatterns[3], "callback", broken)

    response = client.get("/broken/")

    assert [report.error_id for report in reports] == [response["X-Error-ID"]]
