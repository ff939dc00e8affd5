"""
The probes as ordinary routes, for who would rather include them than have them answered first.

    path("ops/", include("fireline.urls"))

They pass every middleware, as all routes do, and have names: `fireline:live`, `fireline:ready`,
`fireline:health`, `fireline:metrics`.
"""

from django.contrib.auth.decorators import login_not_required
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from fireline.probes import answer_of, draining

app_name = "fireline"

draining.begin()  # where there is no FirelineMiddleware that would


@csrf_exempt
@login_not_required
@non_atomic_requests
def probe(request: HttpRequest, probe: str) -> HttpResponse:
    """What this probe answers."""
    return answer_of(probe, request)


urlpatterns = [
    path(route, probe, {"probe": name}, name=label)
    for route, name, label in (
        ("healthz", "live", "live"),
        ("healthz/", "live", None),
        ("readyz", "ready", "ready"),
        ("readyz/", "ready", None),
        ("readiness", "ready", None),
        ("readiness/", "ready", None),
        ("health/", "health", "health"),
        ("health", "health", None),
        ("metrics/", "metrics", "metrics"),
        ("metrics", "metrics", None),
    )
]
