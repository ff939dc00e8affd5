import sys
from types import ModuleType

import pytest
from django.core.checks import run_checks
from django.test import override_settings

import fireline
from fireline.logs import config

FIRST = "fireline.middleware.FirelineMiddleware"
LAST = "fireline.middleware.ErrorHandlingMiddleware"
OTHER = "django.middleware.common.CommonMiddleware"


def findings(**changed):
    """The ids and hints of what Fireline finds with these settings."""
    with override_settings(**changed):
        found = run_checks(tags=["fireline"])
    return {message.id: message for message in found}


def test_service_of_the_tests_is_wired():
    """A service wired as the README says has no findings."""
    assert findings() == {}


@pytest.mark.parametrize(
    ("middleware", "ids"),
    [
        pytest.param([OTHER], {"fireline.W001", "fireline.W004"}, id="none"),
        pytest.param([FIRST, OTHER], {"fireline.W004"}, id="no-last"),
        pytest.param([OTHER, LAST], {"fireline.W001"}, id="no-first"),
        pytest.param([OTHER, FIRST, LAST], {"fireline.W002"}, id="not-first"),
        pytest.param([FIRST, LAST, OTHER], {"fireline.W005"}, id="not-last"),
        pytest.param((FIRST, OTHER, LAST), set(), id="tuple"),
        pytest.param([FIRST, FIRST, OTHER, LAST], {"fireline.E010"}, id="first-twice"),
        pytest.param([FIRST, OTHER, LAST, LAST], {"fireline.E010"}, id="last-twice"),
        pytest.param(
            [FIRST, "fireline.middleware.SecurityMiddleware", LAST], {"fireline.W003"}, id="twice"
        ),
        pytest.param(
            ["fireline.middleware.RequestLoggingMiddleware", OTHER, LAST], set(), id="single"
        ),
    ],
)
def test_order_of_middlewares_is_checked(middleware, ids):
    """What is missing or misplaced is said, with the line to add."""
    found = findings(MIDDLEWARE=middleware)

    assert found.keys() == ids
    assert all("MIDDLEWARE" in message.hint for message in found.values())


@pytest.mark.parametrize(
    ("middleware", "signed"),
    [
        pytest.param([OTHER], "only answers of Fireline itself carry ids", id="none"),
        pytest.param(
            [OTHER, LAST], "only answers of views and their failures carry ids", id="last"
        ),
    ],
)
def test_missing_middleware_is_told_with_what_is_missing(middleware, signed):
    """Neither more nor less: handlers and signals work without it."""
    found = findings(MIDDLEWARE=middleware)

    assert signed in found["fireline.W001"].msg
    assert "reported" not in found["fireline.W001"].msg


@pytest.mark.parametrize("name", ["SINKS", "IGNORE", "CRITICAL"])
def test_path_that_cannot_be_imported_is_an_error(name):
    """A typing error in a dotted path would otherwise never match, and nobody would know."""
    found = findings(FIRELINE={"SERVICE": "crm", name: ["shop.nowhere.Error"]})

    assert "shop.nowhere.Error" in found["fireline.E001"].msg


@pytest.mark.parametrize(
    ("name", "path", "part"),
    [
        pytest.param("IGNORE", "django.http.HttpRequest", "which is no exception", id="class"),
        pytest.param("CRITICAL", "print", "which is no exception", id="function"),
        pytest.param("IGNORE", "not a path", "which cannot be imported", id="words"),
        pytest.param("SINKS", "tests.test_checks.FIRST", "which cannot be called", id="sink"),
    ],
)
def test_path_to_something_else_is_an_error(name, path, part):
    """It would never match, or fail at the first report."""
    found = findings(FIRELINE={"SERVICE": "crm", name: [path]})

    assert found.keys() == {"fireline.E001"}
    assert part in found["fireline.E001"].msg


@pytest.mark.usefixtures("catalogue")
def test_registered_exceptions_are_looked_for():
    """A typing error in a dotted path would never match; a class given as a class is there."""

    class Local(Exception):
        pass

    fireline.register("SOLD_OUT", exceptions=[Local, "fireline.BusinessRuleViolation"])
    before = findings()
    fireline.register("SOLD_OUT", exceptions=["shop.nowhere.SoldOut"])

    assert before == {}
    assert "fireline.register('SOLD_OUT') names the exception shop.nowhere.SoldOut, which" in (
        findings()["fireline.W011"].msg
    )


