"""The views of the tests, and one that speaks to sockets."""

from django.urls import path

from fireline.errors import KINDS, Failure
from tests.servers.urls import urlpatterns as plain


def tell_the_room(request):
    from tests.sources.channels.asgi import told

    return told(request)


def kind(request, code):
    raise Failure("secret words", code=code)


urlpatterns = [
    *plain,
    path("tell/", tell_the_room),
    path("kinds/<str:code>/", kind),
    path("api/kinds/<str:code>/", kind),
]
assert KINDS
