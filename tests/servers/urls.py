"""The views of the tests, and a small API of Django REST framework."""

from django.core.exceptions import ValidationError
from django.urls import include, path, re_path
from rest_framework import permissions, serializers
from rest_framework.authentication import BasicAuthentication
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from fireline.answers import SHAPES
from tests.urls import urlpatterns as plain


class Line(serializers.Serializer):
    amount = serializers.IntegerField(min_value=1)


class Order(serializers.Serializer):
    email = serializers.EmailField()
    lines = Line(many=True)


class Open(APIView):
    authentication_classes = ()


class Orders(Open):
    def post(self, request):
        order = Order(data=request.data)
        order.is_valid(raise_exception=True)
        return Response(order.data, status=201)


class Rule(Open):
    def get(self, request):
        raise ValidationError({"name": ["Taken"]})


class Broken(Open):
    def get(self, request):
        raise ValueError("the secret is password=hunter2")


class Private(APIView):
    authentication_classes = (BasicAuthentication,)
    permission_classes = (permissions.IsAuthenticated,)

    def get(self, request):
        return Response("in")


class Never(SimpleRateThrottle):
    scope = "never"
    rate = "1/day"

    def get_cache_key(self, request, view):
        return "never"

    def allow_request(self, request, view):
        return False

    def wait(self):
        return 42


class Busy(Open):
    throttle_classes = (Never,)

    def get(self, request):
        return Response("never")


routes = [
    *plain,
    path("api/orders/", Orders.as_view()),
    path("api/rule/", Rule.as_view()),
    path("api/bug/", Broken.as_view()),
    path("api/private/", Private.as_view()),
    path("api/busy/", Busy.as_view()),
]
urlpatterns = [*routes, re_path(f"^(?:{'|'.join(SHAPES)})/", include(routes))]
