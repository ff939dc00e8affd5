import copy
import dataclasses
import pickle
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.test import RequestFactory
from django.utils.functional import lazystr
from rest_framework.exceptions import APIException

import fireline
from fireline import BusinessRuleViolation, ErrorReport, ExternalServiceError, Severity
from fireline.errors import describe
from fireline.errors.known import Coded
from fireline.scope import Scope


def test_report_has_ids_of_its_own_and_the_scope_s():
    """The error id is new, the correlation id is that of the request."""
    report = describe(ValueError(), scope=Scope("abc"))

    assert re.fullmatch(rf"error_{datetime.now(UTC):%Y%m%d}_[a-z2-7]{{12}}", report.error_id)
    assert report.correlation_id == "abc"


def test_report_is_frozen_all_the_way_down():
    """Neither the report nor what it holds can be changed."""
    report = describe(ValueError(), context={"basket": {"items": [1, 2]}})

    with pytest.raises(dataclasses.FrozenInstanceError):
        report.code = "OTHER"
    with pytest.raises(TypeError):
        report.context["basket"]["items"] = ()
    assert report.context["basket"]["items"] == (1, 2)


def test_text_of_a_bug_is_for_developers_only():
    """What a bug says never stands in the message."""
    report = describe(ValueError("SELECT * FROM secrets"))

    assert report.message == "Internal server error"
    assert report.details == {}


def test_broken_rule_says_which():
    """A business rule's message and details are for the client."""
    report = describe(BusinessRuleViolation("Paid already", details={"order": 7}))

    assert (report.message, report.details) == ("Paid already", {"order": 7})


def test_what_a_rule_says_is_shown_without_its_secrets():
    """Neither an address in its message nor a key among its details takes a password to the client."""
    rule = BusinessRuleViolation(
        "Refused: postgres://u:hunter2pw@db/x",
        details={"api_key": "abcd1234", "server": "redis://:hunter2pw@cache", "order": 7},
    )

    report = describe(rule)

    assert report.message == "Refused: postgres://[redacted]@db/x"
    assert report.details == {
        "api_key": "[redacted]",
        "server": "redis://[redacted]@cache",
        "order": 7,
    }


def test_message_of_the_caller_loses_its_secrets():
    """`report(message=...)` is shown too."""
    report = describe(ValueError(), message="Sent with token=abcd1234efgh5678")

    assert report.message == "Sent with token=[redacted]"


@pytest.mark.parametrize(
    ("details", "shown"),
    [
        pytest.param(["a", "b"], {"non_field_errors": ("a", "b")}, id="list"),
        pytest.param(("a",), {"non_field_errors": ("a",)}, id="tuple"),
        pytest.param("a", {"non_field_errors": ("a",)}, id="text"),
        pytest.param(None, {}, id="none"),
        pytest.param([], {}, id="empty"),
    ],
)
def test_details_are_a_mapping(details, shown):
    """Whatever a service gives as details, shapes can spell them."""
    report = describe(BusinessRuleViolation("Paid already", details=details))

    assert report.details == shown


def circle():
    made = {"name": "circle"}
    made["self"] = made
    return made


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"context": None}, id="no-context"),
        pytest.param({"context": [1, 2]}, id="context-that-is-none"),
        pytest.param({"context": circle()}, id="context-that-contains-itself"),
        pytest.param({"message": lazystr(lambda: 1 / 0)}, id="message-without-words"),
    ],
)
def test_part_that_fails_costs_that_part_alone(told):
    """The client's mistake stays the client's, and where it happened stays known."""
    request = RequestFactory().get("/orders/7/")

    report = describe(Http404(), scope=Scope("abc", request), **told)

    assert (report.code, report.status, report.correlation_id) == ("NOT_FOUND", 404, "abc")
    assert report.context["path"] == "/orders/7/"


def test_details_that_contain_themselves_are_left_out():
    """The rule is still told, with its status."""
    report = describe(BusinessRuleViolation("Paid already", details=circle()))

    assert (report.status, report.message, report.details) == (422, "Paid already", {})


def test_scene_that_cannot_be_had_is_left_out(settings):
    """What the caller says of the failure stays."""
    settings.FIRELINE = {"TRUSTED_PROXIES": ["10.0.0.0/33"]}
    request = RequestFactory().get("/orders/7/")

    report = describe(Http404(), scope=Scope("abc", request), context={"order": 7})

    assert (report.code, report.status, report.context) == ("NOT_FOUND", 404, {"order": 7})


def test_details_of_exception_and_caller_both_stay():
    """Neither takes the place of the other."""
    error = ExternalServiceError("down", details={"host": "db-7"})

    report = describe(error, context={"details": "while importing"})

    assert report.context == {
        "details": "while importing",
        "exception_details": {"host": "db-7"},
    }


def test_message_of_an_external_failure_stays_inside():
    """What another service said is not told to the client; when to try again is."""
    report = describe(ExternalServiceError("10.0.0.7 said: disk full", retry_after=30))

    assert report.message == "A service we depend on is not available"
    assert report.retry_after == timedelta(seconds=30)


def test_validation_keeps_fields_messages_and_codes():
    """A Django ValidationError becomes the tree of its fields."""
    error = ValidationError(
        {
            "email": [ValidationError("Enter %(what)s", code="invalid", params={"what": "one"})],
            "__all__": [ValidationError(lazystr("Together too much"), code="sum")],
        }
    )

    report = describe(error)

    assert report.details == {"email": ("Enter one",), "non_field_errors": ("Together too much",)}
    assert report.details["email"][0].code == "invalid"


