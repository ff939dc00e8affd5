"""An address for each failure in the API."""

from django.urls import path

from failures import causes  # noqa: F401 (fills the list)
from failures.api import FailureView
from failures.failure import FAILURES

app_name = "failures-api"
urlpatterns = [
    path(f"{failure.name}/", FailureView.as_view(failure=failure), name=failure.name)
    for failure in FAILURES
    if failure.cause
]
