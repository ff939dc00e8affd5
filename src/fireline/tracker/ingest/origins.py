"""Which pages may send by a key."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit


def is_allowed(meta: Mapping[str, str], allowed: Iterable[str]) -> bool:
    """
    Whether the page that sends is among these: https://shop.example, shop.example, *.shop.example.

    Browsers name the page's origin, and scripts cannot change it. Who names none is no browser: a
    program could name any, so asking it for one would protect nothing.
    """
    patterns = tuple(pattern.strip().lower().rstrip("/") for pattern in allowed)
    if not patterns or "*" in patterns:
        return True
    origin = meta.get("HTTP_ORIGIN") or _origin_of(meta.get("HTTP_REFERER", ""))
    if not origin:
        return True
    return any(_fits(origin.lower(), pattern) for pattern in patterns)


def _origin_of(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "null"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""


def _fits(origin: str, pattern: str) -> bool:
    scheme, _, host = origin.rpartition("://")
    wanted_scheme, _, wanted = pattern.rpartition("://")
    if wanted_scheme and wanted_scheme != scheme:
        return False
    if wanted.startswith("*."):
        return _without_port(host, wanted).endswith(wanted[1:])
    return _without_port(host, wanted) == wanted


def _without_port(host: str, wanted: str) -> str:
    """The host as the pattern writes it: one without a port means every port."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() and ":" not in wanted.rpartition("]")[2] else host
