"""What Django signs, and what it makes of passwords."""

import re
from collections.abc import Iterator

from fireline.scrub.search import each

# The hash that a signer with a timestamp appends, by SHA-256 or by SHA-1: `value:1vMRJq:...`.
_signature = re.compile(
    r"""(?: (?<= :[0-9A-Za-z]{6}: ) | (?<= %3A[0-9A-Za-z]{6}%3A ) )
        [A-Za-z0-9_-]{27} (?:[A-Za-z0-9_-]{16})? (?![A-Za-z0-9_=-])""",
    re.VERBOSE,
).match


def signature(whole: str, place: int) -> tuple[int, int] | None:
    """Where the signature stands that begins at this place: without it the value opens nothing."""
    found = _signature(whole, place)
    return found.span() if found else None


_BASE64 = r"[A-Za-z0-9+/.]{16,}={0,2}"
_SALT = r"[^\s$\"'\\\0]{1,128}"
_BCRYPT = r"2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{40,53}"
_ARGON2 = rf"argon2(?:id|i|d)\$v=[0-9]+\$[a-z0-9=,]+\$[A-Za-z0-9+/]+\${_BASE64}"

# As Django writes it, behind the name of the algorithm.
_HASHERS = {
    b"pbkdf2_sha256": rf"[0-9]+\${_SALT}\${_BASE64}",
    b"pbkdf2_sha1": rf"[0-9]+\${_SALT}\${_BASE64}",
    b"argon2": _ARGON2,
    b"bcrypt": rf"\${_BCRYPT}",
    b"bcrypt_sha256": rf"\${_BCRYPT}",
    b"scrypt": rf"[0-9]+\${_SALT}\$[0-9]+\$[0-9]+\${_BASE64}",
    b"md5": rf"(?:{_SALT})?\$[0-9a-f]{{32}}(?![0-9A-Za-z])",
    b"sha1": rf"(?:{_SALT})?\$[0-9a-f]{{40}}(?![0-9A-Za-z])",
}
_of_hasher = re.compile("|".join(sorted(set(_HASHERS.values())))).match

# As crypt(3) and the other frameworks write it.
_of_crypt = re.compile(
    rf"""(?<![A-Za-z0-9_$]) \$ (?: {_BCRYPT} | {_ARGON2}
        | [56]\$(?:rounds=[0-9]+\$)?[./A-Za-z0-9]{{1,16}}\$[./A-Za-z0-9]{{43,86}}
        | y\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{{1,86}}\$[./A-Za-z0-9]{{43}} )""",
    re.VERBOSE,
).match


def hashes(whole: str, raw: bytes) -> Iterator[tuple[int, int]]:
    """Where the hash of a password stands: `pbkdf2_sha256$...`, `$2b$12$...`."""
    since = 0
    for place in each(raw, b"$"):
        if place >= since:
            if raw.endswith((*_HASHERS,), 0, place):
                found = _of_hasher(whole, place + 1)
            else:
                found = _of_crypt(whole, place)
            if found:
                since = found.end()
                yield found.span()
