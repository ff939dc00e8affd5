"""One call in settings: what it chooses, and what the project has chosen stays."""

import subprocess
import sys

import pytest
import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from sentry_sdk.integrations.argv import ArgvIntegration

import fireline
from fireline.tracker.transport import SpoolTransport
from tests.instrument import Kept

SECRET = "hunter2"


def options() -> dict:
    return sentry_sdk.get_client().options


@pytest.mark.parametrize(
    ("said", "environment", "rate", "is_personal"),
    [
        pytest.param({}, "production", 0.1, False, id="default"),
        pytest.param({"environment": "staging"}, "staging", 0.1, False, id="staging"),
        pytest.param({"environment": "development"}, "development", 1.0, True, id="development"),
    ],
)
def test_environment_decides(start, settings, said, environment, rate, is_personal):
    """The environment, not DEBUG, decides the rates and whether personal data is sent."""
    settings.DEBUG = True

    start(**said)

    assert options()["environment"] == environment
    assert options()["traces_sample_rate"] == rate
    assert options()["profile_session_sample_rate"] == rate
    assert bool(options()["send_default_pii"]) is is_personal


def test_environment_comes_from_the_environment(start, monkeypatch):
    """SENTRY_ENVIRONMENT is read; what the call says comes first."""
    monkeypatch.setenv("SENTRY_ENVIRONMENT", "development")

    start()
    assert options()["environment"] == "development"

    start(environment="qa")
    assert options()["environment"] == "qa"


def test_options_of_the_project_stay(start):
    """Whatever `sentry_sdk.init` takes is taken, and comes before Fireline's choice."""
    start(traces_sample_rate=0.5, max_breadcrumbs=7, send_default_pii=None, server_name="web-1")

    assert options()["traces_sample_rate"] == 0.5
    assert options()["max_breadcrumbs"] == 7
    assert options()["server_name"] == "web-1"


def test_unknown_option_is_refused_as_ever(start):
    """A slip of the pen is told by the SDK itself."""
    with pytest.raises(TypeError, match="trace_sample_rate"):
        start(trace_sample_rate=1.0)


def test_a_request_pays_for_no_integration(start):
    """Only those that cost nothing before an event; the project's own are taken along."""
    start(integrations=[ArgvIntegration()])

    assert set(sentry_sdk.get_client().integrations) == {"argv", "atexit", "modules"}


def test_before_send_of_the_project_is_first(start):
    """It may change and add what it likes: the redaction comes behind it."""
    seen = []

    def before_send(event, hint):
        seen.append(hint["exc_info"][1])
        event["extra"] = {"cart": [{"card_password": SECRET}]}
        return event

    kept = start(before_send=before_send)
    error = ValueError(f"password={SECRET}")
    fireline.report(error)

    assert seen == [error]
    assert kept.event["extra"] == {"cart": [{"card_password": "[redacted]"}]}
    assert SECRET not in str(kept.event)


def test_before_send_may_drop(start):
    """What the project drops is no event, and nobody has been told."""
    kept = start(before_send=lambda event, hint: None)

    report = fireline.report(ValueError("broken"))

    assert kept.events == []
    assert not report.is_told


@pytest.mark.parametrize(
    "hook",
    ["before_send_transaction", "before_send_log", "before_send_metric", "before_breadcrumb"],
)
def test_every_hook_redacts(start, hook):
    """At any depth, where the SDK's own scrubber looks at the first level."""
    start()

    clean = options()[hook]({"data": {"rows": [{"api_key": "k" * 20}]}}, {})

    assert clean == {"data": {"rows": [{"api_key": "[redacted]"}]}}


def test_spans_are_redacted_where_they_are_sent_one_by_one(start):
    """The SDK has that hook for `trace_lifecycle="stream"` alone."""
    start(trace_lifecycle="stream")

    clean = options()["before_send_span"]({"name": "GET", "attributes": {"password": "x"}}, {})

    assert clean == {"name": "GET", "attributes": {"password": "[redacted]"}}


def test_names_of_packages_are_no_secrets(start):
    """A package called `secretstorage` has a version, which is shown."""
    start()

    clean = options()["before_send"]({"modules": {"secretstorage": "3.3"}, "message": "x"}, {})

    assert clean["modules"] == {"secretstorage": "3.3"}


