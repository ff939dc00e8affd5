"""The page of failures: what it says of each is what happens."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import sync_playwright

from tests.ops.running import demo
from tests.servers.test_pages import CHROMIUM, FLAGS


@pytest.fixture(scope="module")
def crm(tmp_path_factory) -> Iterator[httpx.Client]:
    """The demo, and a browser's headers."""
    with demo(tmp_path_factory.mktemp("demo")) as client:
        client.headers["accept"] = "text/html"
        yield client


@pytest.mark.parametrize(
    ("name", "status", "title"),
    [
        pytest.param("wrong-method", 405, "That does not work here", id="another-method"),
        pytest.param("forged-form", 403, "This form has expired", id="forged-form"),
    ],
)
def test_failure_that_takes_a_form_offers_it(crm, name, status, title):
    """A link claims nothing that has not happened; the form behind it fails as it says."""
    opened = crm.get(f"/failures/{name}/")
    sent = crm.post(
        f"/failures/{name}/",
        data={"csrfmiddlewaretoken": crm.cookies["crm_csrf"]} if status == 405 else {},
    )

    assert opened.status_code == 200
    assert "Send it</button>" in opened.text
    assert "In the log" not in opened.text
    assert sent.status_code == status
    assert f"<h1>{title}</h1>" in sent.text


def test_fallback_is_shown_as_people_write(crm):
    """No parentheses of Python's."""
    page = crm.get("/failures/fallback/").text

    assert "<dd>the catalogue</dd>" in page


@pytest.mark.parametrize("path", ["/failures/", "/failures/fallback/", "/api/docs/"])
def test_page_is_in_one_language(crm, path):
    """Texts that are in English only have an English menu, too."""
    page = crm.get(path, headers={"accept-language": "de"}).text

    assert '<html lang="en">' in page
    assert "Customers" in page
    assert "Kunden" not in page


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")
@pytest.mark.parametrize("width", [360, 1280])
def test_lines_of_curl_can_be_read_to_their_end(crm, width):
    """Nothing of a line to copy is hidden behind the edge of its card."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(str(crm.base_url.join("/failures/")))
        hidden = page.evaluate(
            "[...document.querySelectorAll('pre')]"
            ".filter(line => line.scrollWidth > line.clientWidth).map(line => line.textContent)"
        )
        browser.close()

    assert hidden == []
