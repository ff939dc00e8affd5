"""Pages to read only, that stay fast however much is stored."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html

from fireline.tracker.times import local

NEWEST = 1_000
"""Rows that a list goes through; who looks for older ones searches."""


class Newest(Paginator):  # type: ignore[type-arg]
    """Pages of the newest rows: what lies behind them is not even counted."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, and at most so many as are gone through."""
        return int(self.object_list[:NEWEST].count())  # type: ignore[attr-defined]


class Reading(admin.ModelAdmin):  # type: ignore[type-arg]
    """Nothing can be added, changed or deleted; who may see it is the matter of Django's permissions."""

    paginator = Newest
    list_per_page = 50
    list_max_show_all = 0  # or `?all=` would show all that there are behind the newest
    show_full_result_count = False
    sortable_by: ClassVar = ()
    actions = None

    class Media:
        """Long lines stay in their box."""

        css: ClassVar = {"all": ["fireline_tracker/admin.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody may."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody may."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody may; retention does."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All that is shown."""
        return flatten_fieldsets(self.get_fieldsets(request, obj))


def to_the_second(moment: datetime | None) -> str:
    """The time as logs and tables write it, in the reader's zone; on a phone in two lines at most."""
    if moment is None:
        return "-"
    at = local(moment)
    return format_html(
        '<span class="fireline-time">{}</span> <span class="fireline-time">{}</span>',
        f"{at:%Y-%m-%d}",
        f"{at:%H:%M:%S}",
    )
