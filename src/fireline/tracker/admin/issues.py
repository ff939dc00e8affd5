"""Issues: what happened last comes first, and from each to its events."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fireline.tracker import queries
from fireline.tracker.admin import figures, frames
from fireline.tracker.admin.events import content_of
from fireline.tracker.admin.reading import Reading, to_the_second
from fireline.tracker.models import Event, Issue

_EVENTS = 20


class IssueAdmin(Reading):
    """Searching takes an id of an event, whole, or words of the type, the message or the place."""

    list_display = ("title", "last_seen", "events", "users", "status", "project")
    list_filter = ("status", "project")
    list_select_related = ("project",)
    ordering = ("-last_seen_at",)
    search_fields = ("message",)
    search_help_text = "Words, or an error id, a correlation id or an event id."
    fieldsets: ClassVar = [
        (
            None,
            {
                "fields": (
                    "message", ("place", "transaction"),
                    ("last_seen", "first_seen", "events", "users"),
                    ("status", "level", "platform", "project"),
                    ("last_release", "first_release", "resolved_at", "resolved_release"),
                )
            },
        ),
        ("Events", {"fields": ("newest",)}),
        ("Figures", {"fields": (("by_hour", "by_day"), "tags")}),
    ]  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """With the stack of the newest event, for those who may see events."""
        first, *others = super().get_fieldsets(request, obj)
        if not request.user.has_perm("fireline_tracker.view_event"):
            return [first, *others]
        return [first, ("The newest", {"fields": ("stack",)}), *others]

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Issue]", search_term: str
    ) -> "tuple[QuerySet[Issue], bool]":
        """The issues of the events with this id; where there are none, those that say these words."""
        if not search_term:
            return queryset, False
        of_events = {event.issue_id for event in queries.found(search_term)}
        if of_events:
            return queryset.filter(pk__in=of_events), False
        for word in search_term.replace("\0", "").split()[:5]:
            queryset = queryset.filter(
                Q(type__icontains=word) | Q(message__icontains=word) | Q(place__icontains=word)
            )
        return queryset, False

    @admin.display(description="issue")
    def title(self, issue: Issue) -> SafeString:
        """Its first words, and where it is in the code."""
        words = str(issue)[:200] or "-"
        return format_html('{} <span class="fireline-place">{}</span>', words, issue.place)

    @admin.display(description="events", ordering="event_count")
    def events(self, issue: Issue) -> str:
        """How many there were, kept or not."""
        return f"{issue.event_count:,}"

    @admin.display(description="users", ordering="user_count")
    def users(self, issue: Issue) -> str:
        """How many it has met."""
        return f"{issue.user_count:,}"

    @admin.display(description="first seen")
    def first_seen(self, issue: Issue) -> str:
        """When it came up."""
        return to_the_second(issue.first_seen_at)

    @admin.display(description="last seen", ordering="last_seen_at")
    def last_seen(self, issue: Issue) -> str:
        """When it was last met."""
        return to_the_second(issue.last_seen_at)

    @admin.display(description="stack")
    def stack(self, issue: Issue) -> SafeString:
        """Exceptions and frames of the newest event."""
        event = Event.objects.filter(issue=issue).order_by("-received_at", "-pk").first()
        return SafeString("-") if event is None else frames.stack(content_of(event))

    @admin.display(description="by hour")
    def by_hour(self, issue: Issue) -> SafeString:
        """When it came today."""
        return figures.by_hour(issue)

    @admin.display(description="by day")
    def by_day(self, issue: Issue) -> SafeString:
        """And in two weeks."""
        return figures.by_day(issue)

    @admin.display(description="tags")
    def tags(self, issue: Issue) -> SafeString:
        """What its events have in common."""
        return figures.tags(issue)

    @admin.display(description="newest")
    def newest(self, issue: Issue) -> SafeString:
        """Its newest events, and the way to the others."""
        events = queries.events(issue.pk, limit=_EVENTS)
        rows = (
            (
                reverse("admin:fireline_tracker_event_change", args=[event.pk]),
                to_the_second(event.received_at),
                event.error_id or event.event_id,
            )
            for event in events.rows
        )
        listed = format_html_join("", '<tr><td><a href="{}">{}</a></td><td>{}</td></tr>', rows)
        all_of_them = (
            f"{reverse('admin:fireline_tracker_event_changelist')}?issue__id__exact={issue.pk}"
        )
        return format_html(
            '<table class="fireline-rows">{}</table><a href="{}">All that are stored</a>',
            listed,
            all_of_them,
        )
