"""Views of a DRF service that describes itself."""

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import authentication, generics, permissions, serializers, versioning
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle, UserRateThrottle
from rest_framework.views import APIView

from tests.models import Customer
from tests.sources.drf_urls import Slow
from tests.sources.serializers import CustomerSerializer, SignUp


class Odd(serializers.Serializer):
    odd = serializers.CharField()


class Described(APIView):
    schema = AutoSchema()
    authentication_classes = ()
    renderer_classes = (JSONRenderer,)


class SchemaView(SpectacularAPIView):
    schema = AutoSchema()
    authentication_classes = ()


class Customers(generics.ListCreateAPIView, Described):
    queryset = Customer.objects.order_by("pk")
    serializer_class = CustomerSerializer


class OneCustomer(generics.RetrieveUpdateDestroyAPIView, Described):
    queryset = Customer.objects.all()
    serializer_class = CustomerSerializer


class Plain(Described):
    """Nothing to send, nobody to be."""

    @extend_schema(responses=Odd)
    def get(self, request: Request, **kwargs: str) -> Response:
        raise ValueError("broken")


class Search(Described):
    @extend_schema(parameters=[OpenApiParameter("q", required=True)], responses=Odd)
    def get(self, request: Request) -> Response:
        raise serializers.ValidationError({"q": ["Needed"]})


class SigningUp(Described):
    @extend_schema(request=SignUp, responses={201: SignUp})
    def post(self, request: Request) -> Response:
        serializer = SignUp(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.data)


class ByPassword(Described):
    authentication_classes = (authentication.BasicAuthentication,)
    permission_classes = (permissions.IsAuthenticated,)

    @extend_schema(responses=Odd)
    def get(self, request: Request) -> Response:
        return Response({"odd": "in"})


class BySession(ByPassword):
    authentication_classes = (authentication.SessionAuthentication,)

    @extend_schema(request=None, responses=Odd)
    def post(self, request: Request) -> Response:
        return Response({"odd": "in"})


class Open(ByPassword):
    permission_classes = (permissions.AllowAny,)


class StaffOnly(ByPassword):
    authentication_classes = ()
    permission_classes = (permissions.IsAdminUser,)


class Throttled(Plain):
    throttle_classes = (Slow,)


class NeverThrottled(Plain):
    """Two throttles that let all pass: one without a rate, one without a scope."""

    throttle_classes = (UserRateThrottle, ScopedRateThrottle)


class ScopeThrottled(NeverThrottled):
    throttle_scope = "slow"


class Own(Described):
    """Describes its failures itself."""

    @extend_schema(responses={200: Odd, 404: Odd, 500: OpenApiResponse(description="Bang")})
    def get(self, request: Request, pk: int) -> Response:
        return Response()

    @extend_schema(request=Odd, responses={200: Odd, "4XX": Odd})
    def post(self, request: Request, pk: int) -> Response:
        return Response()

    @extend_schema(request=Odd, responses={200: Odd, "default": Odd})
    def put(self, request: Request, pk: int) -> Response:
        return Response()


class Broken(Plain):
    """Cannot be looked into."""

    def get_throttles(self) -> list:
        raise LookupError("no request, no throttles")


class Versioned(Plain):
    versioning_class = versioning.URLPathVersioning
