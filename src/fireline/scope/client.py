"""Who is at the other end: address and user."""

from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

from django.http import HttpRequest
from django.utils.functional import LazyObject, empty

from fireline import conf


def address_of(request: HttpRequest) -> str:
    """
    The client's address.

    `X-Forwarded-For` is read from its right end, and only as far as TRUSTED_PROXIES vouch for it:
    its left end is whatever the client chose to write.
    """
    peer: str = request.META.get("REMOTE_ADDR") or ""
    proxies = conf.current().TRUSTED_PROXIES
    if not proxies or not is_among(peer, proxies):
        return peer
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "")[-1024:].split(",")
    for hop in reversed(hops):
        address = _without_port(hop.strip())
        if address is None:
            break
        peer = address
        if not is_among(address, proxies):
            break
    return peer


@lru_cache(maxsize=1024)
def is_among(address: str, networks: tuple[str, ...]) -> bool:
    """Whether the address is in one of the networks (CIDR); `unix` stands for a socket without address."""
    if not address:
        return "unix" in networks
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any(
        (mapped or parsed) in ip_network(network, strict=False)
        for network in networks
        if network != "unix"
    )


def _without_port(hop: str) -> str | None:
    for candidate in (hop, hop.rpartition(":")[0], hop.partition("]")[0].removeprefix("[")):
        try:
            return str(ip_address(candidate))
        except ValueError:
            continue
    return None


def user_of(request: HttpRequest) -> Any | None:
    """The request's user where somebody has resolved it already; never a query of ours."""
    known = request.__dict__
    user: Any = known.get("user")
    # AuthenticationMiddleware leaves a lazy user; looking into it would query the session, and asking
    # it for an attribute goes through a function of its own.
    if issubclass(type(user), LazyObject) and object.__getattribute__(user, "_wrapped") is empty:
        return known.get("_cached_user") or known.get("_acached_user")
    return user


def user_id_of(request: HttpRequest) -> Any | None:
    """The primary key of the user that `user_of` knows; None for anonymous and unknown ones."""
    return getattr(user_of(request), "pk", None)
