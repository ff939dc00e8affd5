"""Events: the newest, found by any of their ids, and all that is known of one."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fireline import conf
from fireline.tracker import queries
from fireline.tracker.admin import frames, shown
from fireline.tracker.admin.reading import Reading, to_the_second
from fireline.tracker.grouping import explained
from fireline.tracker.models import Attachment, Event, Feedback
from fireline.tracker.payload import unpacked


class EventAdmin(Reading):
    """Searching takes an error id, a correlation id or an event id, whole."""

    list_display = ("received", "of_issue", "project", "level", "error_id", "correlation_id")
    list_display_links = ("received",)
    list_select_related = ("project", "issue")
    ordering = ("-received_at",)
    search_fields = ("error_id",)
    search_help_text = "An error id, a correlation id or an event id."
    fieldsets: ClassVar = [
        (
            None,
            {
                "fields": (
                    "of_issue", ("received", "level", "environment", "release"),
                    ("error_id", "correlation_id"), ("at", "whom"), "stack",
                )
            },
        ),
        ("Where and when", {"fields": ("crumbs", "asked", "tags", "contexts", "extra")}),
        ("What came with it", {"fields": ("feedback", "attachments", "everything")}),
        (
            "Kept as",
            {"fields": (("project", "occurred"), ("event_id", "outcome"), "why")},
        ),
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
            if not keys:
                messages.info(request, queries.why_none(search_term.strip()), fail_silently=True)
        return queryset, False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Headed by what has failed: the ids are below."""
        if (event := context.get("original")) is not None:
            context["subtitle"] = str(event.issue)[:200]
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="received at", ordering="received_at")
    def received(self, event: Event) -> str:
        """When it came here."""
        return to_the_second(event.received_at)

    @admin.display(description="occurred at")
    def occurred(self, event: Event) -> str:
        """By its client."""
        return to_the_second(event.occurred_at)

    @admin.display(description="issue")
    def of_issue(self, event: Event) -> SafeString:
        """Its issue, one click away."""
        address = reverse("admin:fireline_tracker_issue_change", args=[event.issue_id])
        return format_html('<a href="{}">{}</a>', address, str(event.issue)[:200] or "-")

    @admin.display(description="at")
    def at(self, event: Event) -> str:
        """What was asked for, in a line."""
        content = content_of(event)
        asked = shown.dict_of(content.get("request"))
        words = (asked.get("method"), asked.get("url") or content.get("transaction"))
        return shown.cut(shown.plain(" ".join(str(word) for word in words if word))) or "-"

    @admin.display(description="user")
    def whom(self, event: Event) -> str:
        """Whom it has met."""
        user = shown.dict_of(content_of(event).get("user"))
        names = (user.get(name) for name in ("id", "username", "email", "ip_address"))
        return shown.cut(shown.plain(", ".join(str(name) for name in names if name))) or "-"

    @admin.display(description="stack")
    def stack(self, event: Event) -> SafeString:
        """Exceptions and frames."""
        return frames.stack(content_of(event))

    @admin.display(description="why it is of this issue")
    def why(self, event: Event) -> SafeString:
        """What its fingerprint is made of, as it would be now."""
        rules = conf.current().TRACKER_FINGERPRINT_RULES
        text = explained(content_of(event), rules)
        return format_html(
            "<details><summary>what its fingerprint is made of</summary>{}</details>",
            shown.preformatted(text),
        )

    @admin.display(description="what happened before")
    def crumbs(self, event: Event) -> SafeString:
        """Queries, calls, log lines."""
        return shown.crumbs(content_of(event))

    @admin.display(description="request and user")
    def asked(self, event: Event) -> SafeString:
        """What was asked for, and by whom."""
        content = content_of(event)
        return shown.fields(
            {"transaction": content.get("transaction")},
            _with_plain_query(shown.dict_of(content.get("request"))),
            {"user": content.get("user")},
        )

    @admin.display(description="contexts")
    def contexts(self, event: Event) -> SafeString:
        """What the service knew."""
        return shown.fields(content_of(event).get("contexts"))

    @admin.display(description="more")
    def extra(self, event: Event) -> SafeString:
        """What older SDKs call extra."""
        return shown.fields(content_of(event).get("extra"))

    @admin.display(description="tags")
    def tags(self, event: Event) -> SafeString:
        """Names and values."""
        return shown.tags(content_of(event))

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
        return shown.as_json(content_of(event))


def _with_plain_query(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """The query as it stood in the address, of clients that send it in pairs."""
    query = request.get("query_string")
    if not isinstance(query, list):
        return request
    pairs = [pair for pair in query if isinstance(pair, list) and len(pair) == 2]
    return {**request, "query_string": "&".join(f"{name}={value}" for name, value in pairs)}


def content_of(event: Event) -> dict[str, Any]:
    """Read once for each page."""
    content: dict[str, Any] | None = event.__dict__.get("_content")
    if content is None:
        try:
            content = unpacked(event.payload)
        except Exception as error:  # a row that somebody has damaged
            content = {"This event cannot be read": f"{type(error).__name__}: {error}"}
        event.__dict__["_content"] = content
    return content
