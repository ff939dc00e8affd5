"""A service with the tracker at the path of the documentation."""

from django.urls import include, path

urlpatterns = [path("fireline/", include("fireline.tracker.urls"))]
