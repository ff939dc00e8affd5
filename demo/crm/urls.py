"""Every address of the CRM. No error handlers: Fireline takes the place of Django's."""

from customers.api import CustomerViewSet
from customers.views import home
from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView
from feed.views import feed
from rest_framework.routers import SimpleRouter

from crm.docs import docs

api = SimpleRouter(use_regex_path=False)
api.register("customers", CustomerViewSet)

urlpatterns = [
    path("", home, name="home"),
    path("customers/", include("customers.urls")),
    path("failures/", include("failures.urls")),
    path("live/", feed, name="live"),
    path("webhooks/", include("fireline.communication.urls")),
    path("login/", auth.LoginView.as_view(template_name="crm/login.html"), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    path("fireline/", include("fireline.tracker.urls")),
    path("api/", include(api.urls)),
    path("api/failures/", include("failures.api_urls")),
    path("api/schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("api/docs/", docs, name="docs"),
]
