"""Outgoing webhooks go where they may, and nowhere else."""

import shutil
import socket
import ssl
import subprocess

import pytest

from fireline.communication import Cause, Contact, Message, Outcome, WebhookService, guard
from tests.communication.provider import SECRET, says, serving

HI = Message(text="Hi")


def send(url):
    return WebhookService(url=url, secret=SECRET, timeout=5).send(Contact(), HI)


@pytest.fixture
def allow(settings):
    """Name hosts that are not public and may be asked."""

    def allow(*hosts):
        settings.FIRELINE = {**settings.FIRELINE, "PRIVATE_HOSTS": list(hosts)}

    return allow


@pytest.fixture
def names(monkeypatch):
    """A name server of our own: the answers for each name, one after the other; and who was asked for."""
    real = socket.getaddrinfo
    answers: dict[str, list[list[str]]] = {}
    asked: list[str] = []

    def getaddrinfo(host, port, *args, **kwargs):
        if host not in answers:
            return real(host, port, *args, **kwargs)
        asked.append(host)
        left = answers[host]
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [entry for address in addresses for entry in real(address, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return answers, asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "[::1]", "[::]", "[fc00::1]", "[fe80::1]", "[ff02::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "[2002:a00:1::]", "2130706433", "0x7f.1", "127.1",
        "localhost",
    ],
)  # fmt: skip
def test_private_addresses_are_refused(address):
    """However they are written, and whichever IPv6 address they hide in."""
    result = send(f"https://{address}/hook")

    assert (result.outcome, result.cause) == (Outcome.FAILED, Cause.CONFIGURATION)
    assert result.code == "private_address"


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_public_addresses_are_not(address):
    """As far as can be told without asking them."""
    assert guard.addresses_of(address, 443) == [address]


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("gopher://127.0.0.1/", id="gopher"),
        pytest.param("http://hooks.example/", id="in-clear"),
        pytest.param("https://user:password@hooks.example/", id="with-password"),
        pytest.param("https://", id="no-host"),
        pytest.param("https://[::1/", id="half-an-address"),
        pytest.param("https://hooks.example:99999/", id="no-port"),
        pytest.param("hooks.example", id="no-scheme"),
    ],
)
def test_strange_addresses_are_refused(url):
    """Before any name is looked up."""
    result = send(url)

    assert (result.outcome, result.cause) == (Outcome.FAILED, Cause.CONFIGURATION)
    assert "WEBHOOK_URL cannot be used" in result.detail


@pytest.mark.parametrize(
    ("hosts", "is_allowed"),
    [
        pytest.param(["127.0.0.1"], True, id="address"),
        pytest.param(["127.0.0.0/8"], True, id="network"),
        pytest.param(["10.0.0.0/8"], False, id="another-network"),
        pytest.param(["mattermost.internal"], False, id="another-name"),
    ],
)
def test_private_hosts_are_listed(allow, hosts, is_allowed):
    """By address or network."""
    allow(*hosts)
    with serving() as provider:
        result = send(f"http://127.0.0.1:{provider.port}/hook")

    assert result.is_accepted == is_allowed
    assert len(provider.received) == is_allowed


def test_private_host_is_listed_by_name(allow, names):
    """Then wherever it is; and the Host header is its name."""
    answers, _ = names
    answers["mattermost.internal"] = [["127.0.0.1"]]
    allow("mattermost.internal")
    with serving() as provider:
        result = send(f"http://mattermost.internal:{provider.port}/hook")

    assert result.is_accepted
    assert provider.received[0].headers["host"] == f"mattermost.internal:{provider.port}"


def test_one_private_address_among_public_ones_is_enough(names):
    """Every address is checked, not the first."""
    answers, _ = names
    answers["hooks.example"] = [["8.8.8.8", "10.0.0.1"]]

    assert send("https://hooks.example/").code == "private_address"


def test_name_is_looked_up_once(allow, names):
    """A name server that says something else the second time (DNS rebinding) gains nothing."""
    answers, asked = names
    allow("rebinding.example")
    with serving() as provider:
        answers["rebinding.example"] = [["127.0.0.1"], ["127.0.0.2"]]
        result = send(f"http://rebinding.example:{provider.port}/hook")

    assert result.is_accepted
    assert asked == ["rebinding.example"]


def test_second_address_is_tried_where_the_first_is_dead(allow, names):
    """As every client does; each of them is checked."""
    answers, _ = names
    allow("two.example")
    with serving() as provider:
        answers["two.example"] = [["127.0.0.9", "127.0.0.1"]]
        result = send(f"http://two.example:{provider.port}/hook")

    assert result.is_accepted


def test_redirect_is_not_followed(allow):
    """It could lead anywhere."""
    allow("127.0.0.1")
    with serving() as outside, serving() as inside:
        outside.will(says(307, b"", Location=f"{inside.url}/admin"))
        result = send(f"{outside.url}/hook")

    assert (result.outcome, result.code) == (Outcome.FAILED, "307")
    assert inside.received == []


def test_proxy_of_the_environment_is_not_asked(allow, monkeypatch):
    """It would look the name up again, from where it stands."""
    allow("127.0.0.1")
    with serving() as provider, serving() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        result = send(f"{provider.url}/hook")

    assert result.is_accepted
    assert proxy.received == []


def test_name_that_nobody_knows(names):
    """A typed failure; nothing was sent."""
    result = send("https://no-such-host.invalid/")

    assert (result.outcome, result.cause, result.code) == ("failed", "transient", "no_address")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of `localhost` that signs itself."""
    if shutil.which("openssl") is None:
        pytest.skip("needs OpenSSL: apt-get install openssl")
    directory = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", directory / "key.pem", "-out", directory / "cert.pem",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return directory / "cert.pem", directory / "key.pem"


@pytest.fixture
def tls(certificate):
    """A server's side of TLS, and the names that clients asked it for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    asked: list[str] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    return context, asked


def test_certificate_is_the_hosts_though_the_address_is_pinned(
    allow, tls, certificate, monkeypatch
):
    """Name and certificate are checked as ever."""
    context, asked = tls
    allow("localhost")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    with serving(context=context) as provider:
        result = send(f"https://localhost:{provider.port}/hook")

    assert result.is_accepted
    assert asked == ["localhost"]


def test_certificate_of_another_is_not_believed(allow, tls, names, certificate, monkeypatch):
    """Neither one that nobody signed, nor one of another name."""
    context, _ = tls
    answers, _ = names
    answers["hooks.example"] = [["127.0.0.1"]]
    allow("localhost", "hooks.example")
    with serving(context=context) as provider:
        unsigned = send(f"https://localhost:{provider.port}/hook")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
        of_another = send(f"https://hooks.example:{provider.port}/hook")

    assert [unsigned.code, of_another.code] == ["tls", "tls"]
    assert (of_another.outcome, of_another.cause) == (Outcome.FAILED, Cause.CONFIGURATION)
    assert provider.received == []
