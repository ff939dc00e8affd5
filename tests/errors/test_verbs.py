import asyncio
import contextvars
import re
from contextlib import asynccontextmanager, nullcontext
from enum import Enum

import pytest
from django.http import Http404

import fireline
from fireline import Severity, scope
from fireline.scope import Scope


def test_report_describes_logs_and_tells(reports, log):
    """One call: a report, a log line, the signal."""
    report = fireline.report(ValueError("broken"), context={"order": 7})

    assert reports == [report]
    assert log.errors[0]["error_id"] == report.error_id
    assert log.errors[0]["message"] == "INTERNAL_ERROR: ValueError: broken"
    assert log.errors[0]["order"] == 7


def test_report_takes_a_text(log):
    """What no exception says can be reported too."""
    report = fireline.report("The import has stopped", severity="critical")

    assert report.severity is Severity.CRITICAL
    assert report.exception is None
    assert (log.errors[0]["level"], log.errors[0]["text"]) == ("CRITICAL", "The import has stopped")


def test_report_says_what_the_client_may_see():
    """`message` is public, the exception's text is not."""
    report = fireline.report(ValueError("inside"), message="Please call us")

    assert report.message == "Please call us"


@pytest.mark.parametrize(
    ("severity", "level"),
    [("low", "INFO"), ("medium", "WARNING"), ("high", "ERROR"), ("critical", "CRITICAL")],
)
def test_level_follows_severity(log, severity, level):
    """Low to critical are INFO to CRITICAL."""
    fireline.report(ValueError(), severity=severity)

    assert [line["level"] for line in log.errors] == [level]


class Bad(Enum):
    """Severities of a project's own."""

    HIGH = "high"


@pytest.mark.parametrize(
    ("said", "severity"),
    [
        pytest.param("HIGH", Severity.HIGH, id="capitals"),
        pytest.param("Info", Severity.LOW, id="level-info"),
        pytest.param("WARNING", Severity.MEDIUM, id="level-warning"),
        pytest.param("error", Severity.HIGH, id="level-error"),
        pytest.param(Bad.HIGH, Severity.HIGH, id="own-enum"),
    ],
)
def test_severity_may_be_spelled_otherwise(said, severity):
    """In capitals, and by the level that says the same."""
    assert fireline.report(KeyError(), severity=said).severity is severity


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(lambda: fireline.report(Http404(), severity="awful"), id="report"),
        pytest.param(lambda: fireline.report(Http404(), context=None), id="no-context"),
        pytest.param(lambda: fireline.report(Http404(), context=[1]), id="context-that-is-none"),
    ],
)
def test_report_never_raises(reports, report):
    """Whatever its caller gives, there is a report, with what can be said."""
    report()

    assert [(told.code, told.severity) for told in reports] == [("NOT_FOUND", "medium")]


def test_text_is_reported_whatever_its_context():
    """A context that is none is kept as one value."""
    assert fireline.report("stopped", context=None).context == {"text": "stopped"}
    assert fireline.report("stopped", context=7).context == {"text": "stopped", "context": 7}


def test_wrong_severity_is_told_with_the_way_out(caplog):
    """It costs no report; Fireline complains of it once a minute."""
    fireline.report(KeyError(), severity="awful")

    complaint = next(record for record in caplog.records if record.name == "fireline")
    assert str(complaint.exc_info[1]) == (
        "awful is no severity. It is low, medium, high, critical."
    )


def test_handle_swallows_and_returns_the_fallback(reports):
    """A decorated function gives its fallback in place of the failure."""

    @fireline.handle(LookupError, fallback=list)
    def names():
        raise KeyError("names")

    assert names() == []
    assert len(reports) == 1


def test_handle_leaves_what_it_is_not_for(reports):
    """Exceptions that are not named go their way, unreported."""

    @fireline.handle(LookupError)
    def names():
        raise ValueError

    with pytest.raises(ValueError):
        names()
    assert reports == []


def test_handle_returns_what_works(reports):
    """Nothing is seen of it while nothing fails."""

    @fireline.handle(fallback=0)
    def answer():
        return 42

    assert answer() == 42
    assert reports == []