def test_context_loses_its_secrets():
    """Developers see the data, nobody sees the password."""
    report = describe(ValueError(), context={"login": {"user": "ann", "password": "hunter2"}})

    assert report.context["login"] == {"user": "ann", "password": "[redacted]"}


def test_name_of_a_field_does_not_hide_its_messages():
    """`details` of a validation are about a password, they do not hold one."""
    report = describe(ValidationError({"password": ["Too short"]}))

    assert report.details == {"password": ("Too short",)}


def test_secret_in_a_message_for_the_client_goes():
    """A card number that a validator repeats is taken out."""
    report = describe(ValidationError({"card": ["4111 1111 1111 1111 is not a choice"]}))

    assert report.details == {"card": ("[redacted] is not a choice",)}


def test_objects_in_the_context_become_texts():
    """A report holds plain values: an object that changes later, or cannot be shown, is a text."""

    class Odd:
        def __repr__(self):
            raise RuntimeError

    report = describe(ValueError(), context={"odd": Odd(), "nan": float("nan"), "raw": b"x"})

    assert report.context == {
        "odd": "<Odd that cannot be shown: RuntimeError>",
        "nan": "nan",
        "raw": "b'x'",
    }


@pytest.mark.parametrize(
    ("paths", "severity"),
    [
        pytest.param((), Severity.HIGH, id="by-kind"),
        pytest.param(("ValueError",), Severity.CRITICAL, id="named"),
        pytest.param(("Exception",), Severity.CRITICAL, id="ancestor-named"),
        pytest.param(("KeyError",), Severity.HIGH, id="another-named"),
    ],
)
def test_settings_name_what_is_critical(settings, paths, severity):
    """An exception class listed in CRITICAL makes critical reports."""
    settings.FIRELINE = {"CRITICAL": paths}

    assert describe(ValueError()).severity is severity


def test_replace_makes_a_new_report():
    """A change is a new value."""
    report = describe(ValueError())

    other = dataclasses.replace(report, code="OTHER")

    assert isinstance(other, ErrorReport)
    assert (report.code, other.code) == ("INTERNAL_ERROR", "OTHER")


class SoldOut(BusinessRuleViolation):
    """A rule of a project."""


class Conflict(APIException):
    """An exception of a project's API."""

    status_code = 409


@pytest.fixture
def registered(catalogue):
    """Codes that a project registers for exceptions which can describe themselves."""
    fireline.register("SOLD_OUT", status=409, message="Sold out", exceptions=[SoldOut])
    fireline.register("CONFLICT", category="request", status=422, exceptions=[Conflict])
    fireline.register("INSIDE", category="system", exceptions=["tests.errors.test_describe.Inside"])


class Inside(BusinessRuleViolation):
    """A failure whose words are for developers."""


def test_registered_code_keeps_what_the_exception_says(registered):
    """The code is the project's, the words are still the exception's."""
    report = describe(SoldOut("Only 3 are left", details={"left": 3}))

    assert (report.code, report.status) == ("SOLD_OUT", 409)
    assert (report.message, report.details) == ("Only 3 are left", {"left": 3})


def test_registered_code_keeps_the_status_of_drf(registered):
    """The code tells, the status stays DRF's."""
    report = describe(Conflict("Taken"))

    assert (report.code, report.status, report.message) == ("CONFLICT", 409, "Taken")


def test_words_of_a_failure_of_ours_go_to_the_context(registered):
    """Where the category shows no messages, details are for developers."""
    report = describe(Inside("Only 3 are left", details={"left": 3}))

    assert (report.message, report.details) == ("Inside", {})
    assert report.context["details"] == {"left": 3}


def test_message_without_its_secret_keeps_its_code():
    """Front ends go by the code."""
    error = ValidationError(
        {"url": [ValidationError("https://a:b@c.example is no", code="forbidden")]}
    )

    (message,) = describe(error).details["url"]

    assert (message, message.code) == ("https://[redacted]@c.example is no", "forbidden")


@pytest.mark.parametrize("same", [copy.deepcopy, lambda text: pickle.loads(pickle.dumps(text))])
def test_message_with_a_code_can_be_copied(same):
    """Into a cache, another process, a task."""
    text = same(Coded("Too long", "max_length"))

    assert (text, text.code) == ("Too long", "max_length")


def test_code_that_nobody_has_registered_is_told_as_its_class(caplog):
    """A rule stays a rule, whatever its code; the typing error is complained of once, with the way out."""
    told = [describe(BusinessRuleViolation("Only 3 are left", code="SOLDOUT")) for _ in range(2)]

    assert {(report.code, report.status, report.message) for report in told} == {
        ("BUSINESS_RULE_VIOLATED", 422, "Only 3 are left")
    }
    (complaint,) = [record.getMessage() for record in caplog.records]
    assert complaint.startswith(
        "BusinessRuleViolation was raised with the code SOLDOUT, which nobody"
    )
    assert "fireline.register('SOLDOUT')" in complaint


def test_class_whose_code_nobody_has_registered_is_told_as_its_ancestor():
    """Its nearest ancestor with a known code says what it is."""

    class Overbooked(BusinessRuleViolation):
        code = "OVERBOOKED"

    assert describe(Overbooked("Full")).code == "BUSINESS_RULE_VIOLATED"
