"""Where Fireline takes its place in Channels."""

from fireline.sources.channels import consumers, layers, routes


def install() -> None:
    """
    Let consumers be watched where a socket is, routers note the way, and messages carry ids.

    Sockets that nobody has put under watch stay as Channels has made them. Doing it again does nothing.
    """
    consumers.install()
    layers.install()
    routes.install()