def test_handle_watches_coroutines(reports):
    """An async function is watched where it runs, not where it is called."""

    @fireline.handle(fallback="nothing")
    async def load():
        await asyncio.sleep(0)
        raise OSError

    assert asyncio.run(load()) == "nothing"
    assert len(reports) == 1


def test_handle_lets_a_cancelled_task_go(reports):
    """Cancelling is no failure."""

    @fireline.handle()
    async def load():
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(load())
    assert reports == []


def test_handle_ends_a_block(reports):
    """As a context manager it ends the block and goes on behind it."""
    with fireline.handle() as watch:
        raise OSError

    assert reports == [watch.report]
    assert scope.current() is None


def test_record_tells_and_raises(reports):
    """Those who must hear the failure still do."""
    with pytest.raises(OSError), fireline.record(context={"step": "import"}):
        raise OSError

    assert reports[0].context["step"] == "import"


def test_watch_can_be_used_again():
    """A watch that a module keeps begins anew each time: no report of before, no scope that it ends."""
    watch = fireline.handle(ValueError)
    with watch:
        raise ValueError
    request = Scope()
    scope.enter(request)

    with watch:
        pass

    assert watch.report is None
    assert scope.current() is request


def test_nested_verbs_tell_one_failure_once(reports):
    """What `record` has told, `handle` around it does not tell again."""
    with fireline.handle(), fireline.record():
        raise OSError

    assert len(reports) == 1


def rows(fail=True):
    """Two rows, and a failure behind them."""
    sent = yield 1
    yield sent
    if fail:
        raise OSError("no third row")
    return "all"


async def rows_async():
    """The same, async."""
    sent = yield 1
    yield sent
    raise OSError("no third row")


def test_generator_is_watched_while_it_runs(reports):
    """It fails when it is iterated, not when it is called; what is sent reaches it."""
    generator = fireline.record()(rows)()

    assert (next(generator), generator.send(2), reports) == (1, 2, [])
    with pytest.raises(OSError, match="no third row"):
        next(generator)
    assert len(reports) == 1


def test_generator_ends_where_it_is_handled(reports):
    """The iteration ends, and goes on behind it; nothing of it stays in between."""
    generator = fireline.handle()(rows)()
    next(generator)
    between = scope.current()

    rest = list(generator)

    assert (between, rest) == (None, [None])
    assert len(reports) == 1


def test_generator_that_works_is_as_it_was(reports):
    """Its items, and its result."""

    def delegating():
        result = yield from fireline.handle()(rows)(fail=False)
        yield result

    assert list(delegating()) == [1, None, "all"]
    assert reports == []


def test_async_generator_is_watched_while_it_runs(reports):
    """What is sent reaches it; its failure is told, and goes on or ends."""

    async def read(verb):
        generator = verb()(rows_async)()
        items = [await anext(generator), await generator.asend(2)]
        items.extend([item async for item in generator])
        return items

    assert asyncio.run(read(fireline.handle)) == [1, 2]
    with pytest.raises(OSError, match="no third row"):
        asyncio.run(read(fireline.record))
    assert len(reports) == 2


@pytest.mark.parametrize("is_left_early", [True, False])
def test_watched_context_managers_clean_up(reports, is_left_early):
    """A failure of the block is thrown into the generator, which hears it and is told of it once."""
    heard = []

    @asynccontextmanager
    @fireline.record()
    async def connection():
        try:
            yield
        except OSError:
            heard.append("rollback")
            raise
        finally:
            heard.append("closed")

    async def use():
        async with connection():
            if is_left_early:
                return
            raise OSError

    with nullcontext() if is_left_early else pytest.raises(OSError):
        asyncio.run(use())

    assert heard == (["closed"] if is_left_early else ["rollback", "closed"])
    assert len(reports) == (0 if is_left_early else 1)


