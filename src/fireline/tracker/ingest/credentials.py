"""Which key a client presents, in whichever of the protocol's ways."""

import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.http import HttpRequest

from fireline.tracker import envelope
from fireline.tracker.ingest.refusal import Refused

_KEY = re.compile(r"""\bsentry_key\s*=\s*"?([^\s",]{1,64})""")
_MADE_HERE = re.compile(r"[0-9a-f]{32}")
_LONGEST_HEADER = 1024
_MOST_PARAMETERS = 50


def of_head(request: HttpRequest, query: Mapping[str, str]) -> str | None:
    """The key in the headers or the query; None where neither bears one; raises Refused."""
    headers = (
        request.META.get("HTTP_X_SENTRY_AUTH", ""),
        _sentrys(request.META.get("HTTP_AUTHORIZATION", "")),
    )
    named = (found[1] for header in headers if (found := _KEY.search(header[:_LONGEST_HEADER])))
    return agreed((*named, query.get("sentry_key"))) or _basic(request)


def of_envelope(header: Mapping[str, Any], project: str) -> str | None:
    """The key of the DSN in an envelope's header, as tunnels and some SDKs send it; raises Refused."""
    dsn = header.get("dsn")
    if not isinstance(dsn, str) or len(dsn) > _LONGEST_HEADER:
        return None
    try:
        parts = urlsplit(dsn)
        key = parts.username
    except ValueError:
        return None
    if project and key and parts.path.rstrip("/").rpartition("/")[2] != project:
        raise Refused(403, "disagree", "The envelope's dsn is of another project than the address.")
    return key


def of_first_line(head: bytes, project: str) -> str | None:
    """The same, of an envelope of which only the first bytes are known yet."""
    try:
        header, _ = envelope.header_of(head)
    except envelope.MalformedEnvelopeError:
        return None
    return of_envelope(header, project)


def agreed(keys: Iterable[str | None]) -> str | None:
    """The one key that is presented, however often; raises Refused where they differ."""
    presented = {key for key in keys if key}
    if len(presented) > 1:
        raise Refused(403, "disagree", "The request presents two different keys.")
    return presented.pop() if presented else None


def query_of(request: HttpRequest) -> Mapping[str, str]:
    """The query's parameters; of one that is given twice, both have to say the same."""
    # Not request.GET: its own limits would answer for us, and be told as attacks on the service.
    try:
        pairs = parse_qsl(
            request.META.get("QUERY_STRING", ""), max_num_fields=_MOST_PARAMETERS, errors="replace"
        )
    except ValueError:
        raise Refused(400, "query", "The query has too many parameters.") from None
    query: dict[str, str] = {}
    for name, value in pairs:
        if query.setdefault(name, value) != value and name == "sentry_key":
            raise Refused(403, "disagree", "The request presents two different keys.")
    return query


def _basic(request: HttpRequest) -> str | None:
    """
    The key as the user of HTTP's own credentials: what curl makes of a DSN.

    Any other name is for whoever stands in front of the service.
    """
    scheme, _, given = request.META.get("HTTP_AUTHORIZATION", "")[:_LONGEST_HEADER].partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user = b64decode(given.strip()).partition(b":")[0].decode("ascii")
    except ValueError:
        return None
    return user if _MADE_HERE.fullmatch(user) else None


def _sentrys(authorization: str) -> str:
    """The header where it is Sentry's: others speak to the service in front."""
    return authorization if authorization[:7].lower() == "sentry " else ""
