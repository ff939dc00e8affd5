"""Pages whose texts are in English only."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override


def render_in_english(
    request: HttpRequest, template: str, context: Mapping[str, Any]
) -> HttpResponse:
    """The page, its menu included: half a page in another language helps nobody."""
    with override("en"):
        return render(request, template, context)
