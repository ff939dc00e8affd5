"""Whether a member of the staff asks: known from the session alone, which a probe has not read."""

from functools import partial
from importlib import import_module
from typing import Any
from weakref import WeakValueDictionary

from django.apps import apps
from django.conf import settings as django_settings
from django.http import HttpRequest

from fireline.connections import close_connections
from fireline.errors import guarded
from fireline.health.counts import is_in_transaction
from fireline.timed import Finding, Run, Timed

_LONGEST = 4096
"""Characters; a session of signed cookies is its own key."""

_AT_ONCE = 4
"""So many sessions are looked up at a time: who invents cookies gets no more of the database."""

_lookups: "WeakValueDictionary[str, Timed[bool]]" = WeakValueDictionary()


def start(request: HttpRequest) -> Run[bool] | None:
    """What will be known of the session that this request names; None where it names none."""
    key = request.COOKIES.get(django_settings.SESSION_COOKIE_NAME)
    if not key or len(key) > _LONGEST or not apps.is_installed("django.contrib.auth"):
        return None
    if is_in_transaction():
        run: Run[bool] = Run()
        run.set_result(Finding(value=guarded(_is_staff, key)))
        return run
    if key not in _lookups and len(_lookups) >= _AT_ONCE:
        return None
    return _lookups.setdefault(key, Timed(partial(_looked_up, key))).start()


def _looked_up(key: str) -> bool:
    try:
        return _is_staff(key)
    finally:
        close_connections()


def _is_staff(key: str) -> bool:
    from django.contrib.auth import get_user  # noqa: PLC0415 (it needs the app)

    store = import_module(django_settings.SESSION_ENGINE).SessionStore(key)
    request = HttpRequest()
    request.session = _Copy(store.load())  # type: ignore[assignment]
    user = get_user(request)
    return bool(user.is_active and getattr(user, "is_staff", False))


class _Copy(dict[str, Any]):
    """The session's data. What `get_user` does to a session that has aged must not reach the real one."""

    def cycle_key(self) -> None:
        """Keep the key: nobody would tell the browser of a new one."""

    def flush(self) -> None:
        """Keep the session; the next request of the service decides."""
