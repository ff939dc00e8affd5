"""The webhook of WhatsApp: `path("webhooks/", include("fireline.communication.urls"))`."""

from django.urls import path

from fireline.communication.statuses import whatsapp_status

app_name = "fireline_communication"
urlpatterns = [path("whatsapp/", whatsapp_status, name="whatsapp-status")]
