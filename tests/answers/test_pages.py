import re

import pytest

from fireline.answers import pages
from fireline.answers.pages import STYLE_HASH

TONES = {400: "#2563eb", 403: "#c2570c", 404: "#7c3aed", 500: "#dc2626"}


@pytest.fixture
def page(browser, settings):
    """The page of a path, with Fireline's settings."""

    def get(path, **options):
        settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": "problem", **options}
        response = browser.get(path)
        assert response["Content-Type"] == "text/html; charset=utf-8"
        return response, response.content.decode()

    return get


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_page_says_who_what_and_which_id(page, status):
    """Name, status, the error id to quote, the way home; small, and nothing from outside."""
    response, html = page(f"/empty/{status}/", BRAND_NAME="Acme & Sons", BRAND_HOME="/start/")

    assert response.status_code == status
    assert f'<p class="status">{status}</p>' in html
    assert f"<dd>{response['X-Error-ID']}</dd>" in html
    assert "Acme &amp; Sons" in html
    assert '<a href="/start/">Go home</a>' in html
    assert len(response.content) < 15_000
    assert not re.findall(r'(?:src|href)="(?!/start/)', html)
    assert "<script" not in html


@pytest.mark.parametrize(("status", "tone"), TONES.items())
def test_page_has_the_colour_of_its_status(page, status, tone):
    """400 blue, 403 orange, 404 purple, 500 red with a gradient."""
    _, html = page(f"/empty/{status}/")

    assert f'<body class="s{status}">' in html
    assert tone in html


def test_page_passes_a_strict_policy(page):
    """The page brings a policy that allows its own style, by its hash, and nothing else."""
    response, html = page("/broken/")

    policy = response["Content-Security-Policy"]
    assert policy.startswith(f"default-src 'none'; style-src '{STYLE_HASH}'; img-src 'self' data:;")
    assert "style=" not in html


@pytest.mark.parametrize(
    ("logo", "allowed"),
    [
        pytest.param("/static/logo.svg", "img-src 'self' data:;", id="own-host"),
        pytest.param("https://cdn.example/logo.svg", "img-src 'self' data: https://cdn.example;", id="other-host"),
        pytest.param("data:image/svg+xml,%3Csvg/%3E", "img-src 'self' data:;", id="inline"),
    ],
)  # fmt: skip
def test_logo_is_allowed_by_the_policy(page, logo, allowed):
    """Only the logo that the project names may be loaded."""
    response, html = page("/broken/", BRAND_LOGO=logo)

    assert f'<img src="{logo}" alt="" height="32">' in html
    assert allowed in response["Content-Security-Policy"]


def test_page_says_that_the_team_knows_only_where_that_is_true(page):
    """A line in a log file has told nobody."""
    _, without = page("/broken/")
    _, with_sink = page("/broken/", SINKS=["tests.errors.test_pipeline.telling_sink"])

    assert "Our team has been notified." not in without
    assert "Our team has been notified." in with_sink


def test_page_lists_the_errors_of_fields(page):
    """People hear what was wrong with which field, and that it is about their entries."""
    _, html = page("/fails/validation/")

    assert "<h1>Please check your entries</h1>" in html
    assert "<li><b>Email</b>: Enter a valid email</li>" in html
    assert "address" not in html


@pytest.mark.parametrize(
    ("attr", "label"),
    [
        pytest.param("email", "Email", id="field"),
        pytest.param("unit_price", "Unit price", id="words"),
        pytest.param("activities.1.kind", "Activities 2, kind", id="entry-of-a-list"),
        pytest.param("lines.0", "Lines 1", id="whole-entry"),
        pytest.param("address.city", "Address, city", id="nested"),
        pytest.param("", "", id="no-field"),
    ],
)
def test_fields_have_names_for_people(attr, label):
    """No dots, no underscores, and the first of a list is number one."""
    assert pages._label(attr) == label


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (406, "Not in that format"),
        (409, "This conflicts with what is there"),
        (415, "We cannot read this"),
    ],
)
def test_page_says_what_was_wrong_with_the_request(page, status, title):
    """Each status has words of its own."""
    _, html = page(f"/empty/{status}/")

    assert f"<h1>{title}</h1>" in html


def test_page_offers_to_sign_in(page, settings):
    """Where the project has a page for that, and back again."""
    settings.LOGIN_URL = "admin:login"
    _, with_address = page("/empty/401/")
    settings.LOGIN_URL = "/nowhere/"

    _, without = page("/empty/401/")

    assert '<a href="/admin/login/?next=%2Fempty%2F401%2F">Sign in</a>' in with_address
    assert "Sign in</a>" not in without


