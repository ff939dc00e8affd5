"""DRF with other renderers than JSON, and with DEBUG."""

import pytest

from tests.conftest import BROWSER
from tests.sources.drf_urls import Unknown

pytestmark = pytest.mark.urls("tests.sources.drf_urls")

HTML = {"accept": BROWSER}
JSON = {"accept": "application/json"}


@pytest.mark.parametrize("how", ["conflict", "business", "django-validation", "validation-list"])
@pytest.mark.parametrize("is_debug", [False, True])
def test_browsable_api_shows_the_body(api, shaped, settings, how, is_debug):
    """A browser keeps DRF's page for what the client did wrong, with the body in the shape."""
    settings.DEBUG = is_debug
    shaped("problem")

    response = api.get(f"/browsable/{how}/", headers=HTML)

    page = response.content.decode()
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert "Django REST framework" in page
    assert response["X-Error-ID"] in page
    assert response.data["error_id"] == response["X-Error-ID"]


@pytest.mark.parametrize("how", ["bug", "external", "database-bug"])
def test_browser_gets_the_page_of_a_failure_of_ours(api, shaped, signals, reports, how):
    """Not the browsable API: its forms ask the view, the user and the database that just failed."""
    shaped("problem")

    response = api.get(f"/browsable/{how}/", headers=HTML)

    page = response.content.decode()
    assert "Django REST framework" not in page
    assert response["X-Error-ID"] in page
    assert [report.error_id for report in reports] == [response["X-Error-ID"]]
    assert len(signals) == 1


def test_own_renderer_gets_the_body(api, shaped):
    """A project's own renderer says it its way, under its own media type."""
    shaped("problem")

    response = api.get("/rendered/conflict/")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "detail=Only two are left" in response.content.decode()


def test_own_json_renderer_says_that_it_is_a_problem(api, shaped):
    """JSON is JSON, whatever version of the API it carries."""
    shaped("problem")
    headers = {"accept": "application/vnd.crm.v2+json"}

    response = api.get("/rendered/conflict/", headers=headers)

    assert response["Content-Type"] == "application/problem+json"
    shaped("flat")
    response = api.get("/rendered/conflict/", headers=headers)
    assert response["Content-Type"] == "application/vnd.crm.v2+json"


def test_failure_before_negotiation_is_rendered_as_drf_would(api, shaped):
    """Who accepts nothing that the view has gets its first renderer, with its own media type."""
    shaped("problem")

    response = api.get("/rendered/conflict/", headers={"accept": "image/png"})

    assert response.status_code == 406
    assert response["Content-Type"] == "text/plain; charset=utf-8"


def test_head_has_no_body(api, shaped):
    """The status and the ids are there."""
    shaped("problem")

    response = api.head("/fails/conflict/")

    assert (response.status_code, response.content) == (409, b"")
    assert response["X-Error-ID"]


@pytest.mark.parametrize("shape", ["problem", "flag", "flat", "nested"])
def test_debug_shows_an_api_client_the_traceback(api, shaped, settings, shape):
    """JSON with a traceback, its secrets taken out."""
    settings.DEBUG = True
    shaped(shape)

    response = api.get("/fails/bug/", headers=JSON)

    assert response.status_code == 500
    body = response.json()
    traceback = (body.get("error") if shape == "nested" else body)["details"]["traceback"]
    assert traceback[0] == "Traceback (most recent call last):"
    assert traceback[-1] == "ValueError: password=[redacted]"


def test_debug_shows_a_browser_the_technical_page(api, shaped, settings, signals):
    """Django's own, for a failure of ours."""
    settings.DEBUG = True
    shaped("problem")

    response = api.get("/browsable/bug/", headers=HTML)

    assert response.status_code == 500
    assert "<title>ValueError" in response.content.decode()
    assert response["X-Error-ID"]
    assert len(signals) == 1


def test_exceptions_propagate_where_the_project_wants_to_see_them(api, shaped, settings, reports):
    """DEBUG_PROPAGATE_EXCEPTIONS: what DRF would not have answered goes on, and is told once."""
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    shaped("problem")

    with pytest.raises(Unknown):
        api.get("/fails/unknown/")

    assert [report.code for report in reports] == ["INTERNAL_ERROR"]


@pytest.mark.parametrize(
    ("how", "status"),
    [
        pytest.param("maintenance", 503, id="answered-by-drf"),
        pytest.param("django-validation", 400, id="fault-of-the-client"),
    ],
)
def test_what_is_an_answer_does_not_propagate(api, shaped, settings, how, status):
    """What DRF itself answers, and what the client did wrong, stays an answer."""
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    shaped("problem")

    assert api.get(f"/fails/{how}/").json()["status"] == status
