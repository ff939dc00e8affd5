"""Which pages may open a socket."""

from typing import Any

from channels.security.websocket import OriginValidator
from django.conf import settings


class OwnPages(OriginValidator):  # type: ignore[misc] # of channels, which has no types
    """The service's own; who names no origin is no browser, and brings nobody's cookies along."""

    def __init__(self, application: Any) -> None:
        super().__init__(application, settings.ALLOWED_HOSTS)

    def valid_origin(self, parsed_origin: Any) -> bool:
        """Whether a page of this origin may."""
        return parsed_origin is None or super().valid_origin(parsed_origin)
