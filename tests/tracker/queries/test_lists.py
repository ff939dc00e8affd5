"""Lists by key: every row once, in order, along an index, in one statement."""

import json
from itertools import pairwise

import pytest
from django.test.utils import CaptureQueriesContext

from fireline.tracker.models import Event, Issue, Status
from fireline.tracker.queries import events, found, issues


def pages(ask):
    """All pages of a list, one behind the other."""
    page = ask("")
    yield page
    while page.after:
        page = ask(page.after)
        yield page


def plan_of(database, sql):
    """How the database does it, in words."""
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return " | ".join(row[3] for row in cursor.fetchall())
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        told = cursor.fetchall()[0][0]
        plan = (told if isinstance(told, list) else json.loads(told))[0]["Plan"]
    return " | ".join(_nodes(plan))


def _nodes(plan):
    yield f"{plan['Node Type']} {plan.get('Relation Name', '')}"
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


SLOW = ("SCAN", "TEMP B-TREE", "Seq Scan fireline_tracker_event", "Seq Scan fireline_tracker_issue")


def test_each_issue_is_listed_once_in_order(shop):
    """By what happened last; also those that happened at one moment."""
    listed = [
        issue
        for page in pages(lambda after: issues(shop.pk, Status.OPEN, after=after, limit=7))
        for issue in page.rows
    ]

    expected = Issue.objects.filter(project=shop, status=Status.OPEN)
    assert listed == list(expected.order_by("-last_seen_at", "-pk"))


def test_issues_of_every_status_are_one_list(shop):
    """Merged, without a gap between pages."""
    listed = [
        issue
        for page in pages(lambda after: issues(shop.pk, None, after=after, limit=40))
        for issue in page.rows
    ]

    assert listed == list(Issue.objects.filter(project=shop).order_by("-last_seen_at", "-pk"))


def test_each_event_is_listed_once_in_order(shop):
    """An issue's, also of one moment; the last page says that it is the last."""
    issue = Issue.objects.earliest("pk")
    told = list(pages(lambda after: events(issue.pk, after=after, limit=100)))

    rows = [event for page in told for event in page.rows]
    assert rows == list(issue.events.order_by("-received_at", "-pk"))
    assert all(one.received_at >= next_.received_at for one, next_ in pairwise(rows))
    assert not told[-1].after


@pytest.mark.parametrize("name", ["issues", "events"])
def test_list_walks_along_its_index(shop, database, name):
    """By one statement, first page or later: no table is read from end to end, and nothing is sorted."""
    noisy = Issue.objects.earliest("pk").pk

    def ask(after):
        return (
            issues(shop.pk, after=after, limit=20)
            if name == "issues"
            else events(noisy, after=after, limit=20)
        )

    after = ask("").after
    with CaptureQueriesContext(database) as first:
        ask("")
    with CaptureQueriesContext(database) as later:
        ask(after)

    assert len(first) == len(later) == 1
    for sql in (first[0]["sql"], later[0]["sql"]):
        plan = plan_of(database, sql)
        assert not [word for word in SLOW if word in plan], plan
        # Where an issue has many of all events, PostgreSQL may go by their time and sort those of one moment.
        assert "Sort" not in plan.replace("Incremental Sort", ""), plan
        assert '"payload"' not in sql


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("error_200", id="error-id"),
        pytest.param("request-100", id="correlation-id"),
        pytest.param(f"{200:032x}", id="event-id"),
        pytest.param(f" 00000000-0000-0000-0000-{200:012X} ", id="event-id-as-uuid"),
    ],
)
def test_event_is_found_by_any_id(shop, text):
    """As it was pasted."""
    assert f"{200:032x}" in {event.event_id for event in found(text)}


@pytest.mark.parametrize("text", ["", " ", "nobody", "x" * 300, "a\0b", "'; --", "%"])
def test_what_is_no_id_finds_nothing(shop, text):
    """Nor does it fail."""
    assert not found(text)


def test_ids_are_found_by_their_indexes(shop, database):
    """Three statements, each along an index; the few projects are gone through."""
    with CaptureQueriesContext(database) as asked:
        found(f"{200:032x}")

    looked = [query["sql"] for query in asked if 'FROM "fireline_tracker_event"' in query["sql"]]
    assert len(looked) == 3
    assert len(asked) == 5
    for sql in looked:
        plan = plan_of(database, sql).replace("SCAN U0", "")
        assert not [word for word in SLOW if word in plan], plan


@pytest.mark.parametrize(
    "after", ["7", "x-y", "1-2-3", "-1--2", "9" * 40 + "-1", "١-٢", "1-1' OR 1"]
)
def test_key_that_nobody_was_given_is_refused(shop, after):
    """With words that say so."""
    with pytest.raises(ValueError, match="is no key of a page"):
        events(1, after=after)


def test_limit_is_bounded(shop):
    """Whatever an address says."""
    assert len(events(Issue.objects.earliest("pk").pk, limit=10**9).rows) == 500
    assert len(issues(shop.pk, limit=-5).rows) == 1


def test_list_does_not_read_payloads(shop, database):
    """They are read one by one, when somebody asks."""
    event = events(Issue.objects.earliest("pk").pk).rows[0]

    assert event.get_deferred_fields() == {"payload"}
    assert bytes(event.payload) == b"payload"
    assert isinstance(event, Event)
