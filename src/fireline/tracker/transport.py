"""The SDK's transport into the spool of this process: what the service itself captures goes there."""

import json
import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from time import monotonic, time
from typing import Any
from uuid import uuid4

import orjson
from django.apps import apps
from sentry_sdk.envelope import Envelope as SdkEnvelope
from sentry_sdk.envelope import Item as SdkItem
from sentry_sdk.transport import Transport
from sentry_sdk.utils import Dsn

from fireline import conf
from fireline.tracker.envelope import Envelope, Item, written
from fireline.tracker.spool import Entry, FullError, spool

took_it: ContextVar[bool] = ContextVar("fireline_took_it", default=False)
"""Set where an envelope was accepted; whoever captures looks at it behind."""

LOST: list[Callable[[str, str, int], None]] = []
"""Called with the reason, the kind and the number of what was lost; `fireline.sentry` counts it."""


class SpoolTransport(Transport):
    """
    Puts each envelope into the spool, and hands it to another transport where there is one.

    It never raises and never waits for a database; it holds no thread and no file, so it stands a
    fork. Where the tracker is not among INSTALLED_APPS the spool is left out. `is_scrubbed` says that
    whoever has made the events has taken the secrets out, as `fireline.sentry.init` sees to.
    """

    def __init__(
        self,
        options: dict[str, Any] | None = None,
        *,
        to_sentry: Transport | None = None,
        is_scrubbed: bool = False,
        is_spooling: bool = True,
    ) -> None:
        super().__init__(None)  # a DSN is the matter of the other transport
        self.options = options
        self.to_sentry = to_sentry
        self.is_scrubbed = is_scrubbed
        self.is_spooling = is_spooling
        self._complained = -60.0

    @property
    def parsed_dsn(self) -> Dsn | None:
        """Where the other transport sends to: the SDK does not trace calls to it."""
        return self.to_sentry.parsed_dsn if self.to_sentry is not None else None

    @parsed_dsn.setter
    def parsed_dsn(self, _: Dsn | None) -> None:
        """The SDK's constructor sets one."""

    @property
    def has_place(self) -> bool:
        """Whether what is captured goes anywhere."""
        return self.to_sentry is not None or self._has_spool()

    def _has_spool(self) -> bool:
        return self.is_spooling and apps.apps_ready and apps.is_installed("fireline.tracker")

    def capture_envelope(self, envelope: SdkEnvelope) -> None:
        """Put the envelope into the spool, and hand it on."""
        if self._has_spool():
            try:
                items = tuple(_item(item) for item in envelope.items)
                spool().put(self._entry(envelope.headers, items))
                took_it.set(True)
            except FullError as error:
                self._lose(envelope, "queue_overflow", error)
            except Exception as error:  # the watcher never hurts the watched
                self._lose(envelope, "internal_sdk_error", error)
        if self.to_sentry is not None:
            try:
                if self.to_sentry.capture_envelope(envelope) is not REFUSED:
                    took_it.set(True)
            except Exception as error:
                self._complain("Sentry's transport failed", error)

    def put(self, items: tuple[Item, ...]) -> None:
        """Put items of our own into the spool, of which the SDK knows nothing; never raises."""
        try:
            if self._has_spool():
                spool().put(self._entry({}, items))
        except Exception as error:
            self._complain("What a storm has kept back is not told", error)

    def _entry(self, header: Mapping[str, Any], items: tuple[Item, ...]) -> Entry:
        settings = conf.current()
        return Entry(
            id=uuid4().hex,
            project=settings.TRACKER_PROJECT or settings.service,
            key="",
            received_at=time(),
            is_scrubbed=self.is_scrubbed,
            envelope=written(Envelope(header=header, items=items)),
        )

    def _lose(self, envelope: SdkEnvelope, reason: str, error: Exception) -> None:
        for item in envelope.items:
            self._tell(reason, item.data_category, 1)
        self._complain("An event is lost: the spool does not take it", error)

    def _tell(self, reason: str, category: str, quantity: int) -> None:
        for hear in LOST:
            try:
                hear(reason, category, quantity)
            except Exception as error:
                self._complain("Counting what is lost failed", error)

    def _complain(self, what: str, error: Exception) -> None:
        """Once a minute: in a storm the log must not fill the disk, too."""
        if monotonic() - self._complained < 60.0:
            return
        self._complained = monotonic()
        try:
            logger = logging.getLogger("fireline.tracker")
            logger.error("%s: %s: %s", what, type(error).__name__, error)
        except Exception:  # a broken log handler: nobody is left to be told
            return

    def record_lost_event(
        self,
        reason: str,
        data_category: Any = None,
        item: SdkItem | None = None,
        *,
        quantity: int = 1,
    ) -> None:
        """Count what the SDK, or a hook of the project, has dropped."""
        category = item.data_category if item is not None else data_category
        self._tell(reason, str(category or "default"), quantity)
        if self.to_sentry is not None:
            self.to_sentry.record_lost_event(reason, data_category, item, quantity=quantity)

    def flush(self, timeout: float, callback: Any = None) -> None:
        """Let the other transport send what waits; in the spool nothing waits."""
        if self.to_sentry is not None:
            self.to_sentry.flush(timeout, callback)

    def kill(self) -> None:
        """End the other transport; the spool is the process's, and others put into it."""
        if self.to_sentry is not None:
            self.to_sentry.kill()

    def is_healthy(self) -> bool:
        """Whether the other transport is; the SDK samples less while one is not."""
        return self.to_sentry is None or self.to_sentry.is_healthy()


REFUSED = object()
"""What a transport of Fireline's returns where it has not taken the envelope."""


def _item(item: SdkItem) -> Item:
    return Item(header=item.headers, payload=_payload(item))


def _payload(item: SdkItem) -> bytes:
    """The bytes of an item; of JSON in a tenth of the time that the SDK takes."""
    data = item.payload.json
    if data is None:
        return item.get_bytes()
    try:
        return orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # half a surrogate pair, an integer of more than 64 bits
        return json.dumps(data, default=str, skipkeys=True).encode()
