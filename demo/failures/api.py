"""Each failure in the API."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from failures.failure import Failure


@extend_schema(exclude=True)
class FailureView(APIView):
    """A view that fails as its failure says."""

    failure: Failure | None = None
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> HttpResponseBase:
        return self._outcome(request)

    def post(self, request: Request) -> HttpResponseBase:
        # The body, as every API reads it; `body` first, for DRF alone reads past Django's limit.
        _ = request.body, request.data
        return self._outcome(request)

    def _outcome(self, request: Request) -> HttpResponseBase:
        outcome = self.failure.cause(request)
        return outcome if isinstance(outcome, HttpResponseBase) else Response(outcome)
