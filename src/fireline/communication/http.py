"""One POST to a provider: what it answers, within bounds, or why nothing is known."""

import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
import urllib3
from requests.adapters import HTTPAdapter

from fireline.communication import guard
from fireline.communication.results import Cause, Undelivered
from fireline.resilience import create_robust_session
from fireline.scope import current
from fireline.scrub import shown

_ANSWER_AT_MOST = 64 * 1024

_NEVER_SENT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ProxyError,
)
_DISTRUSTED = (ssl.SSLCertVerificationError, urllib3.util.ssl_match_hostname.CertificateError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the provider has said."""

    status: int
    body: bytes
    retry_after: float | None = None

    @property
    def text(self) -> str:
        """The beginning of its body."""
        return self.body[:2000].decode("utf-8", "replace").strip()

    @property
    def json(self) -> dict[str, Any]:
        """Its body where that is a JSON object; else an empty one."""
        try:
            found = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return found if isinstance(found, dict) else {}


def encoded(body: Mapping[str, Any]) -> bytes:
    """The body as JSON; raises Undelivered where it has what JSON cannot say."""
    try:
        return orjson.dumps(body, default=shown)
    except TypeError as error:
        raise Undelivered(Cause.MESSAGE, f"It is no JSON: {error}", code="no_json") from error


def post(
    url: str,
    body: bytes,
    *,
    timeout: float,
    headers: Mapping[str, str] | None = None,
    is_guarded: bool = False,
) -> Answer:
    """
    What is answered to this JSON; redirects are not followed, and nothing is sent a second time.

    A guarded address is resolved and checked here, and only the checked address is connected to,
    without any proxy. Raises Undelivered where no whole answer came.
    """
    given = {"Content-Type": "application/json", **(headers or {})}
    if not is_guarded:
        with _session() as session:
            return _posted(session, url, body, timeout, given)
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    failed: Undelivered | None = None
    for address in guard.addresses_of(host, port):
        with _session() as session:
            session.trust_env = False  # no proxy, who would resolve the name again, and no .netrc
            session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
            session.mount(f"{parts.scheme}://", _Pinned(address))
            try:
                return _posted(session, url, body, timeout, given)
            except Undelivered as error:
                if error.code != "not_connected":
                    raise
                failed = error
    raise failed or Undelivered(Cause.TRANSIENT, f"{host} has no address.", code="no_address")


def _session() -> requests.Session:
    session = create_robust_session(name="messages")  # a POST is not sent twice by it
    if scope := current():
        session.headers["X-Correlation-ID"] = scope.correlation_id
    return session


class _Pinned(HTTPAdapter):
    """Connects to one address, whatever the name says now; name and certificate stay the host's."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(max_retries=0)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """As ever, but for the host."""
        found, more = super().build_connection_pool_key_attributes(request, verify, cert)
        request.headers["Host"] = urlsplit(str(request.url)).netloc
        if found["scheme"] == "https":
            return {**found, "host": self.address}, {**more, "server_hostname": found["host"]}
        return {**found, "host": self.address}, more


def _posted(
    session: requests.Session, url: str, body: bytes, timeout: float, headers: Mapping[str, str]
) -> Answer:
    try:
        with session.post(
            url,
            data=body,
            headers=headers,
            timeout=timeout,
            allow_redirects=False,
            stream=True,
        ) as response:
            read = response.raw.read(_ANSWER_AT_MOST, decode_content=True)
            return Answer(
                status=response.status_code,
                body=read,
                retry_after=_seconds(response.headers.get("Retry-After", "")),
            )
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise _broken(error) from error


def _broken(error: Exception) -> Undelivered:
    """Whether the request has certainly not arrived, or perhaps."""
    reason = getattr(error.args[0] if error.args else None, "reason", None) or error
    if isinstance(error, (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL)):
        return Undelivered(Cause.CONFIGURATION, f"{error}", code=type(error).__name__)
    if any(isinstance(link, _DISTRUSTED) for link in _chain(reason)):
        return Undelivered(Cause.CONFIGURATION, "Its certificate is not trusted.", code="tls")
    if isinstance(error, requests.exceptions.ConnectTimeout) or isinstance(reason, _NEVER_SENT):
        return Undelivered(Cause.TRANSIENT, "It cannot be connected to.", code="not_connected")
    # The words of urllib3 name objects and addresses; the type says enough.
    return Undelivered(
        Cause.TRANSIENT,
        f"No whole answer: {type(reason).__name__}",
        code=type(error).__name__,
        is_unknown=True,
    )


def _chain(error: object) -> Iterator[object]:
    seen: set[int] = set()
    while isinstance(error, BaseException) and id(error) not in seen:
        seen.add(id(error))
        yield error
        yield from error.args[:1]
        error = error.__cause__ or error.__context__


def _seconds(retry_after: str) -> float | None:
    """The header Retry-After: seconds, or a date (RFC 9110, 10.2.3)."""
    if retry_after.isdecimal():
        return min(float(retry_after), 86_400.0)
    with suppress(ValueError, TypeError):
        at = parsedate_to_datetime(retry_after)
        return max(0.0, (at.astimezone(UTC) - datetime.now(UTC)).total_seconds())
    return None
