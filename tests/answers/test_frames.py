"""Error frames and close codes, from reports."""

from datetime import timedelta

import pytest
from django.test import RequestFactory

from fireline.answers.frames import close_code, frame, is_last
from fireline.errors import Failure, describe
from fireline.errors.catalog import Description, kind_named


def report_of(code, **more):
    return describe(None, description=Description(kind=kind_named(code), **more))


def test_frame_has_six_fields():
    """What a client learns is what it learns from REST."""
    report = describe(Failure("Sold out", code="BUSINESS_RULE_VIOLATED", details={"left": 0}))

    assert frame(report) == {
        "type": "error",
        "code": "BUSINESS_RULE_VIOLATED",
        "message": "Sold out",
        "details": {"left": 0},
        "error_id": report.error_id,
        "correlation_id": report.correlation_id,
    }


def test_frame_says_when_to_try_again():
    """A frame has no headers."""
    report = report_of("RATE_LIMITED", retry_after=timedelta(seconds=1.2))

    assert frame(report)["details"] == {"retry_after": 2}


def test_frame_spells_codes_as_the_service_does(settings):
    """A front end has one table of codes."""
    request = RequestFactory().get("/ws/")
    settings.FIRELINE = {"RESPONSE_FORMAT": "nested", "CODE_NAMES": {"RATE_LIMITED": "SLOWER"}}

    codes = [frame(report_of(code), request)["code"] for code in ("NOT_FOUND", "RATE_LIMITED")]

    assert codes == ["RESOURCE_NOT_FOUND", "SLOWER"]


@pytest.mark.parametrize(
    ("code", "closes_with", "ends_an_open_socket"),
    [
        pytest.param("VALIDATION_ERROR", 4400, False, id="validation"),
        pytest.param("MALFORMED_MESSAGE", 4400, False, id="malformed"),
        pytest.param("UNAUTHENTICATED", 4401, True, id="unauthenticated"),
        pytest.param("PERMISSION_DENIED", 4403, False, id="forbidden"),
        pytest.param("NOT_FOUND", 4404, False, id="no-route"),
        pytest.param("BUSINESS_RULE_VIOLATED", 4422, False, id="business"),
        pytest.param("RATE_LIMITED", 4429, False, id="too-fast"),
        pytest.param("EXTERNAL_SERVICE_ERROR", 1013, False, id="external"),
        pytest.param("INTERNAL_ERROR", 1011, True, id="ours"),
    ],
)
def test_close_codes_follow_the_status(code, closes_with, ends_an_open_socket):
    """The table of docs/websockets.md."""
    report = report_of(code)

    assert close_code(report) == closes_with
    assert is_last(report) is ends_an_open_socket