def test_client_of_the_project_stays(start, as_before):
    """Where it has called `sentry_sdk.init` itself, its client is kept; its events are redacted, and ours."""
    own = Kept()
    sentry_sdk.init(transport=own, server_name="theirs", default_integrations=False)

    start()
    report = fireline.report(ValueError(f"password={SECRET}"))

    assert options()["server_name"] == "theirs"
    assert own.event["tags"]["error_id"] == report.error_id
    assert report.is_told
    assert SECRET not in str(own.event)


def test_dsn_that_is_none_is_refused(start, monkeypatch):
    """With its name and how it is written; blanks are none."""
    monkeypatch.setenv("SENTRY_DSN", "sentry.example/1")
    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN is no DSN: .* https://<key>@<host>"):
        start()

    monkeypatch.setenv("SENTRY_DSN", " ")
    start()
    assert not options()["dsn"]


@pytest.mark.parametrize("dsn", [None, "https://key@sentry.example/1"])
def test_client_behind_ours_stays_too(start, as_before, dsn):
    """When Django starts, a client that the project has made meanwhile feeds the tracker, and is redacted."""
    start()
    own = Kept() if dsn else None
    sentry_sdk.init(dsn, transport=own, default_integrations=False)

    fireline.sentry.adopt()

    transport = sentry_sdk.get_client().transport
    assert isinstance(transport, SpoolTransport)
    assert options()["release"]  # the SDK's own guess, else ours
    assert (transport.to_sentry is None) is (own is None)
    if own:
        with fireline.handle():
            raise ValueError("password=hunter2")
        assert own.event["exception"]["values"][0]["value"] == "password=[redacted]"


def test_client_of_who_never_asked_is_left_alone(as_before):
    """Without our `init` nothing of it is touched."""
    own = Kept()
    sentry_sdk.init(transport=own, default_integrations=False)

    fireline.sentry.adopt()

    assert sentry_sdk.get_client().transport is own
    assert sentry_sdk.get_client().options["before_send"] is None


def test_without_a_call_of_ours_events_bear_the_ids(as_before):
    """A project that only calls `sentry_sdk.init` has the ids of the log lines in its events."""
    own = Kept()
    sentry_sdk.init(transport=own, default_integrations=False)

    report = fireline.report(ValueError("broken"))

    assert own.event["tags"]["error_id"] == report.error_id


def test_first_line_of_settings():
    """It runs before there are any settings, in an interpreter that knows none."""
    code = "import fireline.sentry; fireline.sentry.init(); import sentry_sdk; sentry_sdk.capture_message('x')"

    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_missing_sdk_is_said_with_the_way_out():
    """Who has installed Fireline alone reads which extra it takes."""
    code = "import sys; sys.modules['sentry_sdk'] = None; from fireline import sentry"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "pip install 'django-fireline[tracker]'" in done.stderr


def test_span_whose_hook_fails_bears_no_secret(start):
    """The SDK keeps such a span as it was."""

    def broken(span, hint):
        raise ValueError("broken")

    start(trace_lifecycle="stream", before_send_span=broken)

    clean = options()["before_send_span"]({"name": "GET", "attributes": {"password": "x"}}, {})

    assert clean == {"name": "GET", "attributes": {"password": "[redacted]"}}


def test_spans_of_a_client_of_the_project_are_redacted(start, as_before):
    """Where it sends them one by one."""
    sentry_sdk.init(transport=Kept(), trace_lifecycle="stream", default_integrations=False)

    start()

    clean = options()["before_send_span"]({"name": "GET", "attributes": {"password": "x"}}, {})
    assert clean == {"name": "GET", "attributes": {"password": "[redacted]"}}


def test_hook_among_the_experiments_is_called(start):
    """Where older code has it; ours would stand before it."""
    start(_experiments={"before_send_log": lambda log, hint: {**log, "body": "own"}})

    assert options()["before_send_log"]({"body": "x"}, {}) == {"body": "own"}


def test_redaction_that_fails_raises_nothing(start, monkeypatch):
    """`add_breadcrumb` calls the hook in the middle of the service's own code."""
    start()
    monkeypatch.setattr("fireline.sentry.clean.scrubbed", lambda given: 1 / 0)

    sentry_sdk.add_breadcrumb(message="x")

    assert options()["before_breadcrumb"]({"message": "x"}, {}) is None
