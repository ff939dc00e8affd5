import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject

from fireline.scope.client import address_of, user_id_of


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "expected"),
    [
        pytest.param([], "203.0.113.9", "10.9.9.9", "203.0.113.9", id="no-proxy-is-trusted"),
        pytest.param(["10.0.0.0/8"], "203.0.113.9", "1.2.3.4", "203.0.113.9", id="peer-is-no-proxy"),
        pytest.param(["10.0.0.0/8"], "10.0.0.1", "1.2.3.4", "1.2.3.4", id="one-proxy"),
        pytest.param(["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4", id="left-end-is-forged"),
        pytest.param(["10.0.0.0/8"], "10.0.0.1", "1.2.3.4, 10.0.0.2", "1.2.3.4", id="two-proxies"),
        pytest.param(["10.0.0.0/8"], "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3", id="all-inside"),
        pytest.param(["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1", id="no-header"),
        pytest.param(["10.0.0.0/8"], "10.0.0.1", "junk\n", "10.0.0.1", id="junk"),
        pytest.param(["10.0.0.0/8"], "10.0.0.1", "1.2.3.4:5678", "1.2.3.4", id="port"),
        pytest.param(["10.0.0.0/8"], "10.0.0.1", "[2001:db8::1]:5678", "2001:db8::1", id="ipv6-port"),
        pytest.param(["2001:db8::/32"], "2001:db8::5", "2001:0db9::0001", "2001:db9::1", id="ipv6"),
        pytest.param(["10.0.0.0/8"], "::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4", id="mapped-ipv4"),
        pytest.param(["10.0.0.1"], "10.0.0.1", "1.2.3.4", "1.2.3.4", id="single-address"),
        pytest.param(["unix"], "", "1.2.3.4", "1.2.3.4", id="socket"),
        pytest.param([], "", "1.2.3.4", "", id="socket-not-trusted"),
    ],
)  # fmt: skip
def test_address_is_the_first_that_no_proxy_vouches_for(
    settings, proxies, peer, forwarded, expected
):
    """The header is read from its right end, as far as the proxies are ours."""
    settings.FIRELINE = {"TRUSTED_PROXIES": proxies}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)

    assert address_of(request) == expected


def test_long_header_costs_no_time(settings):
    """A header of a million hops is read from its end only."""
    settings.FIRELINE = {"TRUSTED_PROXIES": ["10.0.0.0/8"]}
    hops = "10.0.0.2, " * 100_000
    request = RequestFactory().get(
        "/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"{hops}10.0.0.3"
    )

    assert address_of(request) == "10.0.0.2"


@pytest.fixture
def request_of():
    """A request with this user, and what else is known of it."""

    def make(**known):
        request = RequestFactory().get("/")
        request.__dict__.update(known)
        return request

    return make


def test_lazy_user_is_not_looked_into(request_of):
    """A user whom nobody has asked for is not asked for by us: that would be a query."""

    def query():
        raise AssertionError("the session was read")

    assert user_id_of(request_of(user=SimpleLazyObject(query))) is None


def test_resolved_user_is_known(request_of):
    """Whoever has resolved the user has done it for the log line, too."""
    ann = get_user_model()(pk=7)
    lazy = SimpleLazyObject(lambda: ann)

    assert user_id_of(request_of(user=ann)) == 7
    assert user_id_of(request_of(user=lazy, _cached_user=ann)) == 7
    assert user_id_of(request_of(user=lazy, _acached_user=ann)) == 7
    assert str(lazy) is not None
    assert user_id_of(request_of(user=lazy)) == 7


@pytest.mark.parametrize("known", [{}, {"user": None}, {"user": AnonymousUser()}], ids=str)
def test_nobody_has_no_id(request_of, known):
    """No user, or an anonymous one."""
    assert user_id_of(request_of(**known)) is None
