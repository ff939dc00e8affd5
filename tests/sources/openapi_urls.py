"""The addresses of a DRF service that describes itself."""

from django.test import override_settings
from django.urls import path

# drf-spectacular's decorators read it when they decorate.
with override_settings(
    REST_FRAMEWORK={"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}
):
    from tests.sources import openapi_views as views

urlpatterns = [
    path("schema/", views.SchemaView.as_view()),
    path("api/customers/", views.Customers.as_view()),
    path("api/customers/<int:pk>/", views.OneCustomer.as_view()),
    path("api/plain/", views.Plain.as_view()),
    path("api/search/", views.Search.as_view()),
    path("api/sign-up/", views.SigningUp.as_view()),
    path("api/password/", views.ByPassword.as_view()),
    path("api/session/", views.BySession.as_view()),
    path("api/open/", views.Open.as_view()),
    path("api/staff/", views.StaffOnly.as_view()),
    path("api/throttled/", views.Throttled.as_view()),
    path("api/never-throttled/", views.NeverThrottled.as_view()),
    path("api/scope-throttled/", views.ScopeThrottled.as_view()),
    path("api/own/<int:pk>/", views.Own.as_view()),
    path("api/broken/", views.Broken.as_view()),
    path("api/v2/<str:version>/things/", views.Versioned.as_view()),
]
