"""An address for each failure on the site."""

from django.urls import path

from failures.failure import FAILURES
from failures.views import index, page_of

app_name = "failures"
urlpatterns = [
    path("", index, name="index"),
    *(
        path(f"{failure.name}/", page_of(failure), name=failure.name)
        for failure in FAILURES
        if failure.cause
    ),
]
