"""The page of the feed."""

from crm.english import render_in_english
from customers.models import Activity
from django.http import HttpRequest, HttpResponse

from feed.tries import TRIES


def feed(request: HttpRequest) -> HttpResponse:
    """What happened last, and from now on what happens."""
    context = {"activities": Activity.objects.select_related("customer")[:8], "tries": TRIES}
    return render_in_english(request, "feed/feed.html", context)
