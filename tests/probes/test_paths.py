"""Which paths are probes, and which are the project's own."""

import sys
from types import ModuleType

import pytest
from django.http import HttpResponse
from django.urls import include, path, re_path, resolvers

from fireline.health import registry
from fireline.probes.paths import PATHS, lay_out

WELL = {"status": "ok", "service": "crm"}


def own(request, **_):
    return HttpResponse("own")


@pytest.fixture
def routes(settings):
    """Let the project have these routes."""
    module = ModuleType("tests.probes.own_urls")
    sys.modules[module.__name__] = module

    def routes(*patterns):
        module.urlpatterns = list(patterns)
        settings.ROOT_URLCONF = module.__name__

    yield routes
    del sys.modules[module.__name__]


@pytest.fixture
def live(client):
    """What /healthz answers: a probe's words, or another's."""

    def live(asked="/healthz"):
        response = client.get(asked)
        is_json = response["Content-Type"] == "application/json"
        return response.json() if is_json else response.content.decode()

    return live


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(path("healthz", own), id="without-slash"),
        pytest.param(path("healthz/", own), id="with-slash"),
        pytest.param(re_path(r"^healthz", own), id="beginning"),
        pytest.param(re_path(r"^(?P<probe>healthz|ping)/?$", own), id="one-of-some"),
        pytest.param(path("", include([path("healthz/", own)])), id="included"),
    ],
)
@pytest.mark.parametrize("asked", ["/healthz", "/healthz/"])
def test_own_route_wins(routes, live, pattern, asked):
    """With a slash at its end and without: the project's redirect from one to the other stays, too."""
    routes(pattern)

    assert live(asked) != WELL


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(re_path(r"", own), id="everything"),
        pytest.param(path("<path:rest>", own), id="path"),
        pytest.param(path("<slug:page>", own), id="page-of-a-cms"),
        pytest.param(path("<slug:page>/", own), id="page-with-slash"),
        pytest.param(re_path(r"^(?P<name>[a-z]+)/?$", own), id="letters"),
        pytest.param(re_path(r"^(?!api/).*$", own), id="single-page-application"),
        pytest.param(path("", include([path("<str:page>", own)])), id="included"),
        pytest.param(path("other/", own), id="another"),
    ],
)
@pytest.mark.parametrize("asked", ["/healthz", "/healthz/"])
def test_catch_all_does_not_win(routes, live, pattern, asked):
    """It was not made for probes, and answers everything with 200."""
    routes(pattern)

    assert live(asked) == WELL


def test_own_route_wins_over_a_catch_all_behind_it(routes, live):
    """Each is seen for what it is."""
    routes(path("healthz", own), re_path(r"", own))

    assert live() == "own"


def test_included_probes_are_ours(routes, live):
    """They would answer the same."""
    routes(path("", include("fireline.urls")))

    assert live() == WELL


def test_route_of_a_request_of_another_urlconf_wins(routes, client, settings):
    """Sites by host have a URLconf each."""
    routes(path("healthz", own))
    settings.ROOT_URLCONF = "tests.urls"

    class Hosts:
        sync_capable, async_capable = True, False

        def __init__(self, get_response):
            self.get_response = get_response

        def __call__(self, request):
            if request.META["HTTP_HOST"] == "localhost":
                request.urlconf = "tests.probes.own_urls"
            return self.get_response(request)

    sys.modules["tests.probes.own_urls"].Hosts = Hosts
    settings.MIDDLEWARE = ["tests.probes.own_urls.Hosts", *settings.MIDDLEWARE]

    assert client.get("/healthz", headers={"host": "testserver"}).json() == WELL
    assert client.get("/healthz", headers={"host": "localhost"}).content == b"own"


@pytest.mark.parametrize("broken", ["tests.nowhere", "tests.probes.broken_urls"])
def test_broken_urlconf_does_not_end_liveness(live, settings, monkeypatch, broken):
    """A restart would not mend it."""
    module = ModuleType("tests.probes.broken_urls")
    module.urlpatterns = [object()]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    settings.ROOT_URLCONF = broken

    assert live() == WELL


def test_resolver_is_asked_once(live, monkeypatch):
    """And then never again: the answer touches nothing."""
    live()
    monkeypatch.setattr(resolvers.URLResolver, "resolve", None)
    monkeypatch.setattr(registry, "named", None)

    assert live() == WELL


def test_probes_can_be_put_elsewhere_and_left_out(live, settings):
    """By PROBES, however the paths are written."""
    settings.FIRELINE = {"SERVICE": "crm", "PROBES": {"up": "live", "/deep/down/": "live"}}

    assert [live("/up"), live("/up/"), live("/deep/down")] == [WELL] * 3
    assert live("/healthz") != WELL
    assert PATHS.keys() == {"/up", "/up/", "/deep/down", "/deep/down/"}


def test_prefix_of_the_server_is_no_part_of_the_path(client, settings):
    """Behind a proxy that serves it below /crm."""
    settings.FORCE_SCRIPT_NAME = "/crm"

    assert client.get("/healthz").json() == WELL


@pytest.mark.parametrize(
    "asked",
    ["/healthz//", "/healthz/x", "/HEALTHZ", "//healthz", "/healthz%00", "/healthz/" + "x" * 1_000_000],
)  # fmt: skip
def test_path_beside_a_probe_is_none(live, asked):
    """Exactly these paths, and no other."""
    assert live(asked) != WELL


def test_wrong_settings_leave_no_probe(settings):
    """They stop the start; a test that sets them goes on."""
    settings.FIRELINE = {"PROBES": 7}
    assert PATHS == {}
    settings.FIRELINE = {}
    lay_out()
    assert "/readyz/" in PATHS