def test_async_generator_that_is_closed_closes_what_it_reads(reports):
    """Leaving the loop early is no failure, and leaves nothing open."""
    heard = []

    @fireline.record()
    async def lines():
        try:
            yield 1
            yield 2
        finally:
            heard.append("closed")

    async def read_one():
        generator = lines()
        await anext(generator)
        await generator.aclose()

    asyncio.run(read_one())

    assert (heard, reports) == (["closed"], [])


def test_value_without_a_name_cannot_be_bound():
    """The message says how it is written."""
    with pytest.raises(
        TypeError, match=re.escape("bind() takes values by name. Write bind(name=7)")
    ):
        fireline.bind(7)


def test_outside_of_a_scope_each_call_tells_anew(reports):
    """Where nothing begins and ends, nothing can be remembered; a block around the work is a scope."""
    error = ValueError()
    ids = {fireline.report(error).error_id for _ in range(2)}

    with fireline.record():
        once = {fireline.report(error).error_id for _ in range(2)}

    assert (len(ids), len(once)) == (2, 1)
    assert len(reports) == 3


@pytest.mark.parametrize("verb", [fireline.handle, fireline.record])
def test_forgotten_brackets_are_told(verb):
    """A decorator without brackets is refused with the way out."""
    with pytest.raises(TypeError, match=re.escape(f"Write @{verb.__name__}() with brackets")):

        @verb
        def function():
            pass


def test_bound_values_are_in_log_lines_and_reports(log):
    """What is bound goes with everything until the scope ends, without its secrets."""
    scope.enter(Scope())
    fireline.bind(customer_id=5, api_key="abc")

    report = fireline.report(ValueError())

    assert report.context == {"customer_id": 5, "api_key": "[redacted]"}
    assert log.errors[0]["customer_id"] == 5


def test_bound_values_end_with_their_block():
    """With `with` the values are gone behind the block, older ones are back."""
    scope.enter(Scope())
    fireline.bind(step="outer", job=1)

    with fireline.bind(step="inner"):
        inside = scope.bound()

    assert inside == {"step": "inner", "job": 1}
    assert scope.bound() == {"step": "outer", "job": 1}


def test_tasks_side_by_side_bind_each_for_itself():
    """Two jobs of one request, whose blocks overlap, do not see each other's values."""
    seen = {}

    async def job(name, before, within):
        await asyncio.sleep(before)
        with fireline.bind(job=name):
            await asyncio.sleep(within)
            seen[name] = scope.bound()

    async def request():
        scope.enter(Scope())
        fireline.bind(order=1)
        await asyncio.gather(job("first", 0, 0.02), job("second", 0.01, 0.02))
        seen["afterwards"] = scope.bound()

    asyncio.run(request())

    assert seen == {
        "first": {"order": 1, "job": "first"},
        "second": {"order": 1, "job": "second"},
        "afterwards": {"order": 1},
    }


def test_block_may_end_in_another_context():
    """As where asgiref hops into a thread between the beginning and the end of a block."""
    begun = contextvars.copy_context()
    block = fireline.bind(step="inner")
    ended = contextvars.copy_context()

    begun.run(block.__exit__)
    ended.run(block.__exit__)

    assert begun.run(scope.bound) == ended.run(scope.bound) == {}


def test_block_is_a_scope_where_there_is_none():
    """Outside of a request the block is a scope: one correlation id for all of it."""
    with fireline.bind(job="import"):
        first, second = fireline.report(ValueError()), fireline.report(KeyError())

    assert first.correlation_id == second.correlation_id
    assert first.context == {"job": "import"}
    assert scope.current() is None
    assert scope.bound() == {}


def test_values_bound_outside_of_a_scope_stay(log):
    """A command binds once for all that it logs; no scope is opened that nobody would end."""
    fireline.bind(command="import")

    fireline.report(ValueError())

    assert log.errors[0]["command"] == "import"
    assert scope.current() is None


def test_scope_begins_and_ends_with_nothing_bound():
    """What a thread had bound before a request is not the request's, nor the other way round."""
    fireline.bind(left="over")

    scope.enter(Scope())
    within = scope.bound()
    fireline.bind(order=7)
    scope.leave()

    assert within == scope.bound() == {}
