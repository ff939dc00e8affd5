"""Records of Fireline's own, and those that only look like them."""

import logging

import pytest
from django.test import Client

from fireline.logs.lines import JsonLines
from fireline.logs.records import with_extras
from fireline.scrub import REDACTED
from tests.logs.conftest import parsed, record_of


def test_attribute_of_a_record_is_not_overwritten():
    """Formatters of others read the fields as attributes, and the record stays what it is."""
    record = with_extras(record_of("hello"), "id-1", {"name": 5, "message": "x", "order": 7})

    assert (record.name, record.order, record.extra_name) == ("crm.tests", 7, 5)
    assert record.extras == {"name": 5, "message": "x", "order": 7}
    assert record.getMessage() == "hello"


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param({"extras": {"password": "hunter2"}, "correlation_id": "c-1"}, id="dict"),
        pytest.param({"extras": [], "correlation_id": "password=hunter2"}, id="secret-as-id"),
        pytest.param({"extras": None, "correlation_id": {"password": "hunter2"}}, id="dict-as-id"),
    ],
)
def test_record_of_somebody_else_does_not_pass_for_ours(extra):
    """Its secrets are taken out, whatever its extras are called."""
    line = JsonLines("crm").format(record_of("password=%s", "hunter2", extra=extra))

    assert "hunter2" not in line
    assert parsed(line)["message"] == f"password={REDACTED}"


@pytest.fixture
def own_factory():
    """A project whose records all have a path and a user agent of their own."""
    former = logging.getLogRecordFactory()

    def factory(*args, **kwargs):
        record = former(*args, **kwargs)
        record.path, record.user_agent = "mine", "mine"
        return record

    logging.setLogRecordFactory(factory)
    yield
    logging.setLogRecordFactory(former)


def test_record_factory_of_a_project_costs_no_line(own_factory, log):
    """The access line, the error line and the security line say what they always say."""
    response = Client().get("/status/403/")

    assert response.status_code == 403
    assert [line["path"] for line in log.access] == ["/status/403/"]
    assert [line["path"] for line in log.errors] == ["/status/403/"]
    assert {line["path"] for line in log.security} == {"/status/403/"}
