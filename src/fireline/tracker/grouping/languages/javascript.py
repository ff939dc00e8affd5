"""JavaScript: engines spell one function differently, bundlers rename files and functions."""

import re

from fireline.tracker.grouping.paths import is_installed, is_standard, slashed, stem, unhashed
from fireline.tracker.grouping.places import Place, Role, named

_URL = re.compile(r"^[a-z][a-z0-9+.-]*:/", re.IGNORECASE)
_FOREIGN = re.compile(
    r"^(?:chrome|moz|safari|safari-web|ms-browser)-extension:|^node:|^webpack/", re.IGNORECASE
)
_NATIVE = re.compile(
    r"^<anonymous>$|^\[native code\]$|^native$|^index \d|^undefined$|^\?$|^debugger "
)
_DETACHED = re.compile(r"^(?:async |async\*|[\w .]+\*)")
_UNNAMED = frozenset(
    {
        "",
        "?",
        "<anonymous>",
        "anonymous",
        "<unknown>",
        "global code",
        "module code",
        "eval code",
        "eval",
    }
)
_TOOLS = frozenset(
    "sentryWrapped withScope captureException captureMessage captureEvent"
    " __webpack_require__ __webpack_exec__ webpackJsonpCallback".split()
)
"""Of bundlers, and of the SDK, which lies in the service's own bundle."""
_LIBRARIES = re.compile(
    r"^(?:vendors?|polyfills?|runtime|framework|jquery|react|react-dom|vue|angular|zone|lodash|htmx|alpine"
    r"|bootstrap)(?:[.~]|-node_modules|$)"
)


def place(platform: str, module: str, path: str, function: str, is_far_right: bool) -> Place:
    """The place of a frame of a browser or of Node."""
    path = slashed(path)
    file, name = stem(path), plain(function)
    if name in _TOOLS or _NATIVE.match(path) or not (path or module):
        return Place(function or "?", Role.PLUMBING)
    where = unhashed(module) or file if platform == "node" else "" if _URL.match(path) else file
    if name in _UNNAMED or (is_far_right and len(name) <= 3):
        name = ""
    return Place(
        named(where, name) or "?",
        _role(function, where, name, platform),
        is_installed=is_installed(path) or is_standard(path) or _FOREIGN.match(path) is not None,
        is_known=_LIBRARIES.match(file) is not None,
        is_foreign=is_standard(path),
    )


def _role(function: str, where: str, name: str, platform: str) -> Role:
    if platform != "node" and _DETACHED.match(function):
        return Role.DETACHED
    if name or (where and platform == "node"):
        return Role.CODE
    return Role.UNNAMED if where else Role.PLUMBING


_CALLED_AS = re.compile(r" \[as [^\]]*\]$")
_PREFIX = re.compile(r"^(?:async |new |get |set |static |bound |Promise\.all |[\w .]*\*)+")


def plain(function: str) -> str:
    """
    The function's own name, as all engines know it.

    `Cart.pay`, `Object.pay [as onclick]`, `async Cart.pay` and Firefox's `async*pay` are `pay`; Firefox's
    `pay/<` is the function without a name that stands in it.
    """
    function = _PREFIX.sub("", _CALLED_AS.sub("", function.strip()))
    function = function.rpartition("/")[2]
    if function.endswith(("<", "<anonymous>")):
        return ""
    return function.rpartition(".")[2].lstrip("#")
