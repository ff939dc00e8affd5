"""Database operations over a restart: what is safe is done again, what is not says so."""

import asyncio
import sqlite3
from contextlib import ExitStack, suppress
from signal import SIGINT, SIGQUIT
from threading import Event, Timer

import psycopg
import pytest
import stamina
from asgiref.sync import async_to_sync, sync_to_async
from django.db import DatabaseError, IntegrityError, OperationalError, connections, transaction
from django.db.transaction import TransactionManagementError

from fireline.resilience import retry_db_operation
from fireline.resilience.effects import watch
from fireline.signals import retried
from tests.resilience.cutting import network
from tests.resilience.postgres import needs_postgres

pytestmark = needs_postgres


def execute(statement, *values):
    """Over the connection that Django has in this thread."""
    with connections["postgres"].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else None


def insert(number):
    """A row of work."""
    execute("INSERT INTO work VALUES (%s, 'operation')", number)


def close():
    """Close the connection of this thread."""
    connections["postgres"].close()


def numbers(postgres):
    """What is in the table, asked over another connection."""
    return [number for (number,) in postgres.ask("SELECT number FROM work ORDER BY number")]


@pytest.fixture
def when_retried():
    """Have something done when the next attempt has been announced, and before its wait."""
    todo = []

    def hear(*, outcome, **_):
        if outcome == "again" and todo:
            todo.pop(0)()

    def when_retried(*steps):
        todo.extend(steps)
        retried.connect(hear)

    yield when_retried
    retried.disconnect(hear)


def outcomes(heard):
    return [said["outcome"] for said in heard]


# Restarts


@pytest.mark.parametrize("how", [SIGINT, SIGQUIT], ids=["in-order", "crash"])
def test_connection_that_a_restart_has_ended_is_replaced(postgres, heard, how):
    """Before the operation begins, so that it need not fail at all."""
    insert(1)
    postgres.restart(how)

    retry_db_operation()(insert)(2)

    assert numbers(postgres) == [1, 2]
    assert heard == []


def test_database_that_is_down_is_waited_for(postgres, heard, when_retried):
    """It comes back while the operation waits for its second attempt."""
    postgres.stop()
    when_retried(postgres.start)

    retry_db_operation(delay=0.01)(insert)(1)

    assert numbers(postgres) == [1]
    assert outcomes(heard) == ["again", "succeeded"]


@pytest.mark.parametrize("how", [SIGINT, SIGQUIT], ids=["in-order", "crash"])
def test_restart_inside_of_a_transaction_repeats_the_whole(postgres, heard, how):
    """Its first statement is lost with it, and done again."""
    restarts = [how]

    @retry_db_operation(delay=0.01)
    def two_rows():
        with transaction.atomic("postgres"):
            insert(1)
            if restarts:
                postgres.restart(restarts.pop())
            insert(2)

    two_rows()

    assert numbers(postgres) == [1, 2]
    assert outcomes(heard) == ["again", "succeeded"]


def test_database_that_hangs_is_waited_for(postgres, heard, when_retried):
    """A row is locked, then the server is frozen, then well: nobody asks the old connection."""
    insert(1)
    has_hung = Event()
    with psycopg.connect(postgres.address) as other, ExitStack() as frozen:
        other.execute("UPDATE work SET made_by = 'other'")
        alarm = Timer(15, lambda: (has_hung.set(), frozen.close()))
        alarm.start()
        when_retried(
            lambda: frozen.enter_context(postgres.frozen()),
            lambda: (frozen.close(), other.rollback()),
        )

        @retry_db_operation(delay=0.01)
        def operation():
            with transaction.atomic("postgres"):
                execute("SELECT * FROM work WHERE number = 1 FOR UPDATE NOWAIT")
                insert(2)

        operation()
        alarm.cancel()

    assert not has_hung.is_set()
    assert numbers(postgres) == [1, 2]
    assert outcomes(heard) == ["again", "again", "succeeded"]


