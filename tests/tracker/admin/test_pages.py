"""The tracker in Django's admin: read by those who may, found by any id, and harmless whatever events say."""

import html
import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from fireline.tracker.models import (
    Attachment,
    Count,
    Environment,
    Event,
    Feedback,
    Issue,
    Key,
    Project,
    SetAside,
    TagCount,
)
from fireline.tracker.payload import compressed, packed

urlpatterns = [
    path("admin/", admin.site.urls),
    path("fireline/", include("fireline.tracker.urls")),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
TURNED = "user\u202egnp.exe"
AT = "/admin/fireline_tracker"


@pytest.fixture
def operator():
    """Somebody who may do everything."""
    client = Client(headers={"user-agent": "tests"})
    client.force_login(User.objects.create_superuser("operator"))
    return client


@pytest.fixture
def issue():
    """An issue of somebody who writes HTML wherever there is room."""
    now = timezone.now()
    return Issue.objects.create(
        project=Project.objects.create(name=f"shop {EVIL}"), type=EVIL[:200], message=EVIL,
        place=EVIL, transaction=EVIL, level="error", platform=EVIL[:32], first_seen_at=now,
        last_seen_at=now, event_count=1,
    )  # fmt: skip


@pytest.fixture
def event(issue):
    """Its event."""
    frame = {
        "filename": EVIL, "function": EVIL, "lineno": EVIL, "context_line": EVIL, "in_app": True,
        "vars": {EVIL: EVIL},
    }  # fmt: skip
    content = {
        "exception": {"values": [{"type": EVIL, "value": EVIL, "stacktrace": {"frames": [frame]}}]},
        "tags": {EVIL: EVIL, "turned": TURNED},
        "extra": {EVIL: [EVIL]},
    }
    now = timezone.now()
    Attachment.objects.create(
        project=issue.project, event_id="e" * 32, filename=EVIL, size=7, received_at=now, body=b""
    )
    Feedback.objects.create(
        project=issue.project, feedback_id="f" * 32, event_id="e" * 32, name=EVIL, message=EVIL,
        received_at=now,
    )  # fmt: skip
    return Event.objects.create(
        project=issue.project, issue=issue, event_id="e" * 32, outcome=1, received_at=now,
        occurred_at=now, error_id="error_1", correlation_id=EVIL[:64], level="error",
        payload=packed(content),
    )  # fmt: skip


@pytest.fixture
def aside():
    """An entry that could not be digested."""
    now = timezone.now()
    return SetAside.objects.create(
        entry_id="a" * 32, project=EVIL, received_at=now, set_aside_at=now, reason=EVIL, size=9,
        envelope=compressed(f"{{}}\n{EVIL}\xff".encode("latin-1", "replace")),
    )  # fmt: skip


def pages(event, aside):
    return [
        f"{AT}/issue/",
        f"{AT}/issue/{event.issue_id}/change/",
        f"{AT}/event/",
        f"{AT}/event/{event.pk}/change/",
        f"{AT}/project/",
        f"{AT}/project/{event.project_id}/change/",
        f"{AT}/setaside/",
        f"{AT}/setaside/{aside.pk}/change/",
    ]


def test_no_page_runs_what_an_event_says(operator, event, aside):
    """Every text is escaped, and still shown."""
    for address in pages(event, aside):
        page = operator.get(address).text

        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address
        assert "alert(1)" in page, address


def test_event_is_shown_whole(operator, event):
    """Its stack, its tags, what people have written, and the JSON; a mark that turns the writing is spelled out."""
    page = html.unescape(operator.get(f"{AT}/event/{event.pk}/change/").text)

    assert f"{EVIL}:{EVIL} in <b>{EVIL}</b><code>{EVIL}</code>" in page
    assert f"<tr><th>{EVIL}</th><td>{EVIL}</td></tr>" in page
    assert f"<h4>{EVIL}: {EVIL}</h4>" in page
    assert "7 bytes" in page
    assert "user\\u202egnp.exe" in page
    assert "\u202e" not in page
    assert '"vars"' in page
    assert "error_1" in page


def test_event_shows_what_the_service_has_said(operator, event, settings):
    """What failed is its heading; variables, breadcrumbs, request, user, contexts and extra are there without the JSON."""
    settings.TIME_ZONE = "Europe/Berlin"
    frame = {"function": "pay", "in_app": True, "vars": {"basket": {"items": 3}}}
    content = {
        "exception": {"values": [{"type": "KeyError", "stacktrace": {"frames": [frame]}}]},
        "breadcrumbs": {
            "values": [
                {
                    "timestamp": "2026-11-21T18:01:16.869442Z", "category": "query",
                    "message": "BEGIN", "data": {"database": "default"},
                }
            ]
        },
        "request": {"url": "http://shop.example/pay/", "headers": {"Accept": "text/html"}},
        "user": {"id": "7"},
        "contexts": {"cart": {"items": 3}},
        "extra": {"attempt": 2},
    }  # fmt: skip
    Event.objects.update(payload=packed(content))

    page = operator.get(f"{AT}/event/{event.pk}/change/").text.partition("<details>")[0]

    assert f"<h2>{html.escape(str(event.issue)[:200])}</h2>" in page
    for name, value in [
        ("basket", "{items: 3}"),
        ("19:01:16 query", "BEGIN  database=default"),
        ("url", "http://shop.example/pay/"),
        ("headers.Accept", "text/html"),
        ("user.id", "7"),
        ("cart.items", "3"),
        ("attempt", "2"),
    ]:
        assert f"<tr><th>{name}</th><td>{value}</td></tr>" in page


def test_own_code_is_open_and_libraries_are_folded(operator, event):
    """The innermost frame of the service's own, with the lines around and the one that failed in bold."""
    library = {"filename": "django/views.py", "lineno": 1, "function": "dispatch", "in_app": False}
    own = {
        "filename": "shop.py", "lineno": 8, "function": "pay", "in_app": True,
        "pre_context": ["def pay():"], "context_line": "    charge(cart)", "post_context": ["    mail()"],
    }  # fmt: skip
    frames = [{**own, "function": "view"}, library, library, own, library]
    content = {"exception": {"values": [{"type": "KeyError", "stacktrace": {"frames": frames}}]}}
    Event.objects.update(payload=packed(content))

    page = operator.get(f"{AT}/event/{event.pk}/change/").text

    assert "    7  def pay():\n<b>    8      charge(cart)\n</b>    9      mail()\n" in page
    assert re.findall("<details class=.fireline-own. (open)?><summary>shop.py:8 in <b>(.*?)</b>", page) == [
        ("", "view"),
        ("open", "pay"),
    ]  # fmt: skip
    assert "<details ><summary>2 frames of libraries</summary>" in page


def test_event_says_why_it_is_of_its_issue(operator, event):
    """In the words of `explained`."""
    page = operator.get(f"{AT}/event/{event.pk}/change/").text

    assert "what its fingerprint is made of" in page
    assert "by version 1 of the grouping" in page


def test_issue_says_how_often_and_what_its_events_have_in_common(operator, event):
    """By hour and day, of all environments together, and the values of its tags that came most."""
    issue, now = event.issue, timezone.now()
    for number, name in enumerate(("production", "stage"), 2):
        environment = Environment.objects.create(project=issue.project, name=name)
        for per in Count.Per:
            Count.objects.create(
                project=issue.project, issue=issue, environment=environment, per=per, begins_at=now,
                events=number * 1000,
            )  # fmt: skip
        TagCount.objects.create(
            issue=issue, key="browser", value=f"Some {number}", events=number, last_seen_at=now
        )

    page = operator.get(f"{AT}/issue/{issue.pk}/change/").text

    assert page.count('<td class="fireline-number">5,000</td>') == 2
    assert "<th>browser</th><td>Some 3\xa0×3, Some 2\xa0×2</td>" in page


def test_stack_of_an_issue_is_for_who_may_see_events(event):
    """The page of an issue shows that of its newest event to nobody else."""
    user = User.objects.create_user("staff", is_staff=True)
    client = Client(headers={"user-agent": "tests"})
    client.force_login(user)
    user.user_permissions.add(Permission.objects.get(codename="view_issue"))

    assert "fireline-stack" not in client.get(f"{AT}/issue/{event.issue_id}/change/").text
    user.user_permissions.add(Permission.objects.get(codename="view_event"))
    assert "fireline-stack" in client.get(f"{AT}/issue/{event.issue_id}/change/").text


def test_set_aside_entry_shows_why(operator, aside):
    """The reason, and what was sent."""
    page = html.unescape(operator.get(f"{AT}/setaside/{aside.pk}/change/").text)

    assert page.count(EVIL) >= 3


@pytest.mark.parametrize("payload", [b"", b"nonsense", compressed(b"[1]"), compressed(b"{")])
def test_damaged_event_has_a_page_all_the_same(operator, event, payload):
    """With what its columns say."""
    Event.objects.update(payload=payload)

    page = operator.get(f"{AT}/event/{event.pk}/change/")

    assert page.status_code == 200
    assert "error_1" in page.text


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"exception": "no"}, id="exception"),
        pytest.param({"exception": {"values": [None, 3, {"stacktrace": []}]}}, id="values"),
        pytest.param(
            {"exception": {"values": [{"stacktrace": {"frames": [None, "x", {}]}}]}}, id="frames"
        ),
        pytest.param({"tags": [["a"], ["b", 1], None]}, id="tags"),
        pytest.param(
            {"breadcrumbs": {"values": [None, 3, {"data": [], "message": {}}]}}, id="crumbs"
        ),
        pytest.param(
            {
                "breadcrumbs": {
                    "values": [
                        {"timestamp": stamp}
                        for stamp in (
                            7,
                            [],
                            "2026-99-01T00:00Z",
                            "0001-01-01T00:00Z",
                            "2026-11-21T10:00",
                        )
                    ]
                }
            },
            id="times",
        ),
        pytest.param({"contexts": [1], "request": "x", "user": [2], "extra": None}, id="contexts"),
        pytest.param({"contexts": {"a": {str(n): "x" * 999 for n in range(900)}}}, id="wide"),
        pytest.param({"tags": 7, "extra": "x" * 500_000}, id="large"),
        pytest.param(
            {"exception": {"values": [{"stacktrace": {"frames": [{}] * 5000}}] * 50}}, id="many"
        ),
    ],
)
def test_odd_event_has_a_page_of_bounded_size(operator, event, content):
    """Whatever its shape."""
    Event.objects.update(payload=packed(content))

    page = operator.get(f"{AT}/event/{event.pk}/change/")

    assert page.status_code == 200
    assert len(page.content) < 400_000


