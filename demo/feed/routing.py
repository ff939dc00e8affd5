"""Addresses of the sockets."""

from django.urls import path

from feed.consumers import CustomerFeed, Feed

urlpatterns = [
    path("ws/feed/", Feed.as_asgi()),
    path("ws/customers/<int:pk>/", CustomerFeed.as_asgi()),
]
