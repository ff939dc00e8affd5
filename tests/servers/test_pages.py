"""The error pages as a browser shows them: narrow and wide, light and dark, with nothing that works."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response

import fireline
from tests.browser import chromium as running_chromium
from tests.servers.running import running

PAGES = {
    400: "/fails/bad-request/",
    403: "/fails/permission/",
    404: "/no-such-route/",
    405: "/only-post/",
    429: "/empty/429/",
    500: "/queries/",
    503: "/fails/external/",
}
GROUND = {"light": "rgb(246, 247, 249)", "dark": "rgb(15, 20, 26)"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser."""
    with running_chromium() as browser:
        yield browser


@dataclass(frozen=True)
class Shown:
    """An error page in a browser: what was asked for, and what the browser complained of."""

    page: Page
    status: int
    path: str
    response: Response
    complaints: list[str]
    asked: list[str]


@pytest.fixture(scope="module")
def window(chromium) -> Iterator[Page]:
    """A window without JavaScript."""
    page = chromium.new_page(java_script_enabled=False)
    yield page
    page.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A service under a strict policy whose database and static files are broken."""
    settings = {"DJANGO_SETTINGS_MODULE": "tests.servers.strict"}
    with running("uvicorn", tmp_path_factory.mktemp("pages"), "problem", **settings) as server:
        yield server


@pytest.fixture(scope="module", params=PAGES.items(), ids=[str(status) for status in PAGES])
def shown(request, window, server) -> Shown:
    """Each error page."""
    status, path = request.param
    complaints: list[str] = []
    asked: list[str] = []
    window.on("console", lambda message: complaints.append(message.text))
    window.on("request", lambda request: asked.append(request.url))
    response = window.goto(f"http://127.0.0.1:{server.port}{path}")
    assert response
    return Shown(window, status, path, response, complaints, asked)


LAYOUT = """body => {
    const main = document.querySelector("main").getBoundingClientRect()
    const ground = getComputedStyle(body).backgroundColor
    return {ground, left: main.left, right: main.right, width: body.scrollWidth}
}"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", GROUND)
def test_page_is_whole(shown, scheme, width):
    """Styled, readable, within the window; one request, no complaint of the browser, no JavaScript."""
    page = shown.page

    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 740})
    layout = page.locator("body").evaluate(LAYOUT)

    assert shown.response.status == shown.status
    assert page.locator(".status").inner_text() == str(shown.status)
    assert page.locator("dd").inner_text() == shown.response.header_value("x-error-id")
    assert page.locator("header span").inner_text() == "Acme"
    assert page.get_by_role("link", name="Go home").is_visible()
    assert layout["ground"] == GROUND[scheme]
    assert layout["width"] <= width
    assert layout["left"] >= 0
    assert layout["right"] <= width
    assert [text for text in shown.complaints if "Failed to load resource" not in text] == []
    assert [url for url in shown.asked if not url.endswith(("/favicon.ico", shown.path))] == []


@pytest.mark.parametrize("width", [360, 1280])
def test_ways_out_stand_apart(window, server, width):
    """Two links are two buttons: a thumb hits one, and the eye sees which comes first."""
    window.set_viewport_size({"width": width, "height": 740})
    window.goto(f"http://127.0.0.1:{server.port}/empty/401/")

    first, second = window.locator(".actions a").all()
    one, other = first.bounding_box(), second.bounding_box()
    apart = max(other["x"] - one["x"] - one["width"], other["y"] - one["y"] - one["height"])
    grounds = [
        link.evaluate("e => getComputedStyle(e).backgroundColor") for link in (first, second)
    ]

    assert apart >= 8
    assert grounds[0] != grounds[1]


def test_the_database_is_really_broken(server):
    """The 500 of these pages is a query that failed."""
    error_id = server.client.get("/queries/", headers={"accept": "text/html"}).headers["x-error-id"]

    assert (
        "unable to open database file"
        in server.line(error_id=error_id, logger="crm.errors")["message"]
    )


STYLE = (Path(fireline.__file__).parent / "templates" / "fireline" / "error.css").read_text()


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tone", sorted(set(re.findall(r"--tone(?:-2)?:(#\w+)", STYLE))))
def test_tone_carries_white_text(tone):
    """The badge and the button can be read (WCAG 2.2 AA)."""
    assert contrast(tone, "#fff") >= 4.5


@pytest.mark.parametrize("palette", re.findall(r":root\{([^}]*)\}", STYLE), ids=["light", "dark"])
def test_texts_can_be_read(palette):
    """Text and hints stand out from ground, card and code, light and dark (WCAG 2.2 AA)."""
    colours = dict(re.findall(r"--([\w-]+):(#\w+)", palette))

    for text in (colours["text"], colours["soft"]):
        for ground in (colours["ground"], colours["card"], colours["code"]):
            assert contrast(text, ground) >= 4.5
