"""The service of the tests with sockets; the channel layer is a real one where the tests have one."""

import os

from tests.servers.settings import *  # noqa: F403
from tests.servers.settings import FIRELINE

ROOT_URLCONF = "tests.sources.channels.urls"
ASGI_APPLICATION = "tests.sources.channels.asgi.application"
FIRELINE = {
    **FIRELINE,
    "RUN_DIRECTORY": f"{os.environ['TESTS_DIRECTORY']}/run",
    "MONITORING_NETWORKS": ["127.0.0.1"],
    "WEBSOCKET_MESSAGES_PER_SECOND": float(os.environ.get("TESTS_MESSAGES", "0")),
    "WEBSOCKET_BYTES_PER_SECOND": float(os.environ.get("TESTS_BYTES", "0")),
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [os.environ["TESTS_LAYER"]]},
    }
    if "TESTS_LAYER" in os.environ
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