def test_contact_is_named(page):
    """Where to ask for help, as a link."""
    _, html = page("/broken/", BRAND_CONTACT="help@acme.example")

    assert '<a href="mailto:help@acme.example">help@acme.example</a>' in html


def test_page_speaks_the_client_s_language(browser, settings):
    """Messages and pages are translated, with the language named."""
    settings.FIRELINE = {"RESPONSE_FORMAT": "problem"}

    response = browser.get("/no-such-route/", headers={"accept-language": "de"})

    assert '<html lang="de">' in response.content.decode()
    assert "Diese Seite gibt es nicht" in response.content.decode()


def test_page_names_the_language_that_its_words_are_in(browser, settings):
    """A screen reader must not read English as if it were Arabic."""
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    settings.FIRELINE = {"RESPONSE_FORMAT": "problem"}

    html = browser.get("/no-such-route/", headers={"accept-language": "ar"}).content.decode()

    assert '<html lang="en">' in html
    assert "This page does not exist" in html


def test_message_speaks_the_client_s_language(client, settings):
    """In JSON, too."""
    settings.FIRELINE = {"RESPONSE_FORMAT": "flag"}

    body = client.get("/fails/not-found/", headers={"accept-language": "de"}).json()

    assert body["message"] == "Nicht gefunden"


@pytest.mark.django_db
def test_page_touches_no_database_and_no_session(page, django_assert_num_queries):
    """The page of a failing database must not ask the database."""
    page("/empty/404/")

    with django_assert_num_queries(0):
        response, _ = page("/broken/")
    assert not response.cookies


@pytest.fixture
def templates(tmp_path, settings):
    """A folder of the project's own templates."""
    options = {**settings.TEMPLATES[0], "DIRS": [tmp_path]}
    settings.TEMPLATES = [options]

    def write(name, text):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    return write


def test_project_has_pages_as_django_knows_them(page, templates):
    """A project's `404.html` goes on working, and knows the error id."""
    templates("404.html", "the project's, {{ error_id }}")

    response, html = page("/no-such-route/")

    assert html == f"the project's, {response['X-Error-ID']}"
    assert "Content-Security-Policy" not in response


def test_project_has_pages_for_fireline(page, templates):
    """`errors/<status>.html` comes first."""
    templates("404.html", "the project's")
    templates("errors/404.html", "{{ status }} {{ title }} {{ request.path }}")

    _, html = page("/no-such-route/")

    assert html == "404 This page does not exist /no-such-route/"


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("{% if %}", id="syntax"),
        pytest.param("{% load nowhere %}", id="library"),
        pytest.param("{% url 'nowhere' %}", id="address"),
        pytest.param("{% include 'nowhere.html' %}", id="include"),
    ],
)
def test_broken_template_gives_our_page(page, templates, reports, broken):
    """A project's page that is broken costs nobody the answer; the failure is told once."""
    templates("500.html", broken)

    response, html = page("/broken/")

    assert response.status_code == 500
    assert f"<dd>{response['X-Error-ID']}</dd>" in html
    assert len(reports) == 1


def test_project_without_templates_gets_our_page(page, settings):
    """Not even TEMPLATES is needed."""
    settings.TEMPLATES = []

    response, html = page("/broken/")

    assert f"<dd>{response['X-Error-ID']}</dd>" in html


def test_broken_page_of_ours_still_says_the_id(page, monkeypatch):
    """When nothing works, the id does."""
    monkeypatch.setattr("fireline.answers.pages._our_page", lambda context: 1 / 0)

    response, html = page("/broken/")

    assert response["X-Error-ID"] in html


def test_text_of_the_client_is_escaped(page):
    """What a rule's message or a path brings is text, never markup."""
    _, html = page("/fails/business/<script>alert(1)</script>/")

    assert "<script>alert" not in html


def test_debug_keeps_django_s_technical_page_for_browsers(browser, settings):
    """Developers keep what they know."""
    settings.DEBUG = True
    settings.FIRELINE = {"RESPONSE_FORMAT": "problem"}

    html = browser.get("/broken/").content.decode()

    assert "Traceback" in html
    assert "ValueError at /broken/" in html


@pytest.mark.parametrize("path", ["/no-such-route/", "/broken/", "/fails/bad-request/"])
def test_debug_answers_api_clients_in_the_shape(client, settings, path):
    """With DEBUG, too, an API client is not sent a page; not even where there is no route."""
    settings.DEBUG = True
    settings.FIRELINE = {"RESPONSE_FORMAT": "flag"}

    response = client.get(path, headers={"accept": "application/json"})

    assert response.json()["error"] is True
