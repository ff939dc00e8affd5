"""Who may look behind the scenes: at figures, and at what exactly is unwell."""

import hmac

from django.http import HttpRequest

from fireline import conf
from fireline.scope.client import address_of, is_among


def is_trusted(request: HttpRequest) -> bool:
    """Whether the request brings MONITORING_TOKEN, or comes from one of MONITORING_NETWORKS."""
    settings = conf.current()
    if settings.MONITORING_TOKEN and _has_token(request, settings.MONITORING_TOKEN):
        return True
    networks = settings.MONITORING_NETWORKS
    return bool(networks) and _is_near(request, networks)


def _is_near(request: HttpRequest, networks: tuple[str, ...]) -> bool:
    try:
        return not _hides_its_client(request) and is_among(address_of(request), networks)
    except ValueError:  # a setting that is no network; `manage.py check` says which
        return False


def _hides_its_client(request: HttpRequest) -> bool:
    """
    Whether a proxy has sent it that TRUSTED_PROXIES does not name: who asks is then unknown.

    Else everybody behind a proxy on 127.0.0.1 would be as near as the proxy itself.
    """
    meta = request.META
    if not any(header in meta for header in _SENT_BY_PROXIES):
        return False
    proxies = conf.current().TRUSTED_PROXIES
    return not proxies or not is_among(meta.get("REMOTE_ADDR") or "", proxies)


_SENT_BY_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def _has_token(request: HttpRequest, token: str) -> bool:
    scheme, _, given = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    # In bytes: text that is not ASCII would raise.
    return scheme.lower() == "bearer" and hmac.compare_digest(
        given.strip().encode("utf-8", "surrogatepass"), token.encode()
    )
