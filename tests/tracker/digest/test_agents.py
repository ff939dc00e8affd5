"""Which browser and which system a request comes from."""

import pytest

from fireline.tracker.agents import agent_in
from fireline.tracker.tags import tags_of

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "browser", "system"),
    [
        (CHROME, "Chrome 141", "Windows"),
        (f"{CHROME} Edg/141.0.1", "Edge 141", "Windows"),
        ("Firefox/\N{ARABIC-INDIC DIGIT ONE} Windows NT 10.0", "", "Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox 143", "Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
            "Safari 18",
            "iOS 18",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
            "Safari 26",
            "macOS",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
            "Samsung Internet 28",
            "Android 15",
        ),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot", ""),
        ("curl/7.88.1", "curl 7", ""),
        ("whatever/9", "", ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_agents(agent: str, browser: str, system: str) -> None:
    """Names of few, with the first number of their version."""
    assert agent_in({"headers": {"user-agent": agent}}) == (browser, system)


@pytest.mark.parametrize(
    "request_", [None, "x", {}, {"headers": [1]}, {"headers": {"User-Agent": 7}}]
)
def test_requests_without_an_agent(request_: object) -> None:
    """Whatever shape they are of."""
    assert agent_in(request_) == ("", "")


def test_what_the_client_says_comes_first() -> None:
    """Its contexts and tags know more than the header of a request."""
    event = {
        "request": {"headers": {"User-Agent": CHROME}},
        "contexts": {"browser": {"name": "Brave", "version": "1.80.2"}},
        "tags": {"os": "own"},
    }

    assert dict(tags_of(event)) == {"browser": "Brave 1.80", "os": "own"}
