"""Our own faults."""

import time
from asyncio import sleep
from collections.abc import AsyncIterator, Sequence

from django.http import HttpRequest, StreamingHttpResponse

from failures.failure import Group, Outcome, failure


class StatementError(Exception):
    """No statement can be made."""


@failure(
    "A bug, some calls deep",
    group=Group.SYSTEM,
    status=500,
    code="INTERNAL_ERROR",
    client="that it is our fault, and the error id to quote; nothing of the bug",
    operator="crm_errors.log: one ERROR with both exceptions, the cause and every frame",
)
def bug(_request: HttpRequest) -> Outcome:
    return {"statement": statement_of("2026-02", {"Aschoff": [120, 80], "Kettler": []})}


def statement_of(month: str, orders: dict[str, list[int]]) -> list[str]:
    """A line for each customer."""
    try:
        return [line_of(name, amounts) for name, amounts in orders.items()]
    except ArithmeticError as error:
        raise StatementError(f"No statement for {month}.") from error


def line_of(name: str, amounts: Sequence[int]) -> str:
    """The customer with their average order."""
    return f"{name}: {average(amounts):.2f}"


def average(amounts: Sequence[int]) -> float:
    """Forgets those who have ordered nothing."""
    return sum(amounts) / len(amounts)


class SpeechlessError(Exception):
    """An exception that cannot even say what it is."""

    def __str__(self) -> str:
        raise LookupError("There are no words for this.")


@failure(
    "An exception that cannot be shown",
    group=Group.SYSTEM,
    status=500,
    code="INTERNAL_ERROR",
    client="the same 500 as for any bug",
    operator="crm_errors.log: one ERROR with its class and frames; nothing else breaks",
)
def speechless(_request: HttpRequest) -> Outcome:
    raise SpeechlessError


@failure(
    "A slow answer",
    group=Group.SYSTEM,
    status=200,
    code="",
    client="the answer, after a little more than a second",
    operator="crm.log: the access line as WARNING with slow=true",
)
def slow(_request: HttpRequest) -> Outcome:
    time.sleep(1.1)
    return {"waited": "1.1 seconds"}


@failure(
    "A download that breaks off",
    group=Group.SYSTEM,
    status=200,
    code="INTERNAL_ERROR",
    client="200 and a few lines, then a broken connection",
    operator="crm_errors.log: the ERROR, and the access line as ERROR although it says 200",
)
def broken_download(_request: HttpRequest) -> Outcome:
    return StreamingHttpResponse(export(), content_type="text/plain; charset=utf-8")


async def export() -> AsyncIterator[str]:
    """Three customers, and one too many."""
    for name in ("Aschoff", "Kettler", "Nishida", None):
        yield f"{name.upper()}\n"
        await sleep(0.1)
