"""The service of the tests: views that work, and views that fail in every way."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from django.contrib import admin
from django.db import connection
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.urls import path
from django.views.generic import View

import fireline
from tests.raised import RAISED


def works(request: HttpRequest) -> HttpResponse:
    return HttpResponse("works")


async def works_async(request: HttpRequest) -> HttpResponse:
    return HttpResponse("works")


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("the secret is password=hunter2\nand a second line")


async def broken_async(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0)
    raise ValueError("broken in a coroutine")


def fails(request: HttpRequest, how: str) -> HttpResponse:
    raise RAISED[how].with_traceback(None)


def singleton(request: HttpRequest) -> HttpResponse:
    raise RAISED["database-bug"]


def told_before(request: HttpRequest) -> HttpResponse:
    """Reported by hand, then raised: still one failure."""
    error = ValueError("told by hand")
    fireline.report(error)
    raise error


def handled(request: HttpRequest) -> HttpResponse:
    """A part fails, the answer works."""
    with fireline.handle():
        raise KeyError("a part")
    return HttpResponse("works")


def status(request: HttpRequest, code: int) -> HttpResponse:
    """An error made by hand, with a body."""
    return HttpResponse("made by hand", status=code)


def empty(request: HttpRequest, code: int) -> HttpResponse:
    """An error made by hand, without one."""
    response = HttpResponse(status=code)
    response["X-Own"] = "kept"
    return response


class OnlyPost(View):
    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{len(request.POST)}")


def body(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.body)))


def stream(request: HttpRequest) -> HttpResponseBase:
    def chunks() -> Iterator[bytes]:
        for number in range(int(request.GET.get("n", "3"))):
            if request.GET.get("fail") == str(number):
                raise ValueError("broken in the middle")
            yield f"{number}\n".encode()

    return StreamingHttpResponse(chunks())


async def stream_async(request: HttpRequest) -> HttpResponseBase:
    async def chunks() -> AsyncIterator[bytes]:
        for number in range(int(request.GET.get("n", "3"))):
            if request.GET.get("fail") == str(number):
                raise ValueError("broken in the middle")
            await asyncio.sleep(float(request.GET.get("wait", "0")))
            yield f"{number}\n".encode()

    return StreamingHttpResponse(chunks())


def file(request: HttpRequest) -> HttpResponseBase:
    return FileResponse(open(__file__, "rb"))


waiting = asyncio.Event()


async def waits(request: HttpRequest) -> HttpResponse:
    waiting.set()
    await asyncio.sleep(30)
    return HttpResponse("too late")


async def waits_in_vain(request: HttpRequest) -> HttpResponse:
    task = asyncio.create_task(asyncio.sleep(60))
    task.cancel()
    await task
    return HttpResponse("too late")


def stops(request: HttpRequest) -> HttpResponse:
    raise SystemExit(1)


def user(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.user))


def queries(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("works")


urlpatterns = [
    path("works/", works, name="works"),
    path("api/works/", works),
    path("works-async/", works_async),
    path("broken/", broken),
    path("api/broken/", broken),
    path("broken-async/", broken_async),
    path("fails/<str:how>/", fails),
    path("api/fails/<str:how>/", fails),
    path("singleton/", singleton),
    path("told-before/", told_before),
    path("handled/", handled),
    path("status/<int:code>/", status),
    path("empty/<int:code>/", empty),
    path("only-post/", OnlyPost.as_view()),
    path("body/", body),
    path("stream/", stream),
    path("stream-async/", stream_async),
    path("file/", file),
    path("waits/", waits),
    path("waits-in-vain/", waits_in_vain),
    path("stops/", stops),
    path("user/", user),
    path("queries/", queries),
    path("admin/", admin.site.urls),
]
