"""Projects and their keys: a new key is one more form, an old one is switched off."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import JSONField, Model
from django.http import HttpRequest

from fireline.tracker.admin.origins import Origins
from fireline.tracker.dsn import dsn_of
from fireline.tracker.models import Key

_HELP = {
    "label": "What sends with it. A label makes a new key of an empty form.",
    "is_active": "Switched off, it is refused within five seconds.",
    "events_per_minute": "More are refused until the minute is over; where empty, there is no limit.",
    "allowed_origins": (
        "Pages that may send, one a line: https://shop.example, *.shop.example; where empty, all may."
    ),
}


class KeyInline(admin.StackedInline):  # type: ignore[type-arg]
    """A project's keys. A form with a label is a new one, without JavaScript, too."""

    model = Key
    extra = 1
    fields = ("label", "dsn", "is_active", "events_per_minute", "allowed_origins")
    readonly_fields = ("dsn",)
    formfield_overrides: ClassVar = {JSONField: {"form_class": Origins}}
    site = ""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Remember where the page was asked for: that is where clients can send to."""
        self.site = f"{request.scheme}://{request.get_host()}"
        return super().get_formset(request, obj, help_texts=_HELP, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody may: a key is switched off, so that it stays known whose it was."""
        return False

    @admin.display(description="DSN")
    def dsn(self, key: Key) -> str:
        """What an SDK needs."""
        return dsn_of(key, self.site) if key.pk else "made when it is saved"


class ProjectAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A project is named and gets keys; deleting it with all its events is no matter of one request."""

    list_display = ("name", "id", "created_at")
    search_fields = ("name",)
    fields = ("name",)
    inlines = (KeyInline,)

    class Media:
        """A DSN can be read to its end, on a phone, too."""

        css: ClassVar = {"all": ["fireline_tracker/admin.css"]}

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody may."""
        return False

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """A new project has a key."""
        super().save_related(request, form, formsets, change)
        if not form.instance.keys.exists():
            Key.objects.create(project=form.instance, label="made with the project")