@pytest.mark.parametrize("text", ["error_1", "e" * 32, EVIL[:64]])
@pytest.mark.parametrize("model", ["event", "issue"])
def test_search_takes_any_id(operator, event, model, text):
    """An error id, an event id, a correlation id: one hit."""
    page = operator.get(f"{AT}/{model}/", {"q": text}).text

    assert "1 result" in page or len(re.findall(r'class="action-checkbox|<tr><t[hd]', page)) == 1


def test_search_for_an_id_that_no_event_has_says_why(operator, event):
    """It may have been the client's mistake, one of very many, or still wait."""
    page = operator.get(f"{AT}/event/", {"q": "error_9"}).text

    assert "No stored event has the id error_9; the log may have lines with it." in page


def test_search_takes_words(operator, event):
    """Of the type or the message of an issue."""
    assert "1 result" in operator.get(f"{AT}/issue/", {"q": "onerror alert"}).text
    assert "0 results" in operator.get(f"{AT}/issue/", {"q": "onerror nothing"}).text
    assert "0 results" in operator.get(f"{AT}/event/", {"q": "onerror"}).text


@pytest.mark.parametrize("model", ["issue", "event", "setaside"])
def test_nothing_can_be_changed(operator, event, aside, model):
    """No add, no change, no delete; not even by somebody who may do everything."""
    pk = {"issue": event.issue_id, "event": event.pk, "setaside": aside.pk}[model]

    assert operator.get(f"{AT}/{model}/add/").status_code == 403
    assert operator.post(f"{AT}/{model}/{pk}/change/", {"type": "x"}).status_code == 403
    assert operator.post(f"{AT}/{model}/{pk}/delete/", {"post": "yes"}).status_code == 403
    assert "deletelink" not in operator.get(f"{AT}/{model}/{pk}/change/").text


