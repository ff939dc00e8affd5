"""A service with the tracker, and a page whose script fails under a strict Content-Security-Policy."""

import os
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.tracker.ingest.urls import urlpatterns as trackers

PAGE = """<!doctype html><title>Shop</title>
<script src="/page.js" data-dsn="{dsn}" data-release="shop@1"></script>
<script src="/fails.js"></script>
<img src="https://elsewhere.invalid/x.png">"""


def page(request: HttpRequest) -> HttpResponse:
    dsn = request.GET["dsn"]
    report = request.GET["report"]
    answer = HttpResponse(PAGE.format(dsn=dsn))
    answer["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self'; connect-src {request.GET['to']}; report-uri {report}"
    )
    return answer


def page_script(request: HttpRequest) -> HttpResponse:
    script = Path(os.environ["TESTS_SCRIPT"]).read_bytes()
    return HttpResponse(script, content_type="text/javascript")


def fails_script(request: HttpRequest) -> HttpResponse:
    script = "function buy() { undefinedCart.add(1); }\nbuy();"
    return HttpResponse(script, content_type="text/javascript")


urlpatterns = [
    *trackers,
    path("page/", page),
    path("page.js", page_script),
    path("fails.js", fails_script),
]
