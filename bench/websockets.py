"""
What watching a WebSocket costs: an echo consumer with Fireline, and one that knows nothing of it.

    python bench/websockets.py

Each way has processes of its own, where the other is not even imported; messages are sent to both in
turns, so that the machine's drift meets both. The memory of a socket is that of 2,000 that are open.
The goals: under 5 % of the rate, and under 2 kB for each socket.
"""

import asyncio
import gc
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

PAIRS = 5
MESSAGES = 2000
SOCKETS = 2000
RATE_GOAL = 5.0
MEMORY_GOAL = 2000
SOURCE = Path(__file__).parents[1] / "src"

# As a script, this file would pass for the library of its name.
sys.path[:] = [path for path in sys.path if Path(path) != Path(__file__).parent]


def application(variant: str, directory: str) -> Any:
    """The service: one consumer that says what it hears, bare or watched."""
    import django
    from django.conf import settings

    options: dict[str, Any] = {"INSTALLED_APPS": ["channels"]}
    if variant != "bare":
        from fireline.logs import config

        options = {
            "INSTALLED_APPS": ["channels", "fireline"],
            "LOGGING": config(service="bench", directory=directory),
            "FIRELINE": {"SERVICE": "bench", "RUN_DIRECTORY": f"{directory}/run"},
        }
    settings.configure(
        SECRET_KEY="only for this bench",
        ROOT_URLCONF=__name__,
        CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
        **options,
    )
    django.setup()
    from channels.generic.websocket import AsyncWebsocketConsumer
    from channels.routing import URLRouter
    from django.urls import path

    class Echo(AsyncWebsocketConsumer):
        async def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
            await self.send(text_data=text_data, bytes_data=bytes_data)

    if variant == "bare":
        return URLRouter([path("bare/", Echo.as_asgi())])
    from fireline.sources.channels import watch_sockets

    return watch_sockets(URLRouter([path("watched/", Echo.as_asgi())]))


urlpatterns: list[Any] = []


def serve(variant: str, port: str, directory: str) -> None:
    """The child: uvicorn, with what it uses told on request through its standard output."""
    import uvicorn

    config = uvicorn.Config(
        application(variant, directory), port=int(port), log_config=None, access_log=False, lifespan="off",
        ws_ping_interval=None,
    )  # fmt: skip

    async def run() -> None:
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 (it tells in no other way)
            await asyncio.sleep(0.01)
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
        )
        while word := (await reader.readline()).strip():
            if word == b"memory":
                gc.collect()
                print(_resident(), flush=True)
            else:
                print(time.process_time(), flush=True)
        server.should_exit = True
        await serving

    asyncio.run(run())


def _resident() -> int:
    """Bytes of memory of this process that are its own."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1]) * 1024
    raise OSError("no Private_Dirty")


class Server:
    """The service in a process of its own."""

    def __init__(self, variant: str) -> None:
        self.variant = variant

    def __enter__(self) -> Self:
        self.directory = tempfile.TemporaryDirectory()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, __file__, "serve", self.variant, str(self.port), self.directory.name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(SOURCE), "DJANGO_SETTINGS_MODULE": ""},
        )  # fmt: skip
        self.ask("time")
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()
        self.directory.cleanup()

    def ask(self, word: str) -> float:
        """What the server tells: the seconds of its CPU time, or the bytes of its memory."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def open(self, path: str) -> Any:
        """A connection to this path, as an awaitable."""
        from websockets.asyncio.client import connect

        return connect(
            f"ws://127.0.0.1:{self.port}/{path}/", compression=None, ping_interval=None,
            open_timeout=60,
        )  # fmt: skip


async def rates() -> tuple[float, float]:
    """Microseconds of a message and its echo, bare and watched: medians of messages sent in turns."""
    took: dict[str, list[float]] = {"bare": [], "watched": []}
    for _ in range(PAIRS):  # of processes, for one may be luckier than the other
        with Server("bare") as one, Server("watched") as other:
            async with one.open("bare") as bare, other.open("watched") as watched:
                pairs = [("bare", bare), ("watched", watched)]
                for turn in range(MESSAGES):
                    for name, connection in pairs if turn % 2 else reversed(pairs):
                        since = time.perf_counter()
                        await connection.send('{"type": "echo", "text": "hello"}')
                        await connection.recv()
                        if turn > MESSAGES // 10:  # the first warm up
                            took[name].append((time.perf_counter() - since) * 1e6)
    bare_time, watched_time = (statistics.median(times) for times in took.values())
    return bare_time, watched_time


async def memory(variant: str) -> float:
    """Bytes of the server for each open socket."""
    with Server(variant) as server:
        connections: list[Any] = []
        for _ in range(4):  # what is made once: caches, threads
            connections += await asyncio.gather(*(server.open(variant) for _ in range(50)))
        before = server.ask("memory")
        for _ in range(SOCKETS // 50):
            connections += await asyncio.gather(*(server.open(variant) for _ in range(50)))
        each = (server.ask("memory") - before) / SOCKETS
        await asyncio.gather(*(connection.close() for connection in connections))
        return each


def main() -> int:
    """Print both, and whether they keep the goals."""
    bare, ours = asyncio.run(rates())
    more = (ours / bare - 1) * 100
    print(
        f"a message: {bare:.0f} us, with Fireline {ours:.0f} us, {more:+.1f} % (goal: under {RATE_GOAL:g} %)"
    )
    bare, ours = asyncio.run(memory("bare")), asyncio.run(memory("watched"))
    extra = ours - bare
    print(
        f"an open socket: {bare / 1000:.1f} kB, with Fireline {ours / 1000:.1f} kB, "
        f"{extra / 1000:+.2f} kB (goal: under {MEMORY_GOAL / 1000:g} kB)"
    )
    return int(more > RATE_GOAL or extra > MEMORY_GOAL)


if __name__ == "__main__":
    sys.exit(serve(*sys.argv[2:]) if sys.argv[1:2] == ["serve"] else main())
