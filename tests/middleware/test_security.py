"""Who tries what: the events of the security log."""

import logging
from datetime import datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client, RequestFactory

from fireline.logs import security
from fireline.logs.security import LINES_A_MINUTE
from fireline.middleware.suspicious import is_suspicious, shipped_rules
from fireline.signals import security_event

pytestmark = pytest.mark.urls("tests.middleware.security_urls")

FIELDS = {
    "level",
    "time",
    "module",
    "message",
    "security_event",
    "client_ip",
    "path",
    "user_agent",
    "request_id",
}

PROBES = """
    /.env /.env.production /api/.env /.git/config /.git/HEAD /.aws/credentials /.ssh/id_rsa /.DS_Store
    /.svn/entries /.htpasswd /wp-login.php /wp-admin/ /blog/wp-admin/setup-config.php /xmlrpc.php
    /wp-content/plugins/hellopress/wp_filemanager.php /wordpress/ /wp/ /phpmyadmin/ /phpMyAdmin/index.php
    /pma/ /adminer.php /administrator/index.php /manager/html /cgi-bin/luci/;stok=/locale
    /cgi-bin/.%2e/.%2e/bin/sh /vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php /_ignition/execute-solution
    /actuator/env /api/actuator/heapdump /HNAP1/ /boaform/admin/formLogin /GponForm/diag_Form.asp
    /owa/auth/logon.aspx /solr/admin/info/system /server-status /debug/pprof/heap /_profiler/phpinfo
    /telescope/requests /config.php /backup.zip /backup/ /dump.sql /db.sql.gz /site.bak /index.php~
    /settings.py /docker-compose.yml /appsettings.json /terraform.tfstate /id_rsa /static/../../etc/passwd
    /..%2f..%2fetc%2fpasswd /index.jsp /login.action /setup.cgi /+CSCOE+/logon.html /v2/_catalog
    /latest/meta-data/iam /${jndi:ldap://x} /portal/redlion
""".split()

HONEST = """
    / /favicon.ico /robots.txt /sitemap.xml /humans.txt /ads.txt /manifest.json /site.webmanifest
    /service-worker.js /apple-touch-icon.png /browserconfig.xml /.well-known/security.txt
    /.well-known/acme-challenge/abc /.well-known/apple-app-site-association /.well-known/change-password
    /.well-known/openid-configuration /static/app.css /static/js/main.4f2e1a90.js.map /media/photo.jpg
    /api/customers/12/ /api/v1/orders/2026-11-21/ /api/schema/ /api/token/ /api/token/refresh/
    /api/users/me /api/backups/7/ /api/shell/ /graphql /healthz /readyz /health/ /metrics /status
    /login/ /logout/ /user/login /accounts/password/reset/ /password-reset/MQ/set-password/ /profile/
    /config/ /settings/ /configuration /info/ /test/ /console/ /dashboard/ /manager/ /admin-guide/
    /theme-manager/html-editor/ /backup-plans/ /pricing/backup/ /services/backups/ /shell-oil/
    /blog/wordpress-vs-django/ /blog/tags/wordpress/ /blog/drupal/ /blog/jenkins/ /jobs/solr/
    /docs/settings.py/ /docs/requirements.txt /learn/docker-compose/ /docs/git/ /team/hudson/
    /games/horde/ /plants/cacti/ /characters/druid/ /parts/struts/ /users/luci/ /language/swedish
    /autodiscover/autodiscover.xml /downloads/setup.exe /check/onet.pl /rpc/document.save /archive.zip
    /files/report.pdf /export.csv /feed.rss /search /cart/checkout/ /de/ueber-uns/ /~ada/ /a..b/ /env/
    /environment/ /gitlab/ /.well-known/ /actuators/ /products/actuator/ /phpinfo-explained/ /sql/ /old/
    /upload/ /vendor/12/ /vendors/phpunit/ /proc/ /windows/ /etc/ /console-games/ /info.html /index.html
""".split()