def test_broken_connection_is_closed_before_the_next_attempt(postgres, when_retried):
    """Each attempt has one of its own, and none is left over."""
    backends = []

    @retry_db_operation(delay=0.01)
    def operation():
        ((backend,),) = execute("SELECT pg_backend_pid()")
        backends.append(backend)
        if len(backends) < 3:
            postgres.ask(f"SELECT pg_terminate_backend({backend})")
        insert(1) if len(backends) == 3 else execute("SELECT 1")

    operation()

    assert len(set(backends)) == 3
    open_now = "SELECT count(*) FROM pg_stat_activity WHERE application_name = '' AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    assert postgres.ask(open_now) == [(1,)]


def test_operation_in_a_coroutine(postgres, heard, when_retried):
    """The connection lives in a thread; the loop goes on."""
    postgres.stop()
    when_retried(postgres.start)

    @retry_db_operation(delay=0.01)
    async def operation():
        await sync_to_async(insert)(1)
        return "done"

    async def main():
        try:
            return await operation()
        finally:
            await sync_to_async(close)()

    assert asyncio.run(main()) == "done"
    assert numbers(postgres) == [1]
    assert outcomes(heard) == ["again", "succeeded"]


# Nothing twice


@pytest.fixture
def cut(postgres):
    """A network that may be cut between the service and the database."""
    with network(postgres.port) as between:
        connections["postgres"].close()
        connections["postgres"].settings_dict["PORT"] = between.port
        yield between
        connections["postgres"].close()


def test_commit_whose_answer_is_lost_is_not_done_twice(postgres, cut, heard):
    """It has been done: who calls gets the error, and the log says why it is not tried again."""

    @retry_db_operation(delay=0.01)
    def operation():
        with transaction.atomic("postgres"):
            insert(1)
            cut.cut_after = b"COMMIT"

    with pytest.raises(OperationalError):
        operation()

    assert numbers(postgres) == [1]
    assert outcomes(heard) == ["unsafe"]


def test_insert_whose_answer_is_lost_is_not_done_twice(postgres, cut, heard):
    """Outside of a transaction each statement is its own commit."""
    cut.cut_after = b"INSERT"

    with pytest.raises(OperationalError):
        retry_db_operation(delay=0.01)(insert)(1)

    assert numbers(postgres) == [1]
    assert outcomes(heard) == ["unsafe"]


def test_insert_in_a_transaction_whose_answer_is_lost_is_done_again(postgres, cut, heard):
    """It was never committed."""

    @retry_db_operation(delay=0.01)
    def operation():
        with transaction.atomic("postgres"):
            insert(1)

    cut.cut_after = b"INSERT"
    operation()

    assert numbers(postgres) == [1]
    assert outcomes(heard) == ["again", "succeeded"]


def test_what_was_committed_before_is_not_done_twice(postgres, cut, heard):
    """Neither by a statement nor by a transaction, also one that is decorated."""

    @transaction.atomic("postgres")
    def in_transaction(number):
        insert(number)

    for first, second in ((insert, in_transaction), (in_transaction, in_transaction)):

        @retry_db_operation(delay=0.01)
        def operation(first=first, second=second):
            first(1)
            cut.cut_after = b"INSERT"
            second(2)

        with pytest.raises(OperationalError):
            operation()

    assert numbers(postgres) == [1, 1]
    assert outcomes(heard) == ["unsafe", "unsafe"]


def test_commit_that_was_lost_and_swallowed_is_not_forgotten(postgres, cut, heard):
    """The operation goes on, and fails in its next transaction."""

    @retry_db_operation(delay=0.01)
    def operation():
        with suppress(OperationalError), transaction.atomic("postgres"):
            insert(1)
            cut.cut_after = b"COMMIT"
        with transaction.atomic("postgres"):
            cut.cut_after = b"INSERT"
            insert(2)

    with pytest.raises(OperationalError):
        operation()

    assert numbers(postgres) == [1]
    assert outcomes(heard) == ["unsafe"]


def test_read_whose_answer_is_lost_is_done_again(postgres, cut, heard):
    """It changes nothing."""
    cut.cut_after = b"SELECT 7"

    assert retry_db_operation(delay=0.01)(execute)("SELECT 7") == [(7,)]
    assert outcomes(heard) == ["again", "succeeded"]


