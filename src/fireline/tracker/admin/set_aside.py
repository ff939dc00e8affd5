"""Entries that could not be digested, and why."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from fireline.tracker.admin import shown
from fireline.tracker.admin.reading import Reading
from fireline.tracker.models import SetAside
from fireline.tracker.payload import decompressed


class SetAsideAdmin(Reading):
    """Nothing is lost of them; they are in nobody's way."""

    list_display = ("set_aside_at", "project", "why", "size")
    ordering = ("-set_aside_at",)
    fieldsets: ClassVar = [
        (None, {"fields": ("entry_id", "project", "received_at", "set_aside_at", "size")}),
        ("Why", {"fields": ("whole_reason",)}),
        ("What was sent", {"fields": ("content",)}),
    ]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[SetAside]":
        """Without envelopes: only the page of one entry reads its own."""
        return super().get_queryset(request).defer("envelope")

    @admin.display(description="why")
    def why(self, entry: SetAside) -> str:
        """The first words of the reason."""
        return entry.reason[:120]

    @admin.display(description="why")
    def whole_reason(self, entry: SetAside) -> SafeString:
        """All of it."""
        return shown.preformatted(entry.reason)

    @admin.display(description="envelope")
    def content(self, entry: SetAside) -> SafeString:
        """What can be read of it."""
        try:
            body = decompressed(entry.envelope)
        except Exception as error:  # a row that somebody has damaged
            return shown.preformatted(f"It cannot be read: {type(error).__name__}: {error}")
        return shown.preformatted(body.decode(errors="replace"))
