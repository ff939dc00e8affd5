"""A filter against telling one failure twice."""

import logging

from fireline.scope import current


class Once(logging.Filter):
    """
    Drops Django's own line about a request that Fireline's access line and report tell already.

    It sits on Fireline's handlers only: `mail_admins` and every other handler still hear Django.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether nobody has told this already."""
        if not record.name.startswith(("django.request", "django.security")):
            return True
        scope = current()
        return scope is None or not scope.is_logged
