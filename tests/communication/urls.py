"""A service with the webhook of WhatsApp."""

from django.urls import include, path

urlpatterns = [path("webhooks/", include("fireline.communication.urls"))]
