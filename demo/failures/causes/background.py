"""No request waits for it: a job in a thread, a command at the prompt."""

from customers.imports import import_in_background
from django.http import HttpRequest

from failures.failure import Button, Group, Outcome, at_the_prompt, failure
from fireline.scope import current


@failure(
    "An import in the background",
    group=Group.BACKGROUND,
    status=200,
    code="INTERNAL_ERROR",
    client="that the import has begun; it fails a moment later",
    operator="crm_errors.log: one ERROR with job=import, under the request's correlation id",
    button=Button.FORM,
)
def background_import(_request: HttpRequest) -> Outcome:
    import_in_background(["name,mail", "Pelle Lindqvist,pelle@lindqvist.example"])
    scope = current()
    return {"import": "has begun", "correlation_id": scope.correlation_id if scope else ""}


at_the_prompt(
    "failed-command",
    "A command, as cron runs it",
    group=Group.BACKGROUND,
    status=500,
    code="INTERNAL_ERROR",
    client="at the prompt: the traceback, and the exit status 1",
    operator="crm_errors.log: one ERROR with the command line, its secrets taken out",
    shell=".venv/bin/python demo/manage.py import_customers demo/customers/seed/old-export.csv",
)
at_the_prompt(
    "mistaken-command",
    "A mistake at the prompt",
    group=Group.BACKGROUND,
    status=400,
    code="",
    client="at the prompt: what is wrong, and the exit status 1",
    operator="nothing: that is no failure of the service",
    shell=".venv/bin/python demo/manage.py import_customers no-such-file.csv",
)
