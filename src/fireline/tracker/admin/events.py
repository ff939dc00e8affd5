"""Events: the newest, found by any of their ids, and all that is known of one."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fireline.tracker import queries
from fireline.tracker.admin import shown
from fireline.tracker.admin.reading import Reading
from fireline.tracker.models import Attachment, Event, Feedback
from fireline.tracker.payload import unpacked


class EventAdmin(Reading):
    """Searching takes an error id, a correlation id or an event id, whole."""

    list_display = ("received_at", "project", "of_issue", "level", "error_id", "correlation_id")
    list_display_links = ("received_at",)
    list_select_related = ("project", "issue")
    ordering = ("-received_at",)
    search_fields = ("error_id",)
    search_help_text = "An error id, a correlation id or an event id."
    fieldsets: ClassVar = [
        (
            None,
            {
                "fields": (
                    "of_issue", "project", "received_at", "occurred_at", "level", "release",
                    "environment", "event_id", "error_id", "correlation_id", "outcome",
                )
            },
        ),
        ("What happened", {"fields": ("stack", "tags", "feedback", "attachments", "everything")}),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Event]":
        """Without payloads: only the page of one event reads its own."""
        return super().get_queryset(request).defer("payload")

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Event]", search_term: str
    ) -> "tuple[QuerySet[Event], bool]":
        """The events with this id."""
        if search_term:
            keys = [event.pk for event in queries.found(search_term)]
            queryset = queryset.filter(pk__in=keys)
        return queryset, False

    @admin.display(description="issue")
    def of_issue(self, event: Event) -> SafeString:
        """Its issue, one click away."""
        address = reverse("admin:fireline_tracker_issue_change", args=[event.issue_id])
        return format_html('<a href="{}">{}</a>', address, str(event.issue)[:200] or "-")

    @admin.display(description="stack")
    def stack(self, event: Event) -> SafeString:
        """Exceptions and frames."""
        return shown.stack(_content(event))

    @admin.display(description="tags")
    def tags(self, event: Event) -> SafeString:
        """Names and values."""
        return shown.tags(_content(event))

    @admin.display(description="written about it")
    def feedback(self, event: Event) -> SafeString:
        """What people have written."""
        rows = Feedback.objects.filter(project=event.project_id, event_id=event.event_id)[:20]
        return shown.table((f"{row.name} {row.email}".strip(), row.message) for row in rows)

    @admin.display(description="files")
    def attachments(self, event: Event) -> SafeString:
        """Their names and sizes."""
        rows = Attachment.objects.filter(project=event.project_id, event_id=event.event_id)
        sizes = rows.values_list("filename", "size")[:50]
        return shown.table((name, f"{size:,} bytes") for name, size in sizes)

    @admin.display(description="everything")
    def everything(self, event: Event) -> SafeString:
        """The event as it is stored."""
        return shown.as_json(_content(event))


def _content(event: Event) -> dict[str, Any]:
    """Read once for each page."""
    content: dict[str, Any] | None = event.__dict__.get("_content")
    if content is None:
        try:
            content = unpacked(event.payload)
        except Exception as error:  # a row that somebody has damaged
            content = {"This event cannot be read": f"{type(error).__name__}: {error}"}
        event.__dict__["_content"] = content
    return content