def test_operation_that_may_run_twice_says_so(postgres, cut, heard):
    """The unique key sees to it that there is one row."""
    postgres.ask("CREATE UNIQUE INDEX once ON work (number)")
    cut.cut_after = b"INSERT"

    @retry_db_operation(delay=0.01, idempotent=True)
    def operation():
        execute("INSERT INTO work VALUES (1, 'operation') ON CONFLICT DO NOTHING")

    operation()

    assert numbers(postgres) == [1]
    assert outcomes(heard) == ["again", "succeeded"]


def test_operation_inside_of_another_counts_as_its_own(postgres, cut, heard):
    """The outer one is not repeated for what the inner one has committed."""
    inner = retry_db_operation(delay=0.01)(insert)

    @retry_db_operation(delay=0.01)
    def outer():
        inner(1)
        cut.cut_after = b"SELECT 7"
        execute("SELECT 7")

    with pytest.raises(OperationalError):
        outer()

    assert numbers(postgres) == [1]


# What is transient


def test_row_that_is_locked_is_waited_for(postgres, heard, when_retried):
    """The other transaction ends while the operation waits."""
    insert(1)

    @retry_db_operation(delay=0.01)
    def operation():
        with transaction.atomic("postgres"):
            insert(2)
            execute("SELECT * FROM work WHERE number = 1 FOR UPDATE NOWAIT")

    with psycopg.connect(postgres.address) as other:
        other.execute("UPDATE work SET made_by = 'other'")
        when_retried(other.rollback)
        operation()

    assert numbers(postgres) == [1, 2]
    assert outcomes(heard) == ["again", "succeeded"]


@pytest.mark.parametrize("is_transaction", [False, True], ids=["autocommit", "transaction"])
def test_locked_sqlite_is_waited_for(
    tmp_path, heard, when_retried, django_db_blocker, is_transaction
):
    """Where there is no network, nothing is ever half done."""
    path = tmp_path / "shop.sqlite3"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.executescript("CREATE TABLE work (number int); BEGIN IMMEDIATE")
    when_retried(holder.rollback)
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": {"timeout": 0.01}}
    given = connections.configure_settings({**connections.settings, "shop": sqlite})
    connections.settings["shop"] = given["shop"]

    @retry_db_operation(delay=0.01)
    def operation():
        connection = connections["shop"]
        if is_transaction:
            with transaction.atomic("shop"), connection.cursor() as cursor:
                cursor.execute("INSERT INTO work VALUES (1)")
        else:
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO work VALUES (1)")

    with django_db_blocker.unblock():
        try:
            operation()
            rows = holder.execute("SELECT * FROM work").fetchall()
        finally:
            connections["shop"].close()
            del connections["shop"], connections.settings["shop"]
            holder.close()

    assert rows == [(1,)]
    assert outcomes(heard) == ["again", "succeeded"]


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        pytest.param("SELECT * FROM no_such_table", DatabaseError, id="missing-table"),
        pytest.param("INSERT INTO work VALUES (1), (1)", IntegrityError, id="duplicate"),
        pytest.param("SELECT 1 / 0", DatabaseError, id="division"),
    ],
)
def test_error_that_would_come_again_is_let_through(postgres, heard, statement, error):
    """It is asked once."""
    postgres.ask("CREATE UNIQUE INDEX once ON work (number)")

    with pytest.raises(error):
        retry_db_operation(delay=0.01)(execute)(statement)

    assert heard == []


# How long


def test_three_attempts_with_waits_of_one_and_two_seconds(postgres, heard):
    """`delay * 2**attempt`, and up to half of it on top; then the last error."""
    postgres.stop()

    with stamina.set_testing(True, attempts=3), pytest.raises(OperationalError):  # without waiting
        retry_db_operation(max_retries=3, delay=1)(insert)(1)

    assert outcomes(heard) == ["again", "again", "failed"]
    assert 1 <= heard[0]["wait"] <= 1.5
    assert 2 <= heard[1]["wait"] <= 3


