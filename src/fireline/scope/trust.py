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
    return bool(networks) and is_among(address_of(request), networks)


def _has_token(request: HttpRequest, token: str) -> bool:
    scheme, _, given = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    # In bytes: text that is not ASCII would raise.
    return scheme.lower() == "bearer" and hmac.compare_digest(
        given.strip().encode("utf-8", "surrogatepass"), token.encode()
    )
