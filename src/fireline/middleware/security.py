"""Who tries what: paths that no honest client asks for, own admin pages, missing names."""

from typing import Any

from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fireline.errors import guarded
from fireline.logs import security
from fireline.middleware.layer import Layer, tells_itself
from fireline.middleware.suspicious import is_suspicious
from fireline.scope import Scope
from fireline.scope.client import user_of


class SecurityMiddleware(Layer):
    """Security events alone; for those who do not take FirelineMiddleware. It blocks nobody."""

    def ended(
        self, scope: Scope, request: HttpRequest, response: HttpResponseBase, *, was_left: bool
    ) -> None:
        """Look for attempts."""
        if not tells_itself(request):
            watch(scope, request, response)


_FOR_ALL = ("login", "logout", "jsi18n")
"""Pages of the admin that show nothing of it; who has signed out is nobody when the answer is given."""


def watch(scope: Scope, request: HttpRequest, response: HttpResponseBase) -> None:
    """
    Log what this request tried.

    A path is suspicious only where nothing is found there in the end: not where Django redirects to
    the route with a slash, or a middleware answers. An own admin page is watched for who opens it.
    """
    if response.status_code == 404 and is_suspicious(request.path_info):
        security.write("suspicious_path", f"Suspicious path access: {request.path}", request)
    elif _is_admin_page(request) and not _is_open_to(user_of(request), scope):
        security.write("admin_access", f"Admin access: {request.path}", request)
    if not request.META.get("HTTP_USER_AGENT"):
        security.write("missing_user_agent", f"Missing user agent: {request.path}", request)


def _is_admin_page(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and "admin" in match.app_names and match.url_name not in _FOR_ALL


def _is_open_to(user: Any | None, scope: Scope) -> bool:
    """Staff; and where a form has expired, nobody has asked yet who sent it, and `csrf_failed` says it."""
    if user is None and scope.failure is not None and scope.failure.code == "CSRF_FAILED":
        return True
    return bool(getattr(user, "is_staff", False))


def on_login_failed(*, request: HttpRequest | None = None, **_: Any) -> None:
    """A receiver of Django's `user_login_failed`; the credentials stay out of the log."""
    path = request.path if request is not None else ""
    guarded(security.write, "login_failed", f"Login failed: {path}", request)


def install() -> None:
    """Listen to failed logins."""
    user_login_failed.connect(on_login_failed, dispatch_uid="fireline.login_failed")
