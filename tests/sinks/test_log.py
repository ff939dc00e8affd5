"""The log line of a report: a message that people read, and nothing that a context can lose or forge."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from rest_framework import serializers

import fireline


class Line(serializers.Serializer):
    amount = serializers.IntegerField(min_value=1)


class Order(serializers.Serializer):
    name = serializers.CharField()
    lines = Line(many=True)


def drf_error():
    """What DRF raises for an order with two wrong entries."""
    order = Order(data={"lines": [{"amount": 3}, {"amount": 0}]})
    try:
        order.is_valid(raise_exception=True)
    except serializers.ValidationError as error:
        return error
    raise AssertionError("it is valid")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        pytest.param(
            drf_error(),
            "name: This field is required. | "
            "lines.1.amount: Ensure this value is greater than or equal to 1.",
            id="drf",
        ),
        pytest.param(serializers.ValidationError("Closed today"), "Closed today", id="drf-text"),
        pytest.param(ValidationError({"name": ["Taken"]}), "name: Taken", id="django"),
        pytest.param(ValidationError("password=hunter2"), "password=[redacted]", id="secret"),
    ],
)
def test_wrong_entries_are_told_in_words(log, error, message):
    """Field and what is wrong with it: no braces, no ErrorDetail(string=...)."""
    fireline.report(error)

    assert log.errors[0]["message"] == f"VALIDATION_ERROR: {message}"


def test_other_exceptions_are_told_with_their_class(log):
    """As Python says them."""
    fireline.report(ValueError("broken"))

    assert log.errors[0]["message"] == "INTERNAL_ERROR: ValueError: broken"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("name", 5, id="name"),
        pytest.param("created", datetime(2026, 1, 1), id="created"),  # noqa: DTZ001
        pytest.param("args", [1, 2], id="args"),
        pytest.param("exc_info", True, id="exc_info"),
        pytest.param("msg", "all is well", id="msg"),
        pytest.param("levelname", "NOTHING", id="levelname"),
        pytest.param("levelno", 0, id="levelno"),
        pytest.param("extras", {"a": 1}, id="extras"),
        pytest.param("message", "all is well", id="message"),
        pytest.param("asctime", "yesterday", id="asctime"),
    ],
)
@pytest.mark.parametrize("is_bound", [False, True])
def test_context_may_have_any_names(log, name, value, is_bound):
    """A context with a name that log records use, or bound values: the line says all of it."""
    if is_bound:
        with fireline.bind(**{name: value}):
            fireline.report(ValueError("broken"))
    else:
        fireline.report(ValueError("broken"), context={name: value})

    line = log.errors[0]
    assert (line["level"], line["message"]) == ("ERROR", "INTERNAL_ERROR: ValueError: broken")
    assert line["logger"] == "crm.errors"
    assert line["exceptions"][0]["type"] == "ValueError"
    told = line[f"extra_{name}" if name == "message" else name]
    assert str(told)[:4] == str(value)[:4]


def test_context_forges_none_of_the_report_s_fields(log):
    """What the context calls as the report does is kept beside it."""
    rule = fireline.BusinessRuleViolation("Paid already", details={"order": 7})

    report = fireline.report(rule, context={"details": "mine", "code": "OK", "error_id": "mine"})

    line = log.errors[0]
    assert (line["details"], line["extra_details"]) == ({"order": 7}, "mine")
    assert (line["code"], line["extra_code"]) == ("BUSINESS_RULE_VIOLATED", "OK")
    assert (line["error_id"], line["extra_error_id"]) == (report.error_id, "mine")
