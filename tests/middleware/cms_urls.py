"""The same service where the last route takes every path."""

from tests.middleware.security_urls import everything, routes

urlpatterns = [*routes, everything]
