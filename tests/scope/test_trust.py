"""Who may look behind the scenes."""

import pytest
from django.test import RequestFactory

from fireline.scope.trust import is_trusted

TOKEN = "correct-horse-battery"


def asked_by(address="203.0.113.9", **meta):
    """A request from this address, with these headers."""
    return RequestFactory().get("/health/", REMOTE_ADDR=address, **meta)


def test_nobody_is_trusted_by_default(settings):
    """Closed, also to this very machine, to an empty token and in DEBUG."""
    settings.DEBUG = True

    assert not is_trusted(asked_by("127.0.0.1"))
    assert not is_trusted(asked_by(HTTP_AUTHORIZATION="Bearer "))
    assert not is_trusted(asked_by(HTTP_AUTHORIZATION="Bearer"))


@pytest.mark.parametrize(
    ("given", "trusted"),
    [
        pytest.param(f"Bearer {TOKEN}", True, id="right"),
        pytest.param(f"bearer  {TOKEN} ", True, id="spelled-otherwise"),
        pytest.param(f"Bearer {TOKEN}x", False, id="longer"),
        pytest.param(f"Bearer {TOKEN[:-1]}", False, id="shorter"),
        pytest.param(f"Basic {TOKEN}", False, id="other-scheme"),
        pytest.param(TOKEN, False, id="no-scheme"),
        pytest.param("Bearer \xff\udcff", False, id="no-ascii"),
        pytest.param("Bearer " + "x" * 1_000_000, False, id="million-characters"),
    ],
)
def test_token_opens(settings, given, trusted):
    """The very token, and nothing else."""
    settings.FIRELINE = {"MONITORING_TOKEN": TOKEN}

    assert is_trusted(asked_by(HTTP_AUTHORIZATION=given)) is trusted


@pytest.mark.parametrize(
    ("address", "headers", "trusted"),
    [
        pytest.param("10.1.2.3", {}, True, id="inside"),
        pytest.param("::ffff:10.1.2.3", {}, True, id="inside-as-ipv6"),
        pytest.param("203.0.113.9", {}, False, id="outside"),
        pytest.param("", {}, False, id="socket"),
        pytest.param("no address", {}, False, id="rubbish"),
        pytest.param("203.0.113.9", {"x-forwarded-for": "10.1.2.3"}, False, id="forged"),
        pytest.param("192.0.2.1", {"x-forwarded-for": "10.1.2.3"}, True, id="inside-by-proxy"),
        pytest.param("192.0.2.1", {"x-forwarded-for": "1.2.3.4"}, False, id="outside-by-proxy"),
        pytest.param(
            "192.0.2.1", {"x-forwarded-for": "10.1.2.3, 1.2.3.4"}, False, id="forged-by-proxy"
        ),
    ],
)
def test_network_opens(settings, address, headers, trusted):
    """The client's own address counts; X-Forwarded-For only behind TRUSTED_PROXIES."""
    settings.FIRELINE = {
        "MONITORING_NETWORKS": ["10.0.0.0/8"],
        "TRUSTED_PROXIES": ["192.0.2.1"],
    }

    assert is_trusted(RequestFactory(headers=headers).get("/", REMOTE_ADDR=address)) is trusted


@pytest.mark.parametrize("header", ["x-forwarded-for", "x-real-ip", "forwarded"])
def test_unknown_proxy_is_not_taken_for_its_clients(settings, header):
    """Nginx on the same machine must not make everybody a neighbour."""
    settings.FIRELINE = {"MONITORING_NETWORKS": ["127.0.0.1"]}

    assert is_trusted(asked_by("127.0.0.1"))
    assert not is_trusted(
        RequestFactory(headers={header: "203.0.113.9"}).get("/", REMOTE_ADDR="127.0.0.1")
    )


def test_socket_opens_where_it_is_named(settings):
    """A peer without an address came by a socket."""
    settings.FIRELINE = {"MONITORING_NETWORKS": ["unix"]}

    assert is_trusted(asked_by(""))


@pytest.mark.parametrize("name", ["MONITORING_NETWORKS", "TRUSTED_PROXIES"])
def test_setting_that_is_no_network_opens_nothing_and_breaks_nothing(settings, name):
    """`manage.py check` says so; a probe goes on."""
    networks = {"MONITORING_NETWORKS": ["10.0.0.0/8"], name: ["10.0.0.0/99"]}
    settings.FIRELINE = networks

    assert not is_trusted(
        RequestFactory(headers={"x-forwarded-for": "1.2.3.4"}).get("/", REMOTE_ADDR="10.0.0.1")
    )
