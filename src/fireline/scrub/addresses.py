"""Secrets inside addresses: `postgres://user:password@host`, webhooks of chats, links that reset a password."""

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

_oracle = re.compile(r"""[^\s/"'<>\\\0@]+/[^\s"'<>\\\0@]+""").fullmatch
_before_protocol = re.compile(r"""[^\s:=,;/@()"'<>\\\0]{1,60}:[^\s/"'<>\\\0]{1,100}\Z""").search


def credentials(whole: str, raw: bytes) -> Iterator[tuple[int, int]]:
    """Where user and password stand before `@`: behind `://`, or as drivers of Oracle and of Go have it."""
    for end in each(raw, b"@"):
        start = raw.rfind(b"://", max(end - _LONGEST, 0), end) + 3
        if start > 2 and _userinfo(whole, start, end):
            yield start, end
        elif raw.startswith((b"tcp(", b"unix("), end + 1):
            if found := _before_protocol(whole, max(end - 162, 0), end):
                yield found.span()
        else:
            start = raw.rfind(b":thin:", max(end - _LONGEST, 0), end) + 6
            if start > 5 and _oracle(whole, start, end):
                yield start, end


_hooks = (
    (
        b"hooks.slack.com/",
        re.compile(r"[a-z]{1,20}/[A-Za-z0-9]+/[A-Za-z0-9]+/(?:[0-9]+/)?+([A-Za-z0-9]{16,})"),
    ),
    (b"/webhooks/", re.compile(r"[0-9]{10,20}/([A-Za-z0-9_-]{16,})")),  # Discord
    (b"/IncomingWebhook/", re.compile(r"([A-Za-z0-9_/-]{16,})")),  # Teams
    (b"/hooks/", re.compile(r"([a-z0-9]{26})(?![\w-])")),  # Mattermost
    (b"api.telegram.org/bot", re.compile(r"[0-9]{6,12}:([A-Za-z0-9_-]{16,})")),
)
_FARTHEST = 120

# The token of Django's `PasswordResetTokenGenerator`; django-allauth puts the user before it.
_reset = re.compile(r"(?:[0-9A-Za-z]{1,40}-)?([0-9a-z]{6}-[0-9a-f]{32})(?![\w.-])").match
_asks_for_it = re.compile(
    r"(?i:reset|passw|activat|confirm|verif|invit|regist|login|sign[_-]?(?:in|up)|auth(?!or))[\w./=~%-]*/\Z"
).search


def in_path(whole: str, raw: bytes, place: int) -> tuple[int, int] | None:
    """
    Where the secret stands in the path of an address, of which a long part begins at this place.

    By it one writes to a chat, or sets a new password: `/reset/<user>/<token>/`.
    """
    since = max(place - _FARTHEST, 0)
    for beginning, rest in _hooks:
        start = raw.rfind(beginning, since, place)
        found = rest.match(whole, start + len(beginning)) if start >= 0 else None
        if found and found.end() > place:
            return found.span(1)
    found = _reset(whole, place)
    return found.span(1) if found and _asks_for_it(whole, since, place) else None
