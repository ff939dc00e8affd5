"""Addresses of the customers' pages."""

from django.urls import path

from customers import views

app_name = "customers"
urlpatterns = [
    path("", views.CustomerList.as_view(), name="list"),
    path("new/", views.CustomerCreate.as_view(), name="create"),
    path("<int:pk>/", views.CustomerDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", views.CustomerUpdate.as_view(), name="edit"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("<int:pk>/messages/", views.send_message, name="send-message"),
    path("<int:pk>/activities/", views.add_activity, name="add-activity"),
]