def test_who_may_not_see_sees_nothing(event, aside):
    """Django's permissions decide: staff alone is not enough, and one permission opens one list."""
    user = User.objects.create_user("staff", is_staff=True)
    client = Client(headers={"user-agent": "tests"})
    client.force_login(user)

    assert {client.get(address).status_code for address in pages(event, aside)} == {403}
    user.user_permissions.add(Permission.objects.get(codename="view_issue"))
    assert client.get(f"{AT}/issue/").status_code == 200
    assert client.get(f"{AT}/event/").status_code == 403


@pytest.mark.parametrize("address", ["", "?p=2", "?all="])
def test_lists_do_not_read_payloads_nor_count_all(
    operator, event, django_assert_max_num_queries, monkeypatch, address
):
    """However much is stored: few statements, of the newest rows alone, whoever asks for all."""
    monkeypatch.setattr("fireline.tracker.admin.reading.NEWEST", 150)
    Event.objects.bulk_create(
        Event(
            project=event.project, issue=event.issue, event_id=f"{number:032x}", outcome=3,
            received_at=event.received_at, occurred_at=event.received_at, level="error", payload=b"",
        )
        for number in range(200)
    )  # fmt: skip

    with django_assert_max_num_queries(12) as asked:
        page = operator.get(f"{AT}/event/{address}").text

    of_events = [q["sql"] for q in asked if 'FROM "fireline_tracker_event"' in q["sql"]]
    assert of_events
    assert not [sql for sql in of_events if '"payload"' in sql]
    assert all("LIMIT" in sql for sql in of_events)
    assert "150 events" in page
    assert page.count('class="field-received') == 50


