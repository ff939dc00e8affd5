"""Which key a request presents, and for which pages a key is."""

from base64 import b64encode

import pytest
from django.test import RequestFactory

from fireline.tracker.ingest import credentials, origins
from fireline.tracker.ingest.refusal import Refused


def presented(query: str = "", **headers: str) -> str | None:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = RequestFactory().post(f"/?{query}", headers=names)
    return credentials.of_head(request, credentials.query_of(request))


def basic(user: str) -> str:
    return f"Basic {b64encode(f'{user}:'.encode()).decode()}"


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        pytest.param("", {}, None, id="none"),
        pytest.param(
            "",
            {"X_Sentry_Auth": "Sentry sentry_version=7, sentry_client=x/1, sentry_key=abc"},
            "abc",
            id="python",
        ),
        pytest.param("", {"X_Sentry_Auth": "sentry sentry_key=abc"}, "abc", id="small"),
        pytest.param(
            "", {"X_Sentry_Auth": 'Sentry sentry_key="abc",sentry_secret=x'}, "abc", id="quoted"
        ),
        pytest.param("", {"Authorization": "Sentry sentry_key=abc"}, "abc", id="authorization"),
        pytest.param("", {"Authorization": "Bearer sentry_key=abc"}, None, id="somebody-elses"),
        pytest.param("", {"Authorization": basic("c0ffee42" * 4)}, "c0ffee42" * 4, id="curl"),
        pytest.param("", {"Authorization": basic("admin")}, None, id="who-stands-in-front"),
        pytest.param("sentry_key=abc", {"Authorization": basic("f" * 32)}, "abc", id="both"),
        pytest.param("", {"Authorization": "Basic ==é"}, None, id="no-base64"),
        pytest.param("sentry_version=7&sentry_key=abc", {}, "abc", id="query"),
        pytest.param("sentry_key=abc&sentry_key=abc", {}, "abc", id="twice-the-same"),
        pytest.param(
            "sentry_key=abc",
            {"X_Sentry_Auth": "Sentry sentry_key=abc", "Authorization": "Sentry sentry_key=abc"},
            "abc",
            id="all-agree",
        ),
        pytest.param("", {"X_Sentry_Auth": "Sentry sentry_key="}, None, id="empty"),
        pytest.param("", {"X_Sentry_Auth": "x" * 100_000}, None, id="endless"),
        pytest.param("sentry_key=%00", {}, "\0", id="nul"),
    ],
)
def test_presented(query, headers, expected):
    """The key is found in whichever way it is sent."""
    assert presented(query, **headers) == expected


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        pytest.param("sentry_key=a&sentry_key=b", {}, id="query"),
        pytest.param("sentry_key=a", {"X_Sentry_Auth": "Sentry sentry_key=b"}, id="header"),
        pytest.param(
            "",
            {"X_Sentry_Auth": "Sentry sentry_key=a", "Authorization": "Sentry sentry_key=b"},
            id="headers",
        ),
    ],
)
def test_disagreement(query, headers):
    """Two different keys are none."""
    with pytest.raises(Refused) as refused:
        presented(query, **headers)

    assert refused.value.status == 403


def test_flood_of_parameters():
    """A query of thousands of parameters is refused without being taken apart."""
    with pytest.raises(Refused) as refused:
        presented("a&" * 5000)

    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("dsn", "expected"),
    [
        pytest.param("https://abc@host/7", "abc", id="plain"),
        pytest.param("https://abc:secret@host:8000/fireline/7/", "abc", id="with-a-path"),
        pytest.param("https://host/7", None, id="no-key"),
        pytest.param("", None, id="empty"),
        pytest.param(7, None, id="number"),
        pytest.param("http://[", None, id="no-address"),
        pytest.param("x" * 5000, None, id="endless"),
    ],
)
def test_key_of_dsn(dsn, expected):
    """The key of a DSN in the envelope is its user."""
    assert credentials.of_envelope({"dsn": dsn}, "7") == expected


def test_dsn_of_another_project():
    """A DSN of another project than the address disagrees."""
    with pytest.raises(Refused, match="another project"):
        credentials.of_envelope({"dsn": "https://abc@host/8"}, "7")


@pytest.mark.parametrize(
    ("allowed", "sent", "expected"),
    [
        pytest.param([], {"HTTP_ORIGIN": "https://evil.example"}, True, id="all"),
        pytest.param(["*"], {"HTTP_ORIGIN": "https://evil.example"}, True, id="star"),
        pytest.param(["https://a.b"], {"HTTP_ORIGIN": "https://a.b"}, True, id="same"),
        pytest.param(["https://A.b/"], {"HTTP_ORIGIN": "https://a.B"}, True, id="case"),
        pytest.param(["https://a.b"], {"HTTP_ORIGIN": "http://a.b"}, False, id="scheme"),
        pytest.param(["https://a.b"], {"HTTP_ORIGIN": "https://a.b:8443"}, True, id="any-port"),
        pytest.param(["https://a.b:1"], {"HTTP_ORIGIN": "https://a.b:2"}, False, id="port"),
        pytest.param(["a.b"], {"HTTP_ORIGIN": "http://a.b"}, True, id="no-scheme"),
        pytest.param(["a.b"], {"HTTP_ORIGIN": "https://xa.b"}, False, id="no-suffix"),
        pytest.param(["*.a.b"], {"HTTP_ORIGIN": "https://x.y.a.b:1"}, True, id="subdomain"),
        pytest.param(["*.a.b"], {"HTTP_ORIGIN": "https://xa.b"}, False, id="no-subdomain"),
        pytest.param(["https://a.b"], {"HTTP_ORIGIN": "null"}, False, id="null"),
        pytest.param(["https://a.b"], {}, True, id="no-browser"),
        pytest.param(["https://a.b"], {"HTTP_REFERER": "https://a.b/c?d"}, True, id="referer"),
        pytest.param(["https://a.b"], {"HTTP_REFERER": "https://a.b@c/"}, False, id="user"),
        pytest.param(["https://a.b"], {"HTTP_REFERER": "http://["}, False, id="no-address"),
        pytest.param(["[::1]"], {"HTTP_ORIGIN": "http://[::1]:8000"}, True, id="ipv6"),
    ],
)
def test_origin(allowed, sent, expected):
    """Pages of the allowed origins may send, and what is no page."""
    assert origins.is_allowed(sent, allowed) is expected
