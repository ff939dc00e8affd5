"""Django's tasks, of Django 6 or of the backport."""

import django

from tests.background import jobs

if django.VERSION >= (6, 0):
    from django.tasks import task
else:
    from django_tasks import task


@task
def work(how: str, password: str = "") -> str:
    return jobs.work(how)


@task
def reported(how: str) -> None:
    jobs.reported(how)


@task(takes_context=True)
def with_context(context: object, how: str, password: str) -> None:
    jobs.work(how)


@task
async def work_async(how: str) -> str:
    return jobs.work(how)
