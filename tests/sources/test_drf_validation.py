"""Every form of DRF's validation errors, as one tree and one flat list."""

import pytest
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.exceptions import ErrorDetail

from fireline.answers.flat_errors import flat_errors
from fireline.sources.drf_validation import tree_of

pytestmark = pytest.mark.urls("tests.sources.drf_urls")

NEEDED = ErrorDetail("needed", "required")
LONG = ErrorDetail("long", "max_length")
NON_FIELD = "non_field_errors"


@pytest.mark.parametrize(
    ("detail", "tree", "flat"),
    [
        pytest.param(
            {"name": [NEEDED]},
            {"name": ["needed"]},
            [("required", "needed", "name", "/name")],
            id="field",
        ),
        pytest.param(
            {"name": [NEEDED, LONG]},
            {"name": ["needed", "long"]},
            [("required", "needed", "name", "/name"), ("max_length", "long", "name", "/name")],
            id="two-errors-of-a-field",
        ),
        pytest.param(
            {"name": NEEDED},
            {"name": ["needed"]},
            [("required", "needed", "name", "/name")],
            id="text-without-a-list",
        ),
        pytest.param(
            [NEEDED, LONG],
            {NON_FIELD: ["needed", "long"]},
            [("required", "needed", None, ""), ("max_length", "long", None, "")],
            id="list-of-texts",
        ),
        pytest.param(NEEDED, {NON_FIELD: ["needed"]}, [("required", "needed", None, "")], id="text"),
        pytest.param(
            {NON_FIELD: [NEEDED]},
            {NON_FIELD: ["needed"]},
            [("required", "needed", None, "")],
            id="non-field",
        ),
        pytest.param(
            {"address": {"street": [LONG], NON_FIELD: [NEEDED]}},
            {"address": {"street": ["long"], NON_FIELD: ["needed"]}},
            [
                ("max_length", "long", "address.street", "/address/street"),
                ("required", "needed", "address", "/address"),
            ],
            id="nested",
        ),
        pytest.param(
            {"items": [{}, {"sku": [NEEDED]}, {}]},
            {"items": {"1": {"sku": ["needed"]}}},
            [("required", "needed", "items.1.sku", "/items/1/sku")],
            id="list-serializer-before-3.18",
        ),
        pytest.param(
            {"items": {1: {"sku": [NEEDED]}}},
            {"items": {"1": {"sku": ["needed"]}}},
            [("required", "needed", "items.1.sku", "/items/1/sku")],
            id="list-serializer-from-3.18",
        ),
        pytest.param(
            [{}, {"sku": [NEEDED]}],
            {"1": {"sku": ["needed"]}},
            [("required", "needed", "1.sku", "/1/sku")],
            id="list-as-document-before-3.18",
        ),
        pytest.param(
            {1: {"sku": [NEEDED]}},
            {"1": {"sku": ["needed"]}},
            [("required", "needed", "1.sku", "/1/sku")],
            id="list-as-document-from-3.18",
        ),
        pytest.param(
            [{NON_FIELD: [NEEDED]}, {}],
            {"0": {NON_FIELD: ["needed"]}},
            [("required", "needed", "0", "/0")],
            id="non-field-of-an-item",
        ),
        pytest.param(
            {"tags": {0: [NEEDED], 2: [LONG]}},
            {"tags": {"0": ["needed"], "2": ["long"]}},
            [("required", "needed", "tags.0", "/tags/0"), ("max_length", "long", "tags.2", "/tags/2")],
            id="list-field",
        ),
        pytest.param(
            {"matrix": {0: {1: [NEEDED]}}},
            {"matrix": {"0": {"1": ["needed"]}}},
            [("required", "needed", "matrix.0.1", "/matrix/0/1")],
            id="list-field-in-a-list-field",
        ),
        pytest.param(
            {"matrix": [[NEEDED], [], [LONG]]},
            {"matrix": {"0": ["needed"], "2": ["long"]}},
            [
                ("required", "needed", "matrix.0", "/matrix/0"),
                ("max_length", "long", "matrix.2", "/matrix/2"),
            ],
            id="list-of-lists",
        ),
        pytest.param(
            ({"a": (NEEDED,)}, (LONG,)),
            {"0": {"a": ["needed"]}, "1": ["long"]},
            [("required", "needed", "0.a", "/0/a"), ("max_length", "long", "1", "/1")],
            id="tuples",
        ),
        pytest.param(
            {"items": [NEEDED, {"sku": [LONG]}]},
            {"items": {"1": {"sku": ["long"]}, NON_FIELD: ["needed"]}},
            [
                ("max_length", "long", "items.1.sku", "/items/1/sku"),
                ("required", "needed", "items", "/items"),
            ],
            id="mixed-list",
        ),
        pytest.param(
            {"a.b": [NEEDED]},
            {"a.b": ["needed"]},
            [("required", "needed", "a.b", "/a.b")],
            id="name-with-a-dot",
        ),
        pytest.param(
            {"a/b": {"c~d": [NEEDED], "~1": [LONG]}},
            {"a/b": {"c~d": ["needed"], "~1": ["long"]}},
            [
                ("required", "needed", "a/b.c~d", "/a~1b/c~0d"),
                ("max_length", "long", "a/b.~1", "/a~1b/~01"),
            ],
            id="names-with-slash-and-tilde",
        ),
        pytest.param(
            {"": [NEEDED]},
            {"": ["needed"]},
            [("required", "needed", "", "/")],
            id="name-that-is-empty",
        ),
        pytest.param(
            {"name": [_("This field is required.")]},
            {"name": ["This field is required."]},
            [("invalid", "This field is required.", "name", "/name")],
            id="lazy-text",
        ),
        pytest.param(
            {"name": [ErrorDetail("odd", None)]},
            {"name": ["odd"]},
            [("invalid", "odd", "name", "/name")],
            id="no-code",
        ),
        pytest.param(
            {"name": [ErrorDetail("", "blank")]},
            {"name": [""]},
            [("blank", "", "name", "/name")],
            id="no-text-but-a-code",
        ),
        pytest.param(
            {"age": [18, True]},
            {"age": ["18", "True"]},
            [("invalid", "18", "age", "/age"), ("invalid", "True", "age", "/age")],
            id="no-texts",
        ),
        pytest.param({"name": None, "age": [None, NEEDED]}, {"age": ["needed"]}, [("required", "needed", "age", "/age")], id="none-inside"),
        pytest.param(None, {}, [], id="none"),
        pytest.param({}, {}, [], id="empty-dict"),
        pytest.param([], {}, [], id="empty-list"),
        pytest.param([{}, {}], {}, [], id="nothing-wrong"),
        pytest.param({"name": [], "address": {"street": []}}, {}, [], id="empty-leaves"),
    ],
)  # fmt: skip
def test_form(detail, tree, flat):
    """The tree that `details` shows, and the list that `errors` shows."""
    found = tree_of(detail)

    assert found == tree
    assert [tuple(error.values()) for error in flat_errors(found)] == flat


