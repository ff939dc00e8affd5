"""A thousand operations over two restarts of the database: none is lost, none is done twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from signal import SIGINT, SIGQUIT
from threading import Event, Lock

from django.db import OperationalError, connections, transaction

from fireline.resilience import retry_db_operation
from tests.resilience.postgres import needs_postgres

OPERATIONS, THREADS = 1000, 4


def execute(statement, number):
    with connections["postgres"].cursor() as cursor:
        cursor.execute(statement, [number])


@retry_db_operation(max_retries=12, delay=0.01, idempotent=True)
def keyed(number):
    """May run twice: the key sees to it that there is one row."""
    execute("INSERT INTO keyed VALUES (%s) ON CONFLICT DO NOTHING", number)


@retry_db_operation(max_retries=12, delay=0.01)
def single(number):
    """A statement that must not run twice."""
    execute("INSERT INTO work VALUES (%s, 'single')", number)


@retry_db_operation(max_retries=12, delay=0.01)
def double(number):
    """A transaction that must not run twice."""
    with transaction.atomic("postgres"):
        execute("INSERT INTO work VALUES (%s, 'double')", number)
        execute("INSERT INTO other VALUES (%s)", number)


KINDS = (keyed, single, double)


@needs_postgres
def test_restarts_lose_no_operation_and_repeat_none(postgres, heard, django_db_blocker):
    """
    What returned is there, once; what may run twice always returned.

    Of the others only those raised whose commit was on its way when the database went.
    """
    for table in ("keyed (number int PRIMARY KEY)", "other (number int)"):
        postgres.ask(f"DROP TABLE IF EXISTS {table.partition(' ')[0]}")
        postgres.ask(f"CREATE TABLE {table}")
    told: dict[int, Exception | None] = {}
    reached = {300: Event(), 650: Event()}
    lock = Lock()

    def work(numbers):
        try:
            for number in numbers:
                error = None
                try:
                    KINDS[number % 3](number)
                except OperationalError as raised:
                    error = raised
                with lock:
                    told[number] = error
                    if len(told) in reached:
                        reached[len(told)].set()
        finally:
            connections["postgres"].close()

    with ThreadPoolExecutor(THREADS) as pool:
        working = [pool.submit(work, range(start, OPERATIONS, THREADS)) for start in range(THREADS)]
        for is_reached, how in zip(reached.values(), (SIGQUIT, SIGINT), strict=True):
            assert is_reached.wait(60)
            postgres.restart(how)
        for each in as_completed(working):
            each.result()

    keyed_rows, work_rows, other_rows = (
        Counter(number for (number,) in postgres.ask(f"SELECT number FROM {table}"))
        for table in ("keyed", "work", "other")
    )
    unsure = {number for number, error in told.items() if error}
    assert len(told) == OPERATIONS
    assert keyed_rows == Counter(range(0, OPERATIONS, 3))
    assert max((work_rows + Counter()).values()) == 1
    assert set(range(OPERATIONS)) - set(keyed_rows) - set(work_rows) <= unsure
    assert set(other_rows) == {number for number in work_rows if number % 3 == 2}
    assert not [number for number in unsure if number % 3 == 0]
    assert len(unsure) <= 2 * THREADS
    outcomes = Counter(said["outcome"] for said in heard)
    assert outcomes["unsafe"] == len(unsure)
    assert outcomes["succeeded"] > 0
