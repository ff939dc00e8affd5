"""A requests session for services that may be slow, down or busy."""

import time
from collections.abc import Collection, Mapping
from typing import Any, Self

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from urllib3.exceptions import (
    InvalidHeader,
    MaxRetryError,
    ProtocolError,
    ReadTimeoutError,
    ResponseError,
)
from urllib3.util.retry import Retry

from fireline.resilience.announced import Outcome, tell_attempt
from fireline.resilience.budget import seconds_left
from fireline.scope import current

STATUSES = (429, 500, 502, 503, 504)
METHODS = frozenset({"HEAD", "GET", "PUT", "DELETE", "OPTIONS", "TRACE"})
"""The methods that a server may get twice (RFC 9110, 9.2.2)."""
IDEMPOTENCY_KEY = "Idempotency-Key"
"""The header by which a server knows a request that it has done already."""
TIMEOUT = (3.05, 10.0)
"""Seconds until the connection stands, and until the server says something more."""


def create_robust_session(
    *,
    retries: int = 3,
    backoff_factor: float = 1.0,
    status_forcelist: Collection[int] = STATUSES,
    timeout: float | tuple[float, float] = TIMEOUT,
    retry_after_max: float = 60.0,
    name: str = "http",
) -> Session:
    """
    A `requests.Session` that tries again where it is safe, and never waits without end.

    A connection error or a status of `status_forcelist` is tried again up to `retries` times, for
    HEAD, GET, PUT, DELETE, OPTIONS and TRACE, and for any method with an Idempotency-Key header. The
    waits are urllib3's (none, then twice the factor, four times, ...), or what Retry-After asks
    for, up to `retry_after_max`. At the end the last answer is returned as it is, and the last error
    raised; inside of a request as soon as the next wait would pass RETRY_BUDGET_SECONDS.

    A request without a `timeout` of its own has this one. X-Correlation-ID of the current request
    is sent along. `name` stands in log lines and figures.
    """
    retry = BoundedRetry(
        total=retries,
        other=0,  # a certificate does not become valid by asking again
        allowed_methods=METHODS,
        status_forcelist=status_forcelist,
        backoff_factor=backoff_factor,
        backoff_jitter=backoff_factor / 2,
        raise_on_status=False,
    ).with_notes(name=name, retry_after_max=retry_after_max)
    session = Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, RobustAdapter(retry, timeout))
    return session


class BoundedRetry(Retry):
    """urllib3's Retry, which knows how much time there is and says what it does."""

    # A 413 is not tried again for its Retry-After.
    RETRY_AFTER_STATUS_CODES = frozenset({429, 503})

    name = "http"
    longest = 60.0
    wait = 0.0

    def with_notes(self, *, name: str, retry_after_max: float) -> Self:
        """This Retry, under a name and with a longest Retry-After."""
        self.name = name
        self.longest = retry_after_max
        return self

    def new(self, **changes: Any) -> Self:
        """The same with these changes; urllib3 makes one for each attempt."""
        return super().new(**changes).with_notes(name=self.name, retry_after_max=self.longest)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: Any = None,
    ) -> Self:
        """The Retry for the next attempt; raises where there is none."""
        attempt = len(self.history) + 1
        cause = f"HTTP {response.status}" if response is not None else type(error).__name__
        if not self._is_method_retryable(method or ""):
            # urllib3 would connect again: harmless perhaps, but nobody has asked for it.
            raise _last(error or ResponseError(cause), _pool, url)
        try:
            following = super().increment(method, url, response, error, _pool, _stacktrace)
        except MaxRetryError:
            if self.history:
                tell_attempt(self.name, attempt, Outcome.FAILED, error=error, cause=cause)
            raise _last(error or ResponseError(cause), _pool, url) from error
        following.wait = following.wait_after(response)
        if following.wait > seconds_left():
            tell_attempt(self.name, attempt, Outcome.OUT_OF_TIME, error=error, cause=cause)
            raise _last(error or ResponseError(cause), _pool, url)
        tell_attempt(
            self.name, attempt, Outcome.AGAIN, wait=following.wait, error=error, cause=cause
        )
        return following

    def wait_after(self, response: Any) -> float:
        """The seconds that the server asks for, or else urllib3's."""
        asked = self.get_retry_after(response) if response is not None else None
        return asked or self.get_backoff_time()

    def get_retry_after(self, response: Any) -> float | None:
        """What the header Retry-After asks for, up to the longest; None where it is nonsense."""
        try:
            asked = super().get_retry_after(response)
        except (InvalidHeader, ValueError, OverflowError):
            return None
        return None if asked is None else min(asked, self.longest)

    def sleep(self, response: Any = None) -> None:
        """Wait as `increment` has found that there is time for."""
        if self.wait:
            time.sleep(self.wait)


def _last(error: Exception, pool: Any, url: str | None) -> Exception:
    """The error as requests knows it: a time-out stays a time-out, a refused connection has its wrapping."""
    if isinstance(error, (ReadTimeoutError, ProtocolError)):
        return error
    wrapped = MaxRetryError(pool, url or "", error)
    wrapped.__cause__ = error
    return wrapped


class RobustAdapter(HTTPAdapter):
    """How the session sends: with a time-out, the correlation id, and the Retry that suits the request."""

    def __init__(self, retry: BoundedRetry, timeout: float | tuple[float, float]) -> None:
        super().__init__(max_retries=retry)
        self.name = retry.name
        self.timeout = timeout
        self._any_method = self._sibling(retry.new(allowed_methods=None))
        self._once = self._sibling(retry.new(total=0))

    def _sibling(self, retry: Retry) -> HTTPAdapter:
        """An adapter with another Retry that shares the connections."""
        sibling = HTTPAdapter(max_retries=retry)
        sibling.poolmanager, sibling.proxy_manager = self.poolmanager, self.proxy_manager
        return sibling

    def send(  # noqa: PLR0917 (requests')
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """The answer to the last attempt."""
        scope = current()
        if scope is not None:
            request.headers.setdefault("X-Correlation-ID", scope.correlation_id)
        send = super().send
        if not _can_be_sent_twice(request.body):
            send = self._once.send
        elif request.headers.get(IDEMPOTENCY_KEY):
            send = self._any_method.send
        timeout = self.timeout if timeout is None else timeout
        response = send(request, stream, timeout, verify, cert, proxies)
        retry: Retry | None = response.raw.retries
        if retry and retry.history and response.status_code not in retry.status_forcelist:
            tell_attempt(self.name, len(retry.history) + 1, Outcome.SUCCEEDED)
        return response


def _can_be_sent_twice(body: Any) -> bool:
    """Whether it can: a generator would be empty the second time, and overwrite with nothing."""
    return body is None or isinstance(body, (bytes, str)) or hasattr(body, "seek")