def test_tree_of_an_exception_keeps_the_codes():
    """As DRF itself gives them, whatever it was raised with."""
    error = exceptions.ValidationError(({"a": ("b", {"c": "d"})},), code="odd")

    assert flat_errors(tree_of(error.detail)) == [
        {"code": "odd", "detail": "d", "attr": "0.a.1.c", "pointer": "/0/a/1/c"},
        {"code": "odd", "detail": "b", "attr": "0.a", "pointer": "/0/a"},
    ]


def test_another_non_field_errors_key(settings):
    """Under whatever name DRF keeps them, they are errors of no field."""
    settings.REST_FRAMEWORK = {"NON_FIELD_ERRORS_KEY": "__all__"}

    assert tree_of({"__all__": [NEEDED], "address": {"__all__": [LONG]}}) == {
        NON_FIELD: ["needed"],
        "address": {NON_FIELD: ["long"]},
    }


GOOD = {"name": "Ada"}
EMAIL = {"email": "ada@example.com"}


@pytest.mark.filterwarnings("ignore:The list-based error format")
@pytest.mark.parametrize("as_dict", [True, False], ids=["lists-as-dict", "lists-as-list"])
@pytest.mark.parametrize(
    ("serializer", "sent", "flat"),
    [
        pytest.param("sign-up", {}, [("required", "name", "/name")], id="required"),
        pytest.param("sign-up", {"name": ""}, [("blank", "name", "/name")], id="blank"),
        pytest.param("sign-up", {"name": None}, [("null", "name", "/name")], id="null"),
        pytest.param("sign-up", {"name": "x" * 6}, [("max_length", "name", "/name")], id="long"),
        pytest.param("sign-up", {"name": {}}, [("invalid", "name", "/name")], id="wrong-type"),
        pytest.param(
            "sign-up",
            {"age": 17},
            [("required", "name", "/name"), ("min_value", "age", "/age")],
            id="two-fields",
        ),
        pytest.param(
            "sign-up", {"name": "root"}, [("taken", "name", "/name")], id="django-s-error"
        ),
        pytest.param(
            "sign-up",
            {**GOOD, "age": 99},
            [("age", None, ""), ("age", None, "")],
            id="of-no-field",
        ),
        pytest.param(
            "sign-up",
            {**GOOD, "address": {"street": "x" * 6, "country": "XX"}},
            [
                ("max_length", "address.street", "/address/street"),
                ("invalid_choice", "address.country", "/address/country"),
            ],
            id="nested",
        ),
        pytest.param(
            "sign-up",
            {**GOOD, "address": {"street": "odd", "country": "AT"}},
            [("odd", "address", "/address")],
            id="nested-of-no-field",
        ),
        pytest.param(
            "sign-up", {**GOOD, "address": 7}, [("invalid", "address", "/address")], id="no-object"
        ),
        pytest.param(
            "sign-up",
            {**GOOD, "contacts": [EMAIL, {"email": "odd"}, {}]},
            [
                ("invalid", "contacts.1.email", "/contacts/1/email"),
                ("required", "contacts.2.email", "/contacts/2/email"),
            ],
            id="list-of-objects",
        ),
        pytest.param(
            "sign-up",
            {**GOOD, "contacts": "none"},
            [("not_a_list", "contacts", "/contacts")],
            id="no-list",
        ),
        pytest.param(
            "sign-up",
            {**GOOD, "tags": [1, "odd", 3, None]},
            [("invalid", "tags.1", "/tags/1"), ("null", "tags.3", "/tags/3")],
            id="list-field",
        ),
        pytest.param(
            "sign-up",
            {**GOOD, "matrix": [[1], [2, "odd"]]},
            [("invalid", "matrix.1.1", "/matrix/1/1")],
            id="list-field-in-a-list-field",
        ),
        pytest.param(
            "sign-up",
            {**GOOD, "labels": {"a/b": "odd", "c.d": 1}},
            [("invalid", "labels.a/b", "/labels/a~1b")],
            id="dict-field",
        ),
        pytest.param(
            "contacts",
            [EMAIL, {"email": "odd"}],
            [("invalid", "1.email", "/1/email")],
            id="list-as-document",
        ),
        pytest.param("contacts", {}, [("not_a_list", None, "")], id="no-list-as-document"),
        pytest.param("contacts", [EMAIL, "odd"], [("invalid", "1", "/1")], id="item-no-object"),
    ],
)
def test_real_serializer(api, shaped, settings, as_dict, serializer, sent, flat):
    """Codes, dotted names and pointers of a real request, in both forms of list errors."""
    settings.REST_FRAMEWORK = {"LIST_SERIALIZER_ERRORS_AS_DICT": as_dict}  # new in DRF 3.18
    shaped("problem")

    response = api.post(f"/validates/{serializer}/", sent, format="json")

    found = [
        (error["code"], error["attr"], error["pointer"]) for error in response.json()["errors"]
    ]
    assert (response.status_code, found) == (400, flat)


@pytest.mark.django_db
def test_model_serializer(api, shaped):
    """The code of a unique field."""
    shaped("problem")
    api.post("/customers/", {"name": "Ada"})

    error = api.post("/customers/", {"name": "Ada"}).json()["errors"][0]

    assert error == {
        "code": "unique",
        "detail": "customer with this name already exists.",
        "attr": "name",
        "pointer": "/name",
    }


def test_full_clean_inside_a_view(api, shaped):
    """Django's ValidationError has its codes, too."""
    shaped("problem")

    error = api.get("/calls/full-clean/").json()["errors"][0]

    assert (error["code"], error["attr"]) == ("max_length", "name")


def test_details_are_the_same_tree_in_every_version(api, shaped):
    """A list of objects stands under its indexes, in DRF 3.15 as in 3.18."""
    shaped("flag")

    body = api.post("/validates/contacts/", [EMAIL, {"email": "odd"}], format="json").json()

    assert body["details"] == {"1": {"email": ["Enter a valid email address."]}}
