"""A part has failed, was reported, and the rest goes on."""

from django.http import HttpRequest

import fireline
from failures.failure import Group, Outcome, failure


@failure(
    "A part with a fallback",
    group=Group.HANDLED,
    status=200,
    code="",
    client="the page, with a fallback in place of the part: @fireline.handle(fallback=...)",
    operator="crm_errors.log: one ERROR; the access line, in crm.log, is an INFO with its 200",
)
def fallback(_request: HttpRequest) -> Outcome:
    return {"recommendations": recommendations("Aschoff")}


@fireline.handle(LookupError, fallback="the catalogue")
def recommendations(name: str) -> str:
    """What this customer may like."""
    return {"Kettler": "organ pipes"}[name]


@failure(
    "A part that tells its id",
    group=Group.HANDLED,
    status=200,
    code="",
    client="the page, with the error id to quote: fireline.report(error)",
    operator="crm_errors.log: one ERROR under that id",
)
def reported(_request: HttpRequest) -> Outcome:
    try:
        newsletter = f"Sent to {int('all of them')} customers"
    except ValueError as error:
        report = fireline.report(error, context={"newsletter": "spring"})
        newsletter = "Could not be sent"
        return {"newsletter": newsletter, "error_id": report.error_id}
    return {"newsletter": newsletter}


@failure(
    "A part that is critical",
    group=Group.HANDLED,
    status=200,
    code="",
    client="what ErrorManager().handle_error() returns, with a message of ours",
    operator="crm_errors.log: one CRITICAL line",
)
def critical(_request: HttpRequest) -> Outcome:
    return fireline.ErrorManager().handle_error(
        RuntimeError("The nightly backup is empty."),
        fireline.Severity.CRITICAL,
        context={"job": "backup"},
        user_message="The last backup cannot be used.",
    )
