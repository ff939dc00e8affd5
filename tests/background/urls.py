"""Requests that send work into the background."""

from django.http import HttpRequest, JsonResponse
from django.urls import path

from tests.background import deferred, jobs


def fails(request: HttpRequest, how: str) -> JsonResponse:
    return JsonResponse({"done": jobs.work(how)})


def by_celery(request: HttpRequest, task: str) -> JsonResponse:
    from tests.background import celery_app

    sent = getattr(celery_app, task).delay(*request.GET.getlist("arg"))
    return JsonResponse({"task_id": sent.id})


def by_celery_at_once(request: HttpRequest, task: str) -> JsonResponse:
    from tests.background import celery_app

    done = getattr(celery_app, task).apply(request.GET.getlist("arg"))
    jobs.logger.info("after the task")
    return JsonResponse({"task_id": done.id, "state": done.state})


def by_chain(request: HttpRequest) -> JsonResponse:
    from celery import chain

    from tests.background.celery_app import work

    sent = chain(work.si("works"), work.si("mute"))()
    return JsonResponse({"task_id": sent.id})


def by_django(request: HttpRequest, task: str) -> JsonResponse:
    using = getattr(deferred, task).using(backend=request.GET.get("backend", "default"))
    sent = using.enqueue(*request.GET.getlist("arg"))
    return JsonResponse({"task_id": str(sent.id), "status": sent.status})


urlpatterns = [
    path("fails/<str:how>/", fails),
    path("celery/<str:task>", by_celery),
    path("celery-at-once/<str:task>", by_celery_at_once),
    path("chain", by_chain),
    path("django/<str:task>", by_django),
]
