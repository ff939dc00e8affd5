"""Where foxray listens."""

from django.urls import include, path

urlpatterns = [path("foxray/", include("foxray.django.urls"))]
