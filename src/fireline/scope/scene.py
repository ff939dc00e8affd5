"""The scene: where it happened, in plain values."""

from typing import Any

from fireline.scope.client import address_of, user_id_of
from fireline.scope.current import Scope, bound


def scene_of(scope: Scope | None) -> dict[str, Any]:
    """What a report says of the place: method, path, route, client and what was bound."""
    if scope is None or scope.request is None:
        return dict(bound())
    request = scope.request
    match = request.resolver_match
    return {
        "method": request.method,
        "path": request.path,
        "route": match.route if match else None,
        "view": match.view_name if match else None,
        "user_id": user_id_of(request),
        "remote_addr": address_of(request),
        "user_agent": request.META.get("HTTP_USER_AGENT", ""),
        **bound(),
    }