def test_inside_of_a_request_the_error_comes_before_the_wait_that_is_too_long(
    postgres, heard, settings, request
):
    """Of the waits of 0.8 and 1.6 s the second would pass a budget of 2.3 s."""
    settings.FIRELINE = {**settings.FIRELINE, "RETRY_BUDGET_SECONDS": 2.3}
    postgres.stop()
    request.getfixturevalue("inside_request")

    with pytest.raises(OperationalError):
        retry_db_operation(max_retries=9, delay=0.8)(insert)(1)

    assert outcomes(heard) == ["again", "out_of_time"]


# Transactions


def test_operation_is_refused_inside_of_a_transaction(postgres, heard):
    """The message says what to do."""
    operation = retry_db_operation(delay=0.01)(insert)

    with (
        transaction.atomic("postgres"),
        pytest.raises(
            TransactionManagementError, match="on the function that opens the transaction"
        ),
    ):
        operation(1)

    assert numbers(postgres) == []
    assert heard == []


def test_coroutine_is_refused_inside_of_a_transaction_too(postgres):
    """Its connection is that of the thread that waits for it."""

    @retry_db_operation(delay=0.01)
    async def operation():
        await sync_to_async(insert)(1)

    with transaction.atomic("postgres"), pytest.raises(TransactionManagementError):
        async_to_sync(operation)()

    assert numbers(postgres) == []


def test_transaction_of_another_database_does_not_matter_where_one_is_named(postgres):
    """`using` says which one it is about."""
    with transaction.atomic("default"):
        retry_db_operation(using="postgres")(insert)(1)

        with pytest.raises(TransactionManagementError, match="on 'default'"):
            retry_db_operation()(insert)(2)

    assert numbers(postgres) == [1]


@pytest.mark.django_db
def test_transaction_of_a_test_case_is_none(heard, django_capture_on_commit_callbacks):
    """As Django has it for `durable`: a service's tests can call what it decorates."""
    errors = [OperationalError("server closed the connection unexpectedly")]
    watch(connections["default"])  # as an earlier call outside of a test case has left it

    @retry_db_operation(delay=0.001)
    def operation():
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("UPDATE django_session SET session_data = ''")
        if errors:
            raise errors.pop()
        return "done"

    with django_capture_on_commit_callbacks() as callbacks:
        assert operation() == "done"

    assert outcomes(heard) == ["again", "succeeded"]
    assert callbacks == []


# In views


@pytest.mark.parametrize("path", ["/pay/", "/pay-async/"])
def test_view_answers_503_when_the_time_is_over(client, postgres, heard, settings, log, path):
    """The client gets the catalogue's answer; the retries stand in the log under its id."""
    settings.ROOT_URLCONF = "tests.resilience.urls"
    settings.FIRELINE = {
        **settings.FIRELINE, "RESPONSE_FORMAT": "problem", "RETRY_BUDGET_SECONDS": 2.3
    }  # fmt: skip
    postgres.stop()

    response = client.post(path, headers={"X-Correlation-ID": "order-7"})

    assert (response.status_code, response.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert outcomes(heard) == ["again", "out_of_time"]
    assert {line["correlation_id"] for line in log.lines(logger=".retries")} == {"order-7"}


@pytest.mark.parametrize("path", ["/pay/", "/pay-async/"])
def test_view_survives_a_restart(client, postgres, heard, settings, when_retried, path):
    """The client waits a little longer, and knows of nothing."""
    settings.ROOT_URLCONF = "tests.resilience.urls"
    settings.FIRELINE = {**settings.FIRELINE, "RETRY_BUDGET_SECONDS": 30}
    postgres.stop()
    when_retried(postgres.start)

    assert client.post(path).content == b"paid"
    assert numbers(postgres) == [7]


# What is refused


def test_decorator_without_parentheses_is_refused():
    """It would take the function for a number of attempts."""
    with pytest.raises(TypeError, match="parentheses"):
        retry_db_operation(insert)


@pytest.mark.parametrize("how", [{"max_retries": 0}, {"delay": -1}], ids=repr)
def test_plan_that_cannot_work_is_refused(how):
    """Where it is written."""
    with pytest.raises(ValueError):
        retry_db_operation(**how)
