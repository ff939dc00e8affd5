"""
Where requests may go: never into the private network by somebody else's address.

A webhook's address is typed in by a person, or is one of a customer's. Without this guard our
server would ask its own neighbours for them: https://owasp.org/www-community/attacks/Server_Side_Request_Forgery
"""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from fireline import conf
from fireline.communication.results import Cause, Undelivered

_Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last four bytes


def refused(url: str) -> str:
    """What is wrong with this address at first sight, in words; empty where nothing is."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"{error}"
    if parts.scheme not in {"http", "https"} or not host:
        return "it is no http or https address"
    if parts.username is not None or parts.password is not None:
        return "it has a user or password in it"
    if parts.scheme == "http" and not (_is_named(host) or _is_listed_address(host)):
        return "it is not https (PRIVATE_HOSTS may do without)"
    return ""


def host_of(url: str) -> str:
    """The host alone: what a log may know of an address that may be secret."""
    try:
        return urlsplit(url).hostname or "…"
    except ValueError:
        return "…"


def addresses_of(host: str, port: int) -> list[str]:
    """
    The addresses of this host, each of them checked; raises Undelivered where one may not be asked.

    The caller connects to one of these and does not ask for the name again: a name server that
    answers differently the second time (DNS rebinding) gains nothing.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Undelivered(
            Cause.TRANSIENT, f"{host} has no address: {error}", code="no_address"
        ) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not _is_named(host):
        for address in addresses:
            if not _may_be_asked(ip_address(address)):
                raise Undelivered(
                    Cause.CONFIGURATION,
                    f"{host} is at {address}, which is not public. Name it in PRIVATE_HOSTS where that is meant.",
                    code="private_address",
                )
    return addresses


def _may_be_asked(address: _Address) -> bool:
    return _is_public(address) or _is_listed(address)


def _is_public(address: _Address) -> bool:
    inner = _inner(address)
    if inner is not None:
        return _is_public(inner)
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def _inner(address: _Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour


def _is_listed(address: _Address) -> bool:
    inner = _inner(address) or address
    return any(
        inner in network for name in conf.current().PRIVATE_HOSTS if (network := _network(name))
    )


def _is_listed_address(host: str) -> bool:
    try:
        return _is_listed(ip_address(host))
    except ValueError:
        return False


def _is_named(host: str) -> bool:
    """Whether PRIVATE_HOSTS has this very name."""
    wanted = host.lower().rstrip(".")
    return any(
        name.lower().rstrip(".") == wanted
        for name in conf.current().PRIVATE_HOSTS
        if _network(name) is None
    )


def _network(name: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(name, strict=False)
    except ValueError:
        return None
