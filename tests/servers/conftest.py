"""One server of each kind for all that ask it something."""

from collections.abc import Iterator

import pytest

from tests.servers.running import COMMANDS, Server, running


@pytest.fixture(scope="package", params=COMMANDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of server."""
    return str(request.param)


@pytest.fixture(scope="package")
def server(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of this kind: it speaks `flag`, and each shape below a path of its own."""
    with running(kind, tmp_path_factory.mktemp(kind), "flag") as server:
        yield server
