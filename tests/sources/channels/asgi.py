"""The sockets of the tests beside its views."""

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import path

http = get_asgi_application()

from fireline.sources.channels import watch_sockets  # noqa: E402 (Django comes first)
from tests.sources.channels import consumers  # noqa: E402


async def broken(scope, receive, send):
    """A middleware of the service's that fails before there is a consumer."""
    raise consumers.exception_of("database-away")


rooms = URLRouter(
    [
        path("", consumers.Room.as_asgi()),
        path("sync/", consumers.SyncRoom.as_asgi()),
        path("<str:how>/", consumers.Room.as_asgi()),
        path("sync/<str:how>/", consumers.SyncRoom.as_asgi()),
    ]
)
application = watch_sockets(
    ProtocolTypeRouter(
        {
            "http": http,
            "websocket": URLRouter(
                [
                    path("ws/rooms/<int:number>/", rooms),
                    path("ws/raw/", consumers.Raw.as_asgi()),
                    path("ws/denied/<str:how>/", consumers.Denied.as_asgi()),
                    path("ws/fragile/", consumers.Fragile.as_asgi()),
                    path("ws/plain/", consumers.plain),
                    path("ws/broken/", broken),
                    path(
                        "ws/own/",
                        AllowedHostsOriginValidator(consumers.Raw.as_asgi()),
                    ),
                ]
            ),
        }
    )
)


def told(request):
    """A view that tells everybody in the room."""
    from asgiref.sync import async_to_sync
    from channels.layers import get_channel_layer

    async_to_sync(get_channel_layer().group_send)("room", {"type": "told", "text": "hello"})
    return HttpResponse("told")