def test_new_project_has_a_key(operator):
    """Its DSN leads to where the admin was asked."""
    empty = {"keys-TOTAL_FORMS": 0, "keys-INITIAL_FORMS": 0}
    operator.post(f"{AT}/project/add/", {"name": "blog", **empty})

    key = Key.objects.get(project__name="blog")
    page = operator.get(f"{AT}/project/{key.project_id}/change/").text
    assert f"http://{key.public_key}@testserver/fireline/{key.project_id}" in page


def test_keys_are_rotated(operator):
    """A row with a label is a new key, an old one is switched off; without JavaScript."""
    project = Project.objects.create(name="blog")
    old = Key.objects.create(project=project)
    operator.post(
        f"{AT}/project/{project.pk}/change/",
        {
            "name": "blog", "keys-TOTAL_FORMS": 2, "keys-INITIAL_FORMS": 1,
            "keys-0-id": old.pk, "keys-0-project": project.pk, "keys-0-label": "old",
            "keys-0-allowed_origins": "[]",
            "keys-1-project": project.pk, "keys-1-label": "new", "keys-1-is_active": "on",
            "keys-1-allowed_origins": '["https://shop.example"]',
        },
    )  # fmt: skip

    old.refresh_from_db()
    new = project.keys.latest("pk")
    assert not old.is_active
    assert (new.label, new.is_active, new.allowed_origins) == (
        "new",
        True,
        ["https://shop.example"],
    )
    assert re.fullmatch("[0-9a-f]{32}", new.public_key)
    assert new.public_key != old.public_key


def written(operator, origins):
    """The form of a project whose key has these origins."""
    project, _ = Project.objects.get_or_create(name="blog")
    key, _ = Key.objects.get_or_create(project=project)
    return operator.post(
        f"{AT}/project/{project.pk}/change/",
        {
            "name": "blog", "keys-TOTAL_FORMS": 2, "keys-INITIAL_FORMS": 1, "keys-0-id": key.pk,
            "keys-0-project": project.pk, "keys-0-is_active": "on",
            "keys-0-allowed_origins": origins,
            "keys-1-project": project.pk, "keys-1-is_active": "on", "keys-1-allowed_origins": "",
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("", []),
        ("https://shop.example", ["https://shop.example"]),
        ("https://shop.example\r\n*.shop.example", ["https://shop.example", "*.shop.example"]),
        ("shop.example, localhost:3000", ["shop.example", "localhost:3000"]),
        ('["https://shop.example", "[::1]:80"]', ["https://shop.example", "[::1]:80"]),
        ('"https://shop.example"', ["https://shop.example"]),
        ("*", ["*"]),
    ],
)
def test_origins_are_written_one_a_line(operator, text, origins):
    """Or as people write lists; an empty form beside makes no key."""
    assert written(operator, text).status_code == 302

    (key,) = Key.objects.all()
    assert key.allowed_origins == origins
    page = operator.get(f"{AT}/project/{key.project_id}/change/").text
    assert "\n".join(origins) in page


@pytest.mark.parametrize("text", ["https://shop.example/cart", "{}", "shop example!", "http://"])
def test_what_is_no_origin_is_refused(operator, text):
    """With the way to write one."""
    page = html.unescape(written(operator, text).text)

    assert "is no origin. Write https://shop.example, shop.example or *.shop.example." in page
    assert Key.objects.get().allowed_origins == []


def test_project_is_not_deleted_here(operator):
    """With all its events that is no matter of one request."""
    project = Project.objects.create(name="blog")

    assert operator.post(f"{AT}/project/{project.pk}/delete/", {"post": "yes"}).status_code == 403


def test_times_without_zones(operator, settings, request):
    """A project with USE_TZ = False sees when its issues came, and their days are those of UTC."""
    settings.USE_TZ, settings.TIME_ZONE = False, "America/Bogota"
    issue = request.getfixturevalue("issue")
    today = timezone.now().replace(hour=19, minute=0, second=0, microsecond=0)
    environment = Environment.objects.create(project=issue.project, name="live")
    Count.objects.create(
        project=issue.project, issue=issue, environment=environment, per=Count.Per.DAY,
        begins_at=today - timedelta(days=7), events=1,
    )  # fmt: skip

    listed = operator.get(f"{AT}/issue/").content.decode()
    page = operator.get(f"{AT}/issue/{issue.pk}/change/").content.decode()

    assert f"{issue.last_seen_at:%H:%M:%S}" in listed
    assert f"{today - timedelta(days=6):%Y-%m-%d}" in page
