"""The page of failures: what it says of each is what happens."""

import pytest


@pytest.mark.parametrize(
    ("name", "status", "title"),
    [
        pytest.param("wrong-method", 405, "That does not work here", id="another-method"),
        pytest.param("forged-form", 403, "This form has expired", id="forged-form"),
    ],
)
def test_failure_that_takes_a_form_offers_it(visitor, name, status, title):
    """A link claims nothing that has not happened; the form behind it fails as it says."""
    opened = visitor.get(f"/failures/{name}/")
    sent = visitor.post(
        f"/failures/{name}/",
        data={"csrfmiddlewaretoken": visitor.cookies["crm_csrf"]} if status == 405 else {},
    )

    assert opened.status_code == 200
    assert "Send it</button>" in opened.text
    assert "In the log" not in opened.text
    assert sent.status_code == status
    assert f"<h1>{title}</h1>" in sent.text


def test_fallback_is_shown_as_people_write(visitor):
    """No parentheses of Python's."""
    page = visitor.get("/failures/fallback/").text

    assert "<dd>the catalogue</dd>" in page


@pytest.mark.parametrize("path", ["/failures/", "/failures/fallback/", "/api/docs/"])
def test_page_is_in_one_language(visitor, path):
    """Texts that are in English only have an English menu, too."""
    page = visitor.get(path, headers={"accept-language": "de"}).text

    assert '<html lang="en">' in page
    assert "Customers" in page
    assert "Kunden" not in page


@pytest.mark.parametrize("width", [360, 1280])
def test_lines_of_curl_can_be_read_to_their_end(crm, chromium, width):
    """Nothing of a line to copy is hidden behind the edge of its card."""
    page = chromium.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{crm.url}/failures/")
    hidden = page.evaluate(
        "[...document.querySelectorAll('pre')]"
        ".filter(line => line.scrollWidth > line.clientWidth).map(line => line.textContent)"
    )
    page.close()

    assert hidden == []