def test_code_that_nobody_has_registered_is_told():
    """A respelling of nothing is a typing error."""
    found = findings(FIRELINE={"SERVICE": "crm", "CODE_NAMES": {"NOT_FUND": "A", "NOT_FOUND": "B"}})

    assert [message.msg for message in found.values()] == [
        "FIRELINE['CODE_NAMES'] respells NOT_FUND, a code that nobody has registered."
    ]


@pytest.mark.parametrize(
    ("changed", "known_as", "hint"),
    [
        pytest.param({"API_PATHS": ["api/"]}, "E008", "in urls.py: '/api/'", id="prefix"),
        pytest.param(
            {"RESPONSE_FORMAT_BY_PATH": {"v2/": "flag"}}, "E008", "'/v2/'", id="prefix-of-a-shape"
        ),
        pytest.param({"SERVICE": "a/b c"}, "E009", "BRAND_NAME is the name that people", id="name"),
        pytest.param({"SLOW_REQUEST_SECONDS": -1}, "E012", "a number from 0", id="negative"),
        pytest.param({"HEALTH_TIMEOUT": float("nan")}, "E012", "a number from 0", id="no-number"),
        pytest.param({"PROBLEM_TYPE_URL": "docs"}, "W013", "https://", id="type-of-a-problem"),
        pytest.param({"BRAND_LOGO": "logo.svg"}, "W013", "data:image/", id="logo"),
        pytest.param({"BRAND_HOME": "javascript:alert(1)"}, "W013", "https://", id="home"),
    ],
)
def test_value_that_cannot_be_meant_is_told(settings, changed, known_as, hint):
    """With the way out."""
    service = changed.get("SERVICE", "crm")
    settings.LOGGING = {**HANDLERS, "root": NAMED}

    found = findings(FIRELINE={"SERVICE": service, **changed})

    assert found.keys() == {f"fireline.{known_as}"}
    assert hint in found[f"fireline.{known_as}"].hint


def test_values_that_can_be_meant_are_no_finding():
    """Each kind of address, and a prefix with its slash."""
    changed = {
        "API_PATHS": ["/api/", "/"],
        "PROBLEM_TYPE_URL": "https://docs.acme.example/errors#",
        "BRAND_LOGO": "data:image/svg+xml,<svg/>",
        "BRAND_HOME": "/start/",
        "SLOW_REQUEST_SECONDS": 0,
    }

    assert findings(FIRELINE={"SERVICE": "crm", **changed}) == {}


@pytest.mark.parametrize("name", ["ValueError", "builtins.ValueError", "django.http.Http404"])
def test_exceptions_of_python_need_no_module(name):
    """`ValueError` is named as it is written."""
    assert findings(FIRELINE={"SERVICE": "crm", "IGNORE": [name]}) == {}


HANDLERS = {"version": 1, "handlers": {"any": {"class": "logging.NullHandler"}}}
NAMED = {"handlers": ["any"]}


@pytest.mark.parametrize(
    ("logging", "ids"),
    [
        pytest.param({"version": 1}, {"fireline.W006"}, id="empty"),
        pytest.param({**HANDLERS, "root": NAMED}, set(), id="root"),
        pytest.param({**HANDLERS, "loggers": {"crm": NAMED}}, set(), id="own-logger"),
        pytest.param({**HANDLERS, "loggers": {"crm": {}}}, {"fireline.W006"}, id="no-handler"),
    ],
)
def test_lines_that_go_nowhere_are_told(settings, logging, ids):
    """Access and error lines need a handler."""
    settings.LOGGING = logging

    assert {message.id for message in run_checks(tags=["fireline"])} == ids


@pytest.mark.parametrize("arguments", [{}, {"debug": True}, {"stdout": True}])
def test_security_log_of_another_service_is_told(settings, arguments):
    """Security events of `crm` would not go to the security log that was made for `shop`."""
    settings.LOGGING = config(service="shop", **arguments)

    found = findings()

    assert found.keys() == {"fireline.W010"}
    assert "config(service='crm', ...)" in found["fireline.W010"].hint


@pytest.fixture
def urlconf():
    """A root urlconf with a handler of its own."""
    module = ModuleType("tests.own_urls")
    module.urlpatterns = []
    module.handler404 = "shop.views.not_found"
    sys.modules[module.__name__] = module
    yield module.__name__
    del sys.modules[module.__name__]


def own_handler(exception, context):
    return None


