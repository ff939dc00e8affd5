"""What the client sent is not as it should be."""

from io import BytesIO

from customers.models import Customer
from customers.serializers import CustomerDetailSerializer
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils._os import safe_join
from rest_framework.parsers import JSONParser

from failures.failure import Group, Outcome, failure


@failure(
    "Fields are not valid",
    group=Group.VALIDATION,
    status=400,
    code="VALIDATION_ERROR",
    client="in JSON each field with what is wrong with it; here from Django's full_clean()",
    operator="crm.log: one INFO line with the same details, and the access line",
)
def invalid_fields(_request: HttpRequest) -> Outcome:
    Customer(name="", email="not-an-address", phone="030 123", status="gone").full_clean()
    return {}


@failure(
    "Fields inside fields are not valid",
    group=Group.VALIDATION,
    status=400,
    code="VALIDATION_ERROR",
    client="in JSON a tree: each error under its field, under its entry of the list",
    operator="crm.log: one INFO line with the same tree",
)
def nested_fields(_request: HttpRequest) -> Outcome:
    sent = {
        "name": "Ada Brightwater",
        "email": "ada@brightwater.example",
        "activities": [{"kind": "note", "text": "Fine."}, {"kind": "fax", "text": ""}],
    }
    CustomerDetailSerializer(data=sent).is_valid(raise_exception=True)
    return {}


@failure(
    "The body is no JSON",
    group=Group.VALIDATION,
    status=400,
    code="PARSE_ERROR",
    client="in JSON where the parser stumbled",
    operator="crm.log: one INFO line with the parser's words",
    curl="""-H 'Content-Type: application/json' -d '{"name": '""",
)
def broken_json(_request: HttpRequest) -> Outcome:
    return {"read": JSONParser().parse(BytesIO(b'{"name": '))}


@failure(
    "A bad request",
    group=Group.VALIDATION,
    status=400,
    code="BAD_REQUEST",
    client="that the request was not understood; nothing of the reason",
    operator="crm.log: one INFO line with the reason",
)
def bad_request(_request: HttpRequest) -> Outcome:
    raise BadRequest("since=yesterday-ish is no date.")


@failure(
    "A file outside of its folder",
    group=Group.VALIDATION,
    status=400,
    code="BAD_REQUEST",
    client="the same as above: who tries this learns nothing",
    operator="crm.log: SuspiciousFileOperation with the path that was tried",
)
def path_traversal(_request: HttpRequest) -> Outcome:
    return {"file": safe_join(settings.DATA / "uploads", "../secret-key")}
