"""Figures of the business: told in time, or missing."""

import json
from decimal import Decimal
from threading import Event, Thread

import pytest

from fireline import metrics
from fireline.metrics import business
from fireline.metrics.render import JSON, rendered
from tests.metrics.reading import read
from tests.metrics.service import scrape


@pytest.fixture(autouse=True)
def providers():
    """Those of this test alone."""
    known = dict(business._providers)
    business._providers.clear()
    yield
    business._providers.clear()
    business._providers.update(known)


def told():
    """What the JSON says."""
    return json.loads(rendered(JSON))


def test_figures_stand_in_both_formats():
    """A provider is registered once."""
    metrics.register("customers", lambda: {"total": 17, "active": Decimal(12), "unknown": None})
    metrics.register("communications", lambda: {"email_24h": 3})

    figures = told()
    assert figures == {
        "customers": {"total": 17, "active": 12.0},
        "communications": {"email_24h": 3},
        "timestamp": figures["timestamp"],
    }
    assert figures["timestamp"].endswith("Z")
    reading = read(scrape())
    assert reading.total("fireline_business", provider="customers", figure="total") == 17
    assert reading.total("fireline_business", provider="customers", figure="active") == 12
    assert reading.total("fireline_business_up") == 2


def test_figures_are_kept_for_a_while(settings):
    """However often somebody scrapes, the provider is asked once in BUSINESS_CACHE_SECONDS."""
    calls = []
    metrics.register("calls", lambda: {"count": len(calls.append(1) or calls)})

    asked = [Thread(target=told) for _ in range(50)]
    for thread in asked:
        thread.start()
    for thread in asked:
        thread.join()

    assert told()["calls"] == {"count": 1}
    settings.FIRELINE = {"BUSINESS_CACHE_SECONDS": 0}
    assert told()["calls"] == {"count": 2}


def test_provider_that_fails_is_missing(caplog):
    """The others are there, and the log says why."""
    metrics.register("broken", lambda: {"total": 1 / 0})
    metrics.register("rubbish", lambda: {"total": "many"})
    metrics.register("nothing", lambda: None)
    metrics.register("works", lambda: {"total": 1})

    assert {key: value for key, value in told().items() if key != "timestamp"} == {
        "works": {"total": 1},
        "missing": ["broken", "nothing", "rubbish"],
    }
    assert read(scrape()).total("fireline_business_up", provider="broken") == 0
    assert read(scrape()).total("fireline_business_up", provider="works") == 1
    assert "Fireline failed in the business figures of broken" in caplog.messages


def test_provider_that_hangs_costs_its_limit_once(settings):
    """Who asks while it hangs is told so at once; when it goes on, so do its figures."""
    settings.FIRELINE = {"BUSINESS_TIMEOUT": 0.2, "BUSINESS_CACHE_SECONDS": 60}
    goes_on, calls = Event(), []

    def hangs():
        calls.append(1)
        goes_on.wait(30)
        return {"total": 1}

    metrics.register("works", lambda: {"total": 1})
    business._providers["works"].ask(30, keep=60)
    metrics.register("hangs", hangs)

    for _ in range(20):
        assert told()["missing"] == ["hangs"]
        assert told()["works"] == {"total": 1}
    assert calls == [1]

    goes_on.set()
    settings.FIRELINE = {"BUSINESS_TIMEOUT": 30, "BUSINESS_CACHE_SECONDS": 60}
    assert told()["hangs"] == {"total": 1}


@pytest.mark.parametrize("name", ["file", ":memory:"])
def test_provider_may_ask_the_database(process, name):
    """In its own thread, with a connection that is closed behind it; Django keeps one in memory open."""
    printed = process("""
configure(sys.argv[1], DATABASES={"default": {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": os.environ["NAME"].replace("file", f"{sys.argv[1]}.sqlite3")}})
from django.db import connection
from fireline import metrics
seen = []
def count():
    with connection.cursor() as cursor:
        seen.append(connection.connection)
        return {"total": cursor.execute("SELECT 7").fetchone()[0]}
metrics.register("rows", count)
print(metrics.business_figures()["rows"])
try:
    seen[0].total_changes
except Exception as error:
    print(error)
""", NAME=name)  # fmt: skip

    assert printed == "{'total': 7}\nCannot operate on a closed database.\n"


def test_provider_of_the_same_name_takes_its_place():
    """After an autoreload, say."""
    metrics.register("customers", lambda: {"total": 1})
    metrics.register("customers", lambda: {"total": 2})

    assert told()["customers"] == {"total": 2}