def test_service_without_urls_is_checked(settings):
    """A service of tasks alone has none, and a CSRF view may be a function."""
    del settings.ROOT_URLCONF
    found = findings(
        FIRELINE={"SERVICE": "crm", "RESPONSE_FORMAT": "flag"}, CSRF_FAILURE_VIEW=own_handler
    )

    assert found.keys() == {"fireline.W008"}


def test_own_answers_beside_a_shape_are_told(urlconf):
    """With a shape Fireline answers; what is no longer called or shown is said."""
    changed = {
        "ROOT_URLCONF": urlconf,
        "CSRF_FAILURE_VIEW": "shop.views.csrf",
        "REST_FRAMEWORK": {"EXCEPTION_HANDLER": own_handler},
    }

    assert findings(**changed) == {}
    assert findings(**changed, FIRELINE={"SERVICE": "crm", "RESPONSE_FORMAT": "flag"}).keys() == {
        "fireline.W007",
        "fireline.W008",
        "fireline.W009",
    }


TOKEN = "a-token-that-is-long-enough"


@pytest.mark.parametrize(
    ("changed", "found_as", "part"),
    [
        pytest.param({"PROBES": {"/up": "alive"}}, "fireline.E004", "'alive'", id="probe"),
        pytest.param({"READY_CHECKS": ["databse"]}, "fireline.E005", "'databse'", id="ready"),
        pytest.param(
            {"HEALTH_CHECKS": {"own": "shop.nowhere.check"}},
            "fireline.E005",
            "shop.nowhere.check",
            id="health-that-is-not-there",
        ),
        pytest.param(
            {"HEALTH_CHECKS": {"own": "tests.settings.SECRET_KEY"}},
            "fireline.E005",
            "Name a function",
            id="health-that-is-none",
        ),
    ],
)
def test_what_monitoring_is_told_is_checked(changed, found_as, part):
    """A typing error would leave a service unwatched, or never ready."""
    found = findings(FIRELINE={"SERVICE": "crm", **changed})

    assert found.keys() == {found_as}
    assert part in found[found_as].msg


def test_checks_that_exist_are_no_finding():
    """Registered ones, and those of the settings."""
    changed = {
        "READY_CHECKS": ["database", "search"],
        "HEALTH_CHECKS": {"search": "tests.health.plugins.Slow"},
        "MONITORING_NETWORKS": ["10.0.0.0/8", "unix", "::1"],
        "PROBES": {"/up": "live", "/metrics": "metrics"},
    }

    assert findings(FIRELINE={"SERVICE": "crm", **changed}) == {}


@pytest.mark.parametrize(
    ("changed", "ids"),
    [
        pytest.param({}, set(), id="closed"),
        pytest.param(
            {"MONITORING_TOKEN": TOKEN, "MONITORING_NETWORKS": ["10.0.0.0/8"]}, set(), id="guarded"
        ),
        pytest.param({"MONITORING_NETWORKS": ["0.0.0.0/0"]}, {"fireline.E006"}, id="everybody"),
        pytest.param({"MONITORING_NETWORKS": ["::/0"]}, {"fireline.E006"}, id="everybody-by-ipv6"),
        pytest.param({"MONITORING_TOKEN": "secret"}, {"fireline.E007"}, id="short-token"),
    ],
)
def test_service_that_shows_itself_to_everybody_is_not_deployed(changed, ids):
    """`check --deploy` fails; without it one may try things out."""
    elsewhere = {"SERVICE": "crm", "TRACKER_SPOOL": "/var/lib/crm/spool"}
    with override_settings(FIRELINE={**elsewhere, **changed}):
        deployed = run_checks(tags=["fireline"], include_deployment_checks=True)
        plain = run_checks(tags=["fireline"])

    deployed = [message for message in deployed if message.id != "fireline.W035"]  # no SDK here
    assert {message.id for message in deployed} == ids
    assert all(message.is_serious() for message in deployed)
    assert plain == []


def test_view_may_be_named_or_given():
    """CSRF_FAILURE_VIEW may be the view itself; Django's default is nobody's own."""
    shaped = {"SERVICE": "crm", "RESPONSE_FORMAT": "flag"}

    assert findings(FIRELINE=shaped) == {}
    assert findings(CSRF_FAILURE_VIEW=own_handler, FIRELINE=shaped).keys() == {"fireline.W008"}


def test_service_without_addresses_is_checked(settings):
    """A service of tasks alone has no ROOT_URLCONF."""
    settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": "flag"}
    del settings.ROOT_URLCONF

    assert run_checks(tags=["fireline"]) == []
