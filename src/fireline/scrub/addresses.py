"""Credentials inside addresses: `postgres://user:password@host`, webhooks of chat services."""

import re
from collections.abc import Iterator

from fireline.scrub.search import each

_LONGEST = 500

# With a slash in it only where a colon came before, as in a password that nobody has quoted; then
# no port number: https://example.com:8443/@user.
_userinfo = re.compile(
    r"""[^\s/?\#"'<>\\\0]++ | (?!\[) [^\s/?\#"'<>\\\0:@]*+ : (?![0-9]{0,5}[/?\#]) [^\s"'<>\0@]+""",
    re.VERBOSE,
).fullmatch


def credentials(whole: str, raw: bytes) -> Iterator[tuple[int, int]]:
    """Where user and password stand between `://` and `@`."""
    for end in each(raw, b"@"):
        start = raw.rfind(b"://", max(end - _LONGEST, 0), end) + 3
        if start > 2 and _userinfo(whole, start, end):
            yield start, end


_hooks = (
    (b"hooks.slack.com/", re.compile(r"[a-z]{1,20}/[A-Za-z0-9]+/[A-Za-z0-9]+/([A-Za-z0-9]{8,})")),
    (b"/api/webhooks/", re.compile(r"[0-9]{10,20}/([A-Za-z0-9_-]{16,})")),  # Discord
    (b"api.telegram.org/bot", re.compile(r"[0-9]{6,12}:([A-Za-z0-9_-]{16,})")),
)


def webhooks(whole: str, raw: bytes) -> Iterator[tuple[int, int]]:
    """Where the secret end of the address stands by which one writes to a chat."""
    for beginning, rest in _hooks:
        for place in each(raw, beginning):
            if found := rest.match(whole, place + len(beginning)):
                yield found.span(1)
