"""A view that calls a view of DRF: one incident, under one id."""

import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

import fireline

pytestmark = pytest.mark.urls(__name__)


class Missing(APIView):
    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request) -> Response:
        raise NotFound("There is no row 7")


def batch(request: HttpRequest) -> HttpResponse:
    """Calls the view for one row, and goes on with the next."""
    fireline.bind(batch=1)
    Missing.as_view()(RequestFactory().get("/rows/7/"))
    logging.getLogger("crm.batch").info("after")
    return HttpResponse("done")


def forward(request: HttpRequest) -> HttpResponse:
    """Answers what the other view has answered."""
    response = Missing.as_view()(RequestFactory().get("/rows/7/"))
    return response.render()


urlpatterns = [path("batch/", batch), path("forward/", forward)]


@pytest.mark.parametrize("shape", [None, "flat"])
def test_call_of_a_view_ends_with_its_answer(api, shaped, log, shape):
    """Its failure is told under the id of the request; what follows is the outer view's again."""
    shaped(shape)

    response = api.get("/batch/", headers={"x-correlation-id": "outer"})

    lines = {line["logger"]: line for line in log.lines()}
    assert response.status_code == 200
    assert {line["correlation_id"] for line in lines.values()} == {"outer"}
    assert lines["crm.errors"]["path"] == "/rows/7/"
    assert lines["crm.errors"]["batch"] == lines["crm.batch"]["batch"] == 1
    assert (lines["crm.access"]["path"], lines["crm.access"]["level"]) == ("/batch/", "INFO")


def test_answer_that_is_passed_on_is_one_failure(api, shaped, reports, log):
    """The answer of the inner view is the outer's: told once, and named in the access line."""
    shaped("flat")

    response = api.get("/forward/")

    assert [report.error_id for report in reports] == [response["X-Error-ID"]]
    assert log.access[0]["error_id"] == reports[0].error_id