@pytest.fixture
def events(log):
    """The names of the events that this test has caused."""
    return lambda: [line["security_event"] for line in log.security]


# The list


def test_list_is_long_enough():
    """The contract wants at least 200 paths; none stands there twice."""
    rules = [rule.lower() for rule in shipped_rules()]

    assert len(rules) >= 200
    assert len(set(rules)) == len(rules)


def example_of(rule: str) -> str:
    """A path that breaks this rule."""
    if rule.startswith("*"):
        return f"/some/file{rule.strip('*')}x" if rule.endswith("*") else f"/some/file{rule[1:]}"
    return f"{rule}/x" if rule.startswith("/") else f"/some/{rule}"


@pytest.mark.parametrize("rule", shipped_rules())
def test_each_rule_flags_a_path(rule):
    """In capitals too, and with a slash at the end."""
    assert is_suspicious(example_of(rule))
    assert is_suspicious(f"{example_of(rule).upper()}/")


@pytest.mark.parametrize("path", PROBES)
def test_probe_is_flagged(client, log, path):
    """What scanners ask for is told, with the message of the contract."""
    client.get(path)

    assert [line["security_event"] for line in log.security] == ["suspicious_path"]
    assert log.security[0]["message"].startswith("Suspicious path access: /")


@pytest.mark.parametrize("path", HONEST)
def test_honest_path_is_not_flagged(path):
    """Typing errors, old links and what browsers ask for by themselves are no attempts."""
    assert not is_suspicious(path)


@pytest.mark.parametrize("path", ["/favicon.ico", "/api/customers/12/", "/backup-plans/"])
def test_honest_404_is_no_event(client, events, path):
    """A 404 alone is none."""
    assert client.get(path).status_code == 404
    assert events() == []


@pytest.mark.parametrize(
    ("rules", "path", "is_flagged"),
    [
        pytest.param((".htpasswd",), "/a/.htpasswd", True, id="segment"),
        pytest.param(("Secret-Area",), "/secret-area/x", True, id="any-case"),
        pytest.param(("/cgi/",), "/cgi/x", True, id="beginning"),
        pytest.param(("/cgi/",), "/a/cgi/x", False, id="beginning-only"),
        pytest.param(("a/b",), "/x/a/b/y", True, id="two-segments"),
        pytest.param(("a/b",), "/x/aa/bb/y", False, id="whole-segments"),
        pytest.param(("*.old2",), "/x.old2", True, id="ending"),
        pytest.param(("*probe*",), "/a-probe-b/", True, id="anywhere"),
        pytest.param(("", " ", "/", "*", "**"), "/works-not/", False, id="nothing-flags-nothing"),
    ],
)
def test_setting_extends_the_list(settings, rules, path, is_flagged):
    """SUSPICIOUS_PATHS has the forms of the list, which still counts."""
    settings.FIRELINE = {"SUSPICIOUS_PATHS": rules}

    assert is_suspicious(path) is is_flagged
    assert is_suspicious("/.env")


def test_long_path_is_searched_quickly(client, events):
    """A path of a megabyte is cut before it is searched."""
    assert not is_suspicious("/a" * 500_000)


# The project's own routes


def test_own_route_is_not_flagged(client, events):
    """A project may have an administrator page of its own: what it answers is no attempt."""
    assert client.get("/administrator/").status_code == 200
    assert events() == []


