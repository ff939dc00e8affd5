"""Django's own ways to fail, also where none of our middlewares stands around them."""

import logging

import pytest
from django.core.exceptions import PermissionDenied

from fireline import scope


def failing(get_response):
    """A middleware of a project that fails as the path says."""

    def middleware(request):
        if "deny" in request.path:
            raise PermissionDenied
        if "break" in request.path:
            raise ValueError("broken")
        return get_response(request)

    return middleware


@pytest.fixture
def app_only(settings):
    """The app is installed, and no middleware of ours."""
    settings.MIDDLEWARE = [f"{__name__}.failing"]


@pytest.mark.parametrize("shape", [None, "flat"])
@pytest.mark.parametrize(
    ("path", "code"),
    [
        pytest.param("/deny/", "PERMISSION_DENIED", id="403"),
        pytest.param("/break/", "INTERNAL_ERROR", id="500"),
        pytest.param("/nope/", "NOT_FOUND", id="404"),
    ],
)
def test_failure_without_a_layer_leaves_nothing_behind(
    client, settings, app_only, reports, log, shape, path, code
):
    """It is told once, and the next thing that the thread does is not under its id."""
    settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": shape}

    client.get(path, headers={"x-correlation-id": "first"})
    logging.getLogger("crm").info("something else")

    assert [(report.code, report.correlation_id) for report in reports] == [(code, "first")]
    assert scope.current() is None
    assert log.lines(logger="crm")[-1]["correlation_id"] is None
