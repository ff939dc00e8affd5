"""Where Fireline listens."""

from django.urls import include, path

urlpatterns = [path("fireline/", include("fireline.tracker.urls"))]
