"""The Celery app, as its manual shows for Django, and its tasks."""

import os
import signal
import threading
import time

from celery import Celery, Task
from celery.exceptions import Ignore, Reject

import fireline
from tests.background import jobs

app = Celery("crm", set_as_current=False)
app.conf.update(
    broker_url=os.environ.get("TESTS_BROKER", "memory://"),
    result_backend=os.environ.get("TESTS_BROKER", "cache+memory://"),
    broker_connection_retry_on_startup=True,
    worker_prefetch_multiplier=1,
)


@app.task
def work(how: str, password: str = "", **options: object) -> str:
    return jobs.work(how)


@app.task
def reported(how: str) -> None:
    jobs.reported(how)


@app.task(acks_late=True)
def late(how: str) -> None:
    jobs.work(how)


@app.task(autoretry_for=(Exception,), retry_kwargs={"max_retries": 2, "countdown": 0})
def again(how: str) -> None:
    jobs.work(how)


@app.task(bind=True, max_retries=3)
def recovers(self: Task) -> str:
    if self.request.retries < 2:
        raise self.retry(exc=ConnectionError("not yet"), countdown=0)
    return "done"


@app.task
def ignored() -> None:
    raise Ignore


@app.task(acks_late=True)
def rejected() -> None:
    raise Reject("no", requeue=False)


@app.task(throws=(KeyError,))
def expected() -> None:
    raise KeyError("expected")


@app.task
def unpicklable() -> None:
    raise jobs.Unpicklable(7, threading.Lock())


@app.task(soft_time_limit=1)
def soft() -> None:
    time.sleep(20)


@app.task(time_limit=1)
def hard() -> None:
    time.sleep(20)


@app.task
def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@app.task
def binds() -> None:
    fireline.bind(customer=7)
    jobs.work("database-bug")
