"""A Valkey as channel layer, and the service under each server."""

import pytest
import redis

from tests.running import valkey
from tests.sources.channels.running import COMMANDS, serving


@pytest.fixture(scope="package")
def layer():
    """A real Valkey."""
    with valkey() as program:
        yield program


@pytest.fixture(scope="module", params=COMMANDS)
def service(request, tmp_path_factory, layer):
    """The service under each server, with its groups in Valkey; who ended before has left some there."""
    with redis.Redis.from_url(layer.url) as groups:
        groups.flushall()
    directory = tmp_path_factory.mktemp(request.param)
    with serving(request.param, directory, TESTS_LAYER=layer.url) as service:
        yield service


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The service under uvicorn, with what it needs in its own memory, and limits for each socket."""
    limits = {"TESTS_MESSAGES": "20", "TESTS_BYTES": "100000"}
    with serving("uvicorn", tmp_path_factory.mktemp("alone"), **limits) as service:
        yield service
