"""Secrets that their own form gives away: tokens of well-known services, bearers."""

import re
from collections.abc import Iterator

from fireline.scrub.addresses import in_path
from fireline.scrub.search import each
from fireline.scrub.signed import signature

_DISCORD = r"[A-Za-z0-9_-]{22,26}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}"

_TOKENS = (
    ("eyJ", r"[A-Za-z0-9_-]{13,}+\.[A-Za-z0-9_-]{4,}+(?:\.[A-Za-z0-9_-]*+)*+"),  # JSON Web Token
    ("eyJ", r"[A-Za-z0-9_-]{13,}+:[0-9A-Za-z]{6}:[A-Za-z0-9_-]{27,}"),  # signed by Django
    ("eJ", r"[A-Za-z0-9_-]{14,}+:[0-9A-Za-z]{6}:[A-Za-z0-9_-]{27,}"),  # and compressed
    ("sk_", r"(?:live|test)_[A-Za-z0-9]{16,}"),  # Stripe
    ("rk_", r"(?:live|test)_[A-Za-z0-9]{16,}"),
    ("whsec_", r"[A-Za-z0-9+/=]{16,}"),
    ("sk-", r"(?:ant|live|or|proj|svcacct)-[A-Za-z0-9_-]{16,}"),  # Anthropic, OpenAI
    ("sk-", r"[A-Za-z0-9]{20,}"),
    ("gsk_", r"[A-Za-z0-9]{20,}"),  # Groq
    ("gh", r"[opsur]_[A-Za-z0-9]{20,}"),  # GitHub
    ("github_pat_", r"[A-Za-z0-9_]{20,}"),
    ("gl", r"(?:pat|agent|cbt|dt|ft|imt|oas|ptt|rt|rtr|soat)-[A-Za-z0-9_-]{16,}"),  # GitLab
    ("xox", r"[abeoprs]-[A-Za-z0-9-]{11,}"),  # Slack
    ("xapp-", r"[0-9]-[A-Za-z0-9-]{11,}"),
    ("AKIA", r"[A-Z0-9]{16}(?![A-Za-z0-9])"),  # AWS
    ("ASIA", r"[A-Z0-9]{16}(?![A-Za-z0-9])"),
    ("AIza", r"[A-Za-z0-9_-]{30,}"),  # Google
    ("GOCSPX-", r"[A-Za-z0-9_-]{20,}"),
    ("ya29.", r"[A-Za-z0-9_-]{16,}"),
    ("SG.", r"[A-Za-z0-9_-]{16,}+\.[A-Za-z0-9_-]{16,}"),  # SendGrid
    ("npm_", r"[A-Za-z0-9]{30,}"),  # registries
    ("pypi-AgE", r"[A-Za-z0-9_-]{30,}"),
    ("shp", r"(?:at|ss|ca|pa)_[A-Fa-f0-9]{20,}"),  # Shopify
    ("dop_v1_", r"[a-f0-9]{40,}"),  # DigitalOcean
    ("hf_", r"[A-Za-z0-9]{24,}"),  # Hugging Face
    ("EAA", r"[A-Za-z0-9]{40,}"),  # Meta, with the WhatsApp Cloud API
    ("key-", r"[0-9a-f]{32}(?![A-Za-z0-9])"),  # Mailgun
    ("sntrys_", r"[A-Za-z0-9+/=_-]{20,}"),  # Sentry
    ("sntryu_", r"[a-f0-9]{40,}"),
    ("hvs.", r"[A-Za-z0-9_-]{20,}"),  # Vault
    ("glsa_", r"[A-Za-z0-9_]{30,}"),  # Grafana
    ("ATATT3", r"[A-Za-z0-9_=-]{30,}"),  # Atlassian
    ("SK", r"[0-9a-f]{32}(?![A-Za-z0-9])"),  # Twilio
    ("AA", r"(?<=[0-9]{8}:AA)[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])"),  # Telegram
    *((begin, _DISCORD) for begin in ("MT", "Mj", "Mz", "ND", "NT", "Nj", "Nz", "OD", "OT")),
    ("dckr_pat_", r"[A-Za-z0-9_-]{20,}"),  # Docker
    ("lin_api_", r"[A-Za-z0-9]{30,}"),  # Linear
    ("ntn_", r"[A-Za-z0-9]{40,}"),  # Notion
    ("NRAK-", r"[A-Z0-9]{20,}"),  # New Relic
    ("dapi", r"[0-9a-f]{32}(?![A-Za-z0-9])"),  # Databricks
)
_token = re.compile("|".join(f"{re.escape(begin)}(?:{rest})" for begin, rest in _TOKENS)).match
_beginnings = frozenset(begin[:2].encode() for begin, _ in _TOKENS)

_letters = frozenset(begin[0] for begin in _beginnings)

_RUN = b"x" * 16
"""Every token has so many letters and digits in a row."""
_ALPHANUMERIC = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-"
_runs = bytes(b"x"[0] if code in _ALPHANUMERIC else b" "[0] for code in range(256))

# Where a token begins, seen from such a run: behind an escape (`\n`, `%3D`), before a dot (`SG.`).
_OFFSETS = {b"\\": (0, 1), b"%": (0, 2), b".": (0, -3, -4, -5)}
_dotted = tuple(begin.encode() for begin, _ in _TOKENS if begin.endswith("."))
_DOT, _SIGNS = b"."[0], frozenset(b"\\%/:")
"""Behind these a secret may begin that does not begin as the tokens do."""


def long_runs(whole: str, raw: bytes) -> Iterator[tuple[int, int]]:
    """Where a long run is the token of a well-known service, or a secret part of an address."""
    shape = raw.translate(_runs) + b" "
    place = shape.find(_RUN)
    while place >= 0:
        end = shape.find(b" ", place + len(_RUN))
        before = raw[place - 1]
        if (
            before in _SIGNS
            or (raw[place] in _letters and raw[place : place + 2] in _beginnings)
            or (before == _DOT and raw.endswith(_dotted, 0, place))
        ):
            for span in _in_run(whole, raw, place, raw[place - 1 : place]):
                yield span
                end = max(place + 1, span[1])
        place = shape.find(_RUN, end)


def _in_run(whole: str, raw: bytes, place: int, before: bytes) -> Iterator[tuple[int, int]]:
    for offset in _OFFSETS.get(before, (0,)):
        start = place + offset
        if raw[start : start + 2] in _beginnings and (found := _token(whole, start)):
            yield found.span()
    span = in_path(whole, raw, place) if before in {b"/", b":"} else None
    if span is None and before in {b":", b"%"}:
        span = signature(whole, place if before == b":" else place + 2)
    if span:
        yield span


_scheme = re.compile(
    r"(?<![A-Za-z0-9])(?i:bearer|basic|token)\s{1,3}([A-Za-z0-9._~+/=-]{7,}[A-Za-z0-9_=-])"
).match


def schemes(whole: str, coarse: bytes) -> Iterator[tuple[int, int]]:
    """Where credentials stand as in a header: `Bearer ...`; not in prose: `basic understanding`."""
    for place in each(coarse, b"earer "):
        found = _scheme(whole, place - (whole[place] in "eE"))
        if found and _looks_random(found[1]):
            yield found.span(1)


def _looks_random(text: str) -> bool:
    if any(character.isdigit() for character in text) or text.endswith("="):
        return True
    return text.isalpha() and not (text[1:].islower() or text.isupper())
