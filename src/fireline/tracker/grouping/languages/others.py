"""All other languages: what their compilers put into names is taken out."""

import re

from fireline.tracker.grouping.paths import is_installed, is_standard, slashed, stem
from fireline.tracker.grouping.places import Place, Role, named

_COMPILED = re.compile(
    r"\$\$[\w$]*|\$Proxy\d+|\$\d+(?![\w])|\.func\d+(?:\.\d+)*|0x[0-9a-f]+|::h[0-9a-f]{16}$|`\d+|@[0-9a-f]{4,16}\b"
    r"|__\d+_\d+$|_+\d{4,}(?=_|$)|\[\.\.\.\]|/0x[0-9a-f]+",
    re.IGNORECASE,
)
_STATE_MACHINE = re.compile(r"<(\w+)>[bdg]__\w+(?:[|`]\d+)?")  # C#: <PayAsync>d__12.MoveNext
_CLOSURE = re.compile(r"\.?<>c(?:__DisplayClass\w+)?")
_LAMBDA = re.compile(r"\blambda\$(\w+)\$\d+")  # Java: lambda$pay$3
_BLOCK = re.compile(
    r"^(?:(?:block|rescue|ensure|rescue in block)(?: \(\d+ levels\))? in )+"
)  # Ruby
_ANONYMOUS = re.compile(
    r"^$|^\?$|^<unknown>$|^<redacted>$|^\{closure\b.*\}$|^<main>$|^<top \(required\)>$"
)
_LIBRARIES = re.compile(
    r"(?:java|javax|jakarta|sun|jdk|com\.sun|kotlin|kotlinx|scala|groovy|clojure\.lang|android|androidx|dalvik"
    r"|com\.android|org\.springframework|org\.apache|org\.hibernate|org\.eclipse|org\.jboss|io\.netty|io\.sentry"
    r"|io\.micrometer|reactor|com\.zaxxer|com\.fasterxml|ch\.qos|System|Microsoft|Sentry|Symfony|Illuminate"
    r"|Doctrine|Laravel|Composer|GuzzleHttp|Twig|runtime|net|internal|reflect|sync|testing|encoding|database"
    r"|io|os|bufio|context|errors|fmt|strings|strconv|time|core|std|alloc|tokio|actix_web|axum|hyper)(?:[./:\\]|$)"
)


def place(platform: str, module: str, path: str, function: str, is_far_right: bool) -> Place:
    """The place of a frame of any other language, or of none that we know."""
    path = slashed(path)
    module = _written(module)
    if not module and not path.startswith(("<", "[")):
        module = stem(path)
    function = _written(function)
    function = "" if _ANONYMOUS.match(function) else function
    if path == "[native code]" or not (module or function):
        return Place("?", Role.PLUMBING)
    return Place(
        named(module, function),
        Role.CODE if function else Role.UNNAMED,
        is_installed=is_installed(path) or is_standard(path),
        is_known=_LIBRARIES.match(module or function) is not None,
        is_foreign=is_standard(path),
    )


def _written(name: str) -> str:
    """As somebody has written it."""
    name = _STATE_MACHINE.sub(r"\1", _LAMBDA.sub(r"\1", _BLOCK.sub("", name)))
    return _COMPILED.sub("", _CLOSURE.sub("", name)).removesuffix(".MoveNext").strip(". +")
