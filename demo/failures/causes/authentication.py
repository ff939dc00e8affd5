"""Who the client is, and what they may do."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.views.decorators.csrf import csrf_protect
from rest_framework.authentication import BasicAuthentication
from rest_framework.exceptions import NotAuthenticated

from failures.failure import Button, Group, Outcome, failure


@failure(
    "Nobody is signed in",
    group=Group.AUTHENTICATION,
    status=401,
    code="UNAUTHENTICATED",
    client="a general message; in the API also WWW-Authenticate",
    operator="crm.log: one WARNING; security.log: authentication_failed",
)
def not_signed_in(_request: HttpRequest) -> Outcome:
    raise NotAuthenticated


@failure(
    "A wrong password",
    group=Group.AUTHENTICATION,
    status=401,
    code="AUTHENTICATION_FAILED",
    client="the same as above: not whether the user exists",
    operator="crm.log: one WARNING; security.log: login_failed and authentication_failed",
    curl="-u operator:wrong",
)
def wrong_password(request: HttpRequest) -> Outcome:
    BasicAuthentication().authenticate_credentials("operator", "wrong", request)
    return {}


@failure(
    "No permission",
    group=Group.AUTHENTICATION,
    status=403,
    code="PERMISSION_DENIED",
    client="that this is not for them; not why",
    operator="crm.log: one WARNING with the reason; security.log: permission_denied",
)
def no_permission(_request: HttpRequest) -> Outcome:
    raise PermissionDenied("Only accounting exports customers.")


@failure(
    "A forged form",
    group=Group.AUTHENTICATION,
    status=403,
    code="CSRF_FAILED",
    client="that the form has expired, and what to do",
    operator="crm.log: one WARNING with Django's reason; security.log: csrf_failed",
    button=Button.FORGED_FORM,
    curl="-X POST",
)
def forged_form(request: HttpRequest) -> Outcome:
    # A DRF view is exempt from the middleware's check, so it is made here.
    return csrf_protect(lambda _: {})(getattr(request, "_request", request))
