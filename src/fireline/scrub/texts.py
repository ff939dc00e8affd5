"""Secrets inside texts: headers, addresses, tokens, card numbers, `name=value`."""

import re

from fireline.scrub.keys import REDACTED, is_sensitive

_name_and_sign = re.compile(
    r"(?<![A-Za-z0-9_-])(?P<name>[A-Za-z0-9_-]{2,80}+) \\{0,8}[\"']?\s{0,3} (?P<sign> => | = | : | %3[Dd] ) \s{0,3}",
    re.VERBOSE,
)
_value = re.compile(
    r"""
      (?P<quote> \\{0,8}["'] ) (?P<quoted> .*? ) (?P=quote)
    | (?: (?i:bearer|basic|token|digest) \s+ )? [^\s,;&"'<>(){}\[\]\\]+
    """,
    re.VERBOSE | re.DOTALL,
)
_scheme = re.compile(r"(?i)\b(bearer|basic|token|digest|apikey)(\s{1,3})([A-Za-z0-9._~+/=-]{8,})")
_userinfo = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,20}://)[^\s/?#\"'<>]+@")
_cookies = re.compile(r"(?i)\b((?:set-)?cookie\s{0,3}:\s{0,3})[^\r\n\"']+")
_card = re.compile(r"(?<![\w.+-])[2-6]\d(?:[ -]?\d){11,17}(?![\w-]|\.\d)")
_private_key = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
_known_token = re.compile(
    r"""
    (?<![A-Za-z0-9])(?:
      eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)*     # JSON Web Token
    | (?:sk|rk)_(?:live_|test_)[A-Za-z0-9]{16,} | whsec_[A-Za-z0-9+/=]{16,}  # Stripe
    | sk-(?:ant-|proj-|live-)?[A-Za-z0-9_-]{16,}                       # OpenAI, Anthropic
    | gh[opsur]_[A-Za-z0-9]{20,} | github_pat_[A-Za-z0-9_]{20,}        # GitHub
    | glpat-[A-Za-z0-9_-]{16,}                                         # GitLab
    | xox[abeoprs]-[A-Za-z0-9-]{10,} | xapp-[A-Za-z0-9-]{10,}          # Slack
    | (?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])                         # AWS
    | AIza[A-Za-z0-9_-]{30,} | ya29\.[A-Za-z0-9_-]{16,}                # Google
    | SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}                       # SendGrid
    | npm_[A-Za-z0-9]{30,} | pypi-[A-Za-z0-9_-]{30,}                   # registries
    | shp(?:at|ss|ca|pa)_[A-Fa-f0-9]{20,} | dop_v1_[a-f0-9]{40,}       # Shopify, DigitalOcean
    | hf_[A-Za-z0-9]{24,} | EAA[A-Za-z0-9]{40,} | key-[0-9a-f]{32}     # Hugging Face, Meta, Mailgun
    )
    """,
    re.VERBOSE,
)


def scrubbed_text(text: str) -> str:
    """The text without its secrets; names and everything else stay."""
    if len(text) < 6:
        return text
    if "PRIVATE KEY" in text:
        text = _private_key.sub(REDACTED, text)
    if "ookie" in text:
        text = _cookies.sub(rf"\1{REDACTED}", text)
    if "@" in text:
        text = _userinfo.sub(rf"\1{REDACTED}@", text)
    if "=" in text or ":" in text or "%3" in text:
        text = _without_named(text)
    if len(text) > 15:
        text = _known_token.sub(REDACTED, text)
    if " " in text:
        text = _scheme.sub(_without_credentials, text)
    return _card.sub(_without_number, text) if len(text) > 12 else text


def _without_named(text: str) -> str:
    """Without the values after names of secrets: `password=...`, `"token": "..."`."""
    kept, since = [], 0
    for match in _name_and_sign.finditer(text):
        if match.start() < since or not is_sensitive(match["name"]):
            continue
        value = _value.match(text, match.end())
        if value is None or _is_harmless(match, value):
            continue
        quote = value["quote"] or ""
        kept += [text[since : match.end()], quote, REDACTED, quote]
        since = value.end()
    return "".join([*kept, text[since:]]) if kept else text


_NOTHING = frozenset(("", REDACTED, "None", "null", "True", "False", "true", "false"))


def _is_harmless(named: re.Match[str], value: re.Match[str]) -> bool:
    """No value, or prose: `Password: must be longer` speaks of a secret and holds none."""
    if value["quote"]:
        return value["quoted"] in _NOTHING
    if value[0] in _NOTHING:
        return True
    is_prose = named["sign"] == ":" and named[0].endswith(" ") and value[0].isalpha()
    return is_prose and _next_word.match(value.string, value.end()) is not None


_next_word = re.compile(r" [a-z]+\b(?![=:])")


def _without_credentials(match: re.Match[str]) -> str:
    scheme, space, credentials = match.groups()
    return f"{scheme}{space}{REDACTED}" if _looks_random(credentials) else match[0]


def _looks_random(text: str) -> bool:
    if any(character.isdigit() for character in text) or text.endswith("="):
        return True
    return text.isalpha() and not (text[1:].islower() or text.isupper())


# Issuers' ranges and lengths: https://en.wikipedia.org/wiki/Payment_card_number
_is_issued = re.compile(
    r"4\d{12}(?:\d{3}(?:\d{3})?)?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}"
    r"|35\d{14}|6(?:011|22\d|4[4-9]\d|5\d\d)\d{12,15}"
).fullmatch


def _without_number(match: re.Match[str]) -> str:
    digits = match[0].replace(" ", "").replace("-", "")
    return REDACTED if _is_issued(digits) and _has_luhn(digits) else match[0]


def _has_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0
