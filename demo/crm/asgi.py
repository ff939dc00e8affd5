"""The CRM for ASGI servers: its pages, and the sockets of the feed."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
pages = get_asgi_application()

from feed.routing import urlpatterns  # noqa: E402 (models are there only now)

from crm.origins import OwnPages  # noqa: E402
from fireline.sources.channels import watch_sockets  # noqa: E402

sockets = OwnPages(AuthMiddlewareStack(URLRouter(urlpatterns)))
application = watch_sockets(ProtocolTypeRouter({"http": pages, "websocket": sockets}))
