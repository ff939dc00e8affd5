"""Where an SDK is to send to: the DSN of a key."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from fireline.tracker.models import Key

_LOCAL = ("127.0.0.1", "localhost", "[::1]")


def dsn_of(key: Key, host: str = "") -> str:
    """
    Such as https://<key>@errors.example/fireline/1.

    `host` may bear a scheme and a port; where it is empty it is the first of ALLOWED_HOSTS.
    """
    address = urlsplit(_with_scheme(host or default_host()))
    path = (address.path.rstrip("/") or "") + (mounted_at() or "/fireline/")
    return f"{address.scheme}://{key.public_key}@{address.netloc}{path}{key.project_id}"


def default_host() -> str:
    """The first host that ALLOWED_HOSTS names in full; this machine's port 8000 where there is none."""
    named = [host for host in settings.ALLOWED_HOSTS if host[:1] not in {"*", "."}]
    public = [host for host in named if host not in {*_LOCAL, "testserver"}]
    return public[0] if public else "127.0.0.1:8000"


def mounted_at() -> str | None:
    """The path of `include("fireline.tracker.urls")`; None where no urls.py includes it."""
    rest = "api/0/envelope/"
    try:
        return reverse("fireline_tracker:envelope", args=["0"]).removesuffix(rest)
    except NoReverseMatch:
        return None


def _with_scheme(host: str) -> str:
    if "://" in host:
        return host
    is_local = host.rsplit(":", 1)[0] in _LOCAL or host in _LOCAL
    return f"{'http' if is_local else 'https'}://{host}"
