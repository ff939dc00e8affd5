"""The log line of a report: a message that people read."""

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