@pytest.mark.urls("tests.middleware.cms_urls")
def test_catch_all_that_finds_nothing_is_flagged(client, events):
    """A catch-all route takes every path; it is an attempt where it finds nothing."""
    client.get("/backup/")
    client.get("/about/")
    found = events()
    client.get("/.env")

    assert found == []
    assert events() == ["suspicious_path"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("user", "path", "expected"),
    [
        pytest.param(None, "/admin/", ["admin_access"], id="anonymous"),
        pytest.param(None, "/admin/auth/user/", ["admin_access"], id="anonymous-deeper"),
        pytest.param(None, "/admin/login/", [], id="login-page"),
        pytest.param({"is_staff": False}, "/admin/", ["admin_access"], id="customer"),
        pytest.param({"is_staff": True}, "/admin/", [], id="staff"),
    ],
)
def test_own_admin_is_watched(client, events, user, path, expected):
    """Who is no staff and opens an admin page is told; its login page is for everybody."""
    if user is not None:
        client.force_login(get_user_model().objects.create_user("ada", **user))

    client.get(path)

    assert events() == expected


@pytest.mark.django_db
def test_who_signs_out_of_the_admin_is_no_attempt(client, events):
    """When the answer is given, who asked for it is nobody any more."""
    client.force_login(get_user_model().objects.create_user("ada", is_staff=True))

    client.post("/admin/logout/")

    assert events() == []


@pytest.mark.django_db
def test_expired_form_of_the_admin_is_one_event(events):
    """A member of staff who left a form open is no stranger: Django asks for the user only later."""
    client = Client(enforce_csrf_checks=True, headers={"user-agent": "tests"})
    client.force_login(get_user_model().objects.create_user("ada", is_staff=True))

    client.post("/admin/auth/user/add/")

    assert events() == ["csrf_failed"]


# The events


def test_line_has_the_fields_of_the_contract(log):
    """Level, time with milliseconds, who, where, with what, and the id of the request."""
    client = Client(headers={"user-agent": "scanner/1.0", "x-correlation-id": "id-1"})

    client.get("/.env?token=x", REMOTE_ADDR="203.0.113.7")

    line = log.security[0]
    assert set(line) == FIELDS
    datetime.strptime(line.pop("time"), "%Y-%m-%d %H:%M:%S,%f")  # noqa: DTZ007 (the contract's format)
    assert line == {
        "level": "WARNING",
        "module": "security",
        "message": "Suspicious path access: /.env",
        "security_event": "suspicious_path",
        "client_ip": "203.0.113.7",
        "path": "/.env",
        "user_agent": "scanner/1.0",
        "request_id": "id-1",
    }


def test_path_of_a_client_forges_no_line(client, log):
    """A line break in a path is written as text."""
    client.get("/.env/%0a%7b%22level%22:%22INFO%22%7d%0d%e2%80%a8")

    assert len(log.security) == 1
    assert log.security[0]["path"] == '/.env/\n{"level":"INFO"}\r\u2028'


def test_missing_user_agent_is_told(log, events):
    """Browsers and clients have names."""
    Client().get("/works/")

    assert events() == ["missing_user_agent"]
    assert set(log.security[0]) == FIELDS


def test_honest_request_is_no_event(client, events):
    """A request that works is not in the security log."""
    client.get("/works/")

    assert events() == []


@pytest.mark.parametrize(
    ("path", "event"),
    [
        pytest.param("/refuses/", "permission_denied", id="permission"),
        pytest.param("/fails/unauthenticated/", "authentication_failed", id="unauthenticated"),
        pytest.param("/fails/authentication/", "authentication_failed", id="authentication"),
        pytest.param("/fails/throttled/", "rate_limited", id="throttled"),
    ],
)
@pytest.mark.parametrize("shape", [None, "problem"])
def test_refusal_is_told(client, settings, log, path, event, shape):
    """With and without a shape, once, with the id of its report."""
    settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": shape}

    response = client.get(path)

    lines = log.security
    assert [line["security_event"] for line in lines] == [event]
    assert set(lines[0]) == FIELDS | {"error_id"}
    assert lines[0]["error_id"] == response["X-Error-ID"]
    assert lines[0]["path"] == path


