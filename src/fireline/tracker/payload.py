"""How an event lies in its row: JSON, compressed by zstd; `packed` and `unpacked` alone know."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

import orjson
from django.core.exceptions import ImproperlyConfigured

zstd: Any = None
with suppress(ImportError):
    zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

LEVEL = 3
"""More costs twice the time for a twentieth of the bytes."""


def require_zstd() -> None:
    """Raise ImproperlyConfigured where the extra `tracker` is not installed."""
    if zstd is None:
        raise ImproperlyConfigured(
            "fireline.tracker needs zstd: pip install 'django-fireline[tracker]'."
        )


def packed(event: Mapping[str, Any]) -> bytes:
    """The bytes of this event. Raises TypeError where it is nested more than 250 deep."""
    return compressed(orjson.dumps(event))


def unpacked(payload: bytes | memoryview) -> dict[str, Any]:
    """The event of these bytes."""
    event: dict[str, Any] = orjson.loads(decompressed(payload))
    return event


def compressed(body: bytes) -> bytes:
    """These bytes, smaller."""
    return bytes(zstd.compress(body, LEVEL))


def decompressed(body: bytes | memoryview) -> bytes:
    """What `compressed` was given; PostgreSQL hands out memoryviews."""
    return bytes(zstd.decompress(bytes(body)))
