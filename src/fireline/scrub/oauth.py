"""The codes of OAuth in the addresses to which a browser is sent back: `/callback?code=...&state=...`."""

import re

NAMES = frozenset(("code", "state"))
"""Elsewhere these are harmless: `?code=NOT_FOUND`, `?state=open`."""

_LONGEST = 1000

_query = re.compile(r"\?[^\s\"'<>\\\0?]*+").match
# Not a word, such as PERMISSION_DENIED: what is made by chance has digits, or letters of both sizes.
_code = re.compile(
    r"[?&;]code=(?!(?:[A-Z_-]+|[a-z_-]+)(?![\w.~%+/=:*!-]))[\w.~%+/=:*!-]{9,}\w"
).search
_state = re.compile(r"[?&;]state=[^&]").search
_is_back = re.compile(r"(?i:callback|oauth|oidc|openid|sso)[^\s?\0]{0,100}\?\Z").search


def is_exchanged(whole: str, place: int) -> bool:
    """Whether the name that begins at this place, `code` or `state`, is one of OAuth's."""
    start = whole.rfind("?", max(place - _LONGEST, 0), place)
    query = _query(whole, start, place + _LONGEST) if start >= 0 else None
    if query is None or query.end() < place or not _code(query[0]):
        return False
    return bool(_state(query[0]) or _is_back(whole, max(start - 200, 0), start + 1))
