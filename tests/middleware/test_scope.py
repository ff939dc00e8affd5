"""How far a request's scope reaches: from the first layer to the last line, and no further."""

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from fireline import scope


@pytest.fixture(autouse=True)
def urlconf(settings):
    """The views of these stories."""
    settings.ROOT_URLCONF = "tests.middleware.scope_urls"


@pytest.fixture(params=["sync", "async"])
def get(request):
    """Ask a path through the sync or the async chain of middlewares."""
    if request.param == "sync":
        return Client(raise_request_exception=False).get
    return async_to_sync(AsyncClient(raise_request_exception=False).get)


@pytest.mark.parametrize("path", ["/binds/", "/binds-async/"])
def test_what_a_view_binds_is_in_the_access_line(get, log, path):
    """Whether the view is sync or async, and whatever hop lies between it and the first layer."""
    get(path)

    assert log.access[0]["order"] == 7
    assert scope.bound() == {}
