"""
One service, asked the same things with Fireline and without; run in a process of its own.

`python -m tests.middleware.compared bare|fireline` prints a JSON list of answers.
"""

import json
import sys
import tempfile

import django
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import include, path


def own_handler(exception, context):
    """A project's own exception handler of DRF, with the last word."""
    from rest_framework.views import exception_handler

    response = exception_handler(exception, context)
    if response is not None:
        response.data = {"own": response.data}
        response["X-Own"] = "yes"
    return response


MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tests.middleware.compared.Swallowing",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


class Swallowing:
    """A middleware of the project that answers one kind of failure itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, KeyError):
            return HttpResponse("swallowed", status=418)
        return None


def configure(variant: str, handler: str) -> None:
    options = {
        "ALLOWED_HOSTS": ["testserver"],
        "SECRET_KEY": "only for tests",
        "ROOT_URLCONF": __name__,
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "rest_framework",
        ],
        "MIDDLEWARE": MIDDLEWARE,
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": f"{tempfile.mkdtemp()}/db.sqlite3",
                "ATOMIC_REQUESTS": True,
            }
        },
        "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        "LOGGING": {"version": 1, "disable_existing_loggers": True, "handlers": {}},
        "REST_FRAMEWORK": {"EXCEPTION_HANDLER": handler} if handler else {},
        "USE_TZ": True,
    }
    if variant == "fireline":
        options["INSTALLED_APPS"] += ["fireline"]
        options["MIDDLEWARE"] = [
            "fireline.middleware.FirelineMiddleware",
            *MIDDLEWARE,
            "fireline.middleware.ErrorHandlingMiddleware",
        ]
    settings.configure(**options)
    django.setup()


def plain_views():
    from django.views.decorators.csrf import csrf_exempt

    from tests.raised import RAISED

    def fails(request, how):
        raise RAISED[how].with_traceback(None)

    def swallowed(request):
        raise KeyError

    def works(request):
        return HttpResponse("works")

    def writes(request):
        from django.contrib.auth.models import Group

        Group.objects.create(name="row")
        raise ValueError

    def counts(request):
        from django.contrib.auth.models import Group

        return HttpResponse(str(Group.objects.count()))

    def stream(request):
        return StreamingHttpResponse(iter([b"a", b"b"]))

    def body(request):
        return HttpResponse(str(len(request.body)))

    return [
        path("works/", works),
        path("fails/<str:how>/", fails),
        path("swallowed/", swallowed),
        path("writes/", writes),
        path("counts/", counts),
        path("stream/", stream),
        path("form/", body),
        path("body/", csrf_exempt(body)),
        path("status/<int:code>/", lambda request, code: HttpResponse(status=code)),
        path("rendered/", works),
    ]


def drf_views():
    from rest_framework import exceptions, permissions, serializers, views
    from rest_framework.response import Response

    raised = {
        "validation": exceptions.ValidationError({"name": ["required"]}),
        "validation-list": exceptions.ValidationError(["one", "two"]),
        "parse": exceptions.ParseError(),
        "denied": exceptions.PermissionDenied(),
        "missing": exceptions.NotFound("No such thing"),
        "throttled": exceptions.Throttled(wait=7),
        "api": exceptions.APIException(),
        "django-validation": ValidationError({"name": ["no"]}),
        "bug": ValueError("bug"),
    }

    class Fails(views.APIView):
        authentication_classes = ()

        def get(self, request, how):
            raise raised[how]

        def post(self, request, how):
            return Response({"got": request.data})

    class Private(views.APIView):
        permission_classes = (permissions.IsAuthenticated,)

        def get(self, request):
            return Response("in")

    class Atomic(views.APIView):
        authentication_classes = ()

        def get(self, request):
            from django.contrib.auth.models import Group

            Group.objects.create(name="row")
            assert transaction.get_connection().in_atomic_block
            raise serializers.ValidationError("no")

    return [
        path("fails/<str:how>/", Fails.as_view()),
        path("private/", Private.as_view()),
        path("atomic/", Atomic.as_view()),
    ]


urlpatterns = []


def asked():
    """Every request, with its headers."""
    from tests.raised import RAISED

    browser = {"accept": "text/html"}
    api = {"accept": "application/json"}
    problem = {"accept": "application/problem+json, application/json"}
    for headers in (browser, api, problem, {}):
        for how in RAISED:
            yield "get", f"/fails/{how}/", {}, headers
        for name in "works", "swallowed", "nope", "stream", "writes", "counts", "form", "works/x":
            yield "get", f"/{name}/", {}, headers
        for code in 302, 400, 404, 405, 500, 503:
            yield "get", f"/status/{code}/", {}, headers
        for how in (
            "validation", "validation-list", "parse", "denied", "missing", "throttled", "api",
            "django-validation", "bug",
        ):  # fmt: skip
            yield "get", f"/drf/fails/{how}/", {}, headers
        yield "get", "/works", {}, headers
        yield "get", "/drf/private/", {}, headers
        yield "get", "/drf/atomic/", {}, headers
        yield "put", "/drf/fails/bug/", {}, headers
        yield (
            "post",
            "/drf/fails/bug/",
            {"data": "{broken", "content_type": "application/json"},
            headers,
        )
        yield "post", "/drf/fails/bug/", {"data": "x", "content_type": "text/odd"}, headers
        yield "post", "/form/", {"data": {"a": "b"}}, headers
        yield "post", "/body/", {"data": b"x" * 3_000_000, "content_type": "text/plain"}, headers
        yield "get", "/works/", {"HTTP_HOST": "evil.example"}, headers
        yield "head", "/nope/", {}, headers


def answers():
    from django.contrib.auth.models import Group
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    urlpatterns[:] = [*plain_views(), path("drf/", include((drf_views(), "drf")))]
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for method, address, options, headers in asked():
        response = getattr(client, method)(address, headers=headers, **options)
        body = b"".join(response) if response.streaming else response.content
        yield {
            "asked": f"{method} {address} {headers} {response.wsgi_request.get_full_path()}",
            "status": response.status_code,
            "headers": dict(response.items()),
            "cookies": sorted(response.cookies),
            "body": body.decode(),
        }
    yield {
        "asked": "rows",
        "status": Group.objects.count(),
        "headers": {},
        "body": "",
        "cookies": [],
    }


if __name__ == "__main__":
    configure(sys.argv[1], sys.argv[2])
    sys.modules["tests.middleware.compared"] = sys.modules["__main__"]
    settings.ROOT_URLCONF = "tests.middleware.compared"
    print(json.dumps(list(answers())))