def test_forged_form_is_told(log):
    """A POST without its CSRF token."""
    client = Client(enforce_csrf_checks=True, headers={"user-agent": "tests"})

    response = client.post("/form/", {"password": "hunter2"})

    assert response.status_code == 403
    assert [line["security_event"] for line in log.security] == ["csrf_failed"]
    assert set(log.security[0]) == FIELDS | {"error_id"}
    assert "hunter2" not in str(log.security)


def test_unknown_host_is_told(client, log):
    """A request for a host that is not ours."""
    response = client.get("/works/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert [line["security_event"] for line in log.security] == ["disallowed_host"]
    assert set(log.security[0]) == FIELDS | {"error_id"}


@pytest.mark.django_db
def test_failed_login_is_told_without_its_credentials(client, log):
    """Address and page are told; neither the name nor the password that was tried."""
    client.post("/admin/login/", {"username": "ada-tries", "password": "hunter2"})

    lines = log.security
    assert [line["security_event"] for line in lines] == ["login_failed"]
    assert set(lines[0]) == FIELDS
    assert lines[0]["client_ip"] == "127.0.0.1"
    assert "ada-tries" not in str(lines)
    assert "hunter2" not in str(lines)


def test_receivers_hear_every_event(client):
    """The signal brings the name and the fields, for figures and alerts."""
    heard = []

    def hear(event, fields, **_):
        heard.append((event, fields["path"]))

    security_event.connect(hear)
    client.get("/.env")
    security_event.disconnect(hear)

    assert heard == [("suspicious_path", "/.env")]


def test_own_receiver_that_fails_hurts_nobody(client, log):
    """Neither the answer nor the line."""

    def fail(**_):
        raise ValueError("a broken receiver")

    security_event.connect(fail)
    response = client.get("/.env")
    security_event.disconnect(fail)

    assert response.status_code == 404
    assert len(log.security) == 1


# Bursts


@pytest.fixture
def clock(monkeypatch):
    """The clock of the bursts, which stands still until it is moved."""
    now = [1000.0]
    monkeypatch.setattr(security, "monotonic", lambda: now[0])
    return now


def test_burst_is_cut_and_counted(log, clock):
    """A scanner cannot fill the disk: the next minute's first line says how many are missing."""
    scanner = RequestFactory(REMOTE_ADDR="203.0.113.7").get("/.env")
    heard = []
    security_event.connect(lambda event, **_: heard.append(event), weak=False, dispatch_uid="burst")
    for _ in range(LINES_A_MINUTE + 50):
        security.write("suspicious_path", "Suspicious path access: /.env", scanner)

    in_the_first_minute = len(log.security)
    clock[0] += 60
    security.write("suspicious_path", "Suspicious path access: /.env", scanner)
    security_event.disconnect(dispatch_uid="burst")

    assert in_the_first_minute == LINES_A_MINUTE
    assert len(heard) == LINES_A_MINUTE + 51
    assert [line.get("suppressed") for line in log.security[-2:]] == [None, 50]


def test_burst_of_one_is_none_of_another(log, clock):
    """Other addresses, and other events of the same address, are told as before."""
    scanner = RequestFactory(REMOTE_ADDR="203.0.113.7").get("/.env")
    visitor = RequestFactory(REMOTE_ADDR="203.0.113.8").get("/.env")
    for _ in range(LINES_A_MINUTE + 1):
        security.write("suspicious_path", "x", scanner)

    security.write("suspicious_path", "from another", visitor)
    security.write("login_failed", "another event", scanner)

    assert [line["message"] for line in log.security[-2:]] == ["from another", "another event"]


def test_many_addresses_cost_bounded_memory(clock):
    """A scan from a hundred thousand addresses is remembered for the last ten thousand."""
    logging.getLogger("crm.security").disabled = True
    for number in range(10_050):
        address = f"10.0.{number // 256}.{number % 256}"
        security.write("suspicious_path", "x", RequestFactory(REMOTE_ADDR=address).get("/.env"))
    logging.getLogger("crm.security").disabled = False

    assert len(security._bursts.counts) == 10_000
