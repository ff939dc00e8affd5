"""Asking the probes of a service from outside, with nothing but Python."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from fireline import conf
from fireline.scrub import shown
from fireline.timed import Timed

_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a probe has answered, in words; a line for each check that it names."""

    is_well: bool
    summary: str
    lines: tuple[str, ...] = ()


class _NoRedirect(HTTPRedirectHandler):
    """A probe never redirects; what does is something else, and must not get the token."""

    def redirect_request(self, *_: Any) -> None:
        """No request: the answer is the redirect."""


# No proxy either: the service is on this machine or near to it.
_opener = build_opener(_NoRedirect, ProxyHandler({}))


def ask(url: str, probe: str, limit: float) -> Asked:
    """What the service at this URL answers within the limit; a URL without a path gets the probe's."""
    parts = urlsplit(url if "//" in url else f"http://{url}")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return Asked(is_well=False, summary=f"{url} is no URL, such as http://127.0.0.1:8000")
    if parts.path.strip("/") == "":
        parts = parts._replace(path=_path_of(probe))
    found = Timed(partial(_answer, parts.geturl(), limit)).ask(limit)
    if found.value is None:
        return Asked(is_well=False, summary=f"no answer from {shown(url)}: {shown(found.error)}")
    status, body = found.value
    return _understood(status, body)


def _path_of(probe: str) -> str:
    paths = [path for path, name in conf.current().PROBES.items() if name == probe]
    return paths[0] if paths else "/"


def _answer(url: str, limit: float) -> tuple[int, bytes]:
    token = conf.current().MONITORING_TOKEN
    headers = {"Accept": "application/json", "User-Agent": "fireline_health"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = Request(url, headers=headers)  # noqa: S310 (http and https alone come here)
    try:
        with _opener.open(request, timeout=limit) as response:
            return response.status, response.read(_LONGEST)
    except HTTPError as error:
        with error:
            return error.code, error.read(_LONGEST)


def _understood(status: int, body: bytes) -> Asked:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return Asked(is_well=False, summary=f"status {status}, and no answer of a probe")
    summary = said.get("overall_status") or said.get("status") or f"status {status}"
    return Asked(is_well=status == 200, summary=_plain(summary), lines=tuple(_lines(said)))


def _lines(said: dict[str, Any]) -> Iterator[str]:
    checks = said.get("checks")
    for name, found in checks.items() if isinstance(checks, dict) else ():
        if isinstance(found, dict):
            yield _plain(f"{name}: {found.get('status')}: {found.get('message')}")
        else:
            yield _plain(f"{name}: {'healthy' if found is True else 'unhealthy'}")
    if said.get("draining"):
        yield "draining"


def _plain(said: object) -> str:
    """One line; what answers there may be anybody."""
    return re.sub(r"[^ -~\u00a1-\ud7ff]", "?", shown(said))
