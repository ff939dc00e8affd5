"""Which browser and which system a User-Agent speaks of: few names, whatever anybody sends."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

LONGEST = 400
"""Characters of it that are looked at."""

# The first that fits: most pretend to be others, too, which therefore stand behind them.
_BROWSERS = tuple(
    (name, re.compile(pattern, re.ASCII))
    for name, pattern in (
        ("Edge", r"\bEdg(?:e|A|iOS)?/(\d{1,3})"),
        ("Opera", r"\b(?:OPR|OPiOS|OPX)/(\d{1,3})"),
        ("Samsung Internet", r"\bSamsungBrowser/(\d{1,3})"),
        ("Firefox", r"\b(?:Firefox|FxiOS)/(\d{1,3})"),
        ("Chrome", r"\b(?:Headless)?(?:Chrome|CriOS)/(\d{1,3})"),
        ("Safari", r"\bVersion/(\d{1,3})\S* (?:Mobile/\S+ )?Safari/"),
        ("Internet Explorer", r"\bMSIE (\d{1,2})|\bTrident/.{0,100}\brv:(\d{1,2})"),
        ("curl", r"^curl/(\d{1,2})"),
        ("requests", r"^python-requests/(\d{1,2})"),
        ("httpx", r"^python-httpx/(\d{1,2})"),
        ("OkHttp", r"\bokhttp/(\d{1,2})"),
        ("Go", r"^Go-http-client/(\d{1,2})"),
    )
)
_BOTS = re.compile(
    r"\b(Googlebot|bingbot|YandexBot|DuckDuckBot|Baiduspider|Applebot|AhrefsBot|SemrushBot|GPTBot|ClaudeBot)\b"
)
_SYSTEMS = tuple(
    (name, re.compile(pattern, re.ASCII))
    for name, pattern in (
        ("iOS", r"\b(?:iPhone|iPad|iPod)\b.{0,60}? OS (\d{1,2})"),
        ("Android", r"\bAndroid (\d{1,2})"),
        ("Windows", r"\bWindows\b()"),
        ("ChromeOS", r"\bCrOS\b()"),
        ("macOS", r"\bMac OS X\b()"),
        ("Linux", r"\bLinux\b()"),
    )
)


def agent_in(request: Any) -> tuple[str, str]:
    """The browser and the system of who has sent this request, such as `Firefox 141` and `Windows`; empty where unknown."""
    headers = request.get("headers") if isinstance(request, Mapping) else None
    if not isinstance(headers, Mapping):
        return "", ""
    given = next((text for name, text in headers.items() if name.lower() == "user-agent"), "")
    return _read(given[:LONGEST]) if type(given) is str and given else ("", "")


@lru_cache(maxsize=1024)
def _read(agent: str) -> tuple[str, str]:
    if bot := _BOTS.search(agent):
        return bot[1], ""
    return _first(_BROWSERS, agent), _first(_SYSTEMS, agent)


def _first(among: tuple[tuple[str, re.Pattern[str]], ...], agent: str) -> str:
    for name, pattern in among:
        if match := pattern.search(agent):
            version = next((group for group in match.groups() if group), "")
            return f"{name} {version}".strip()
    return ""
