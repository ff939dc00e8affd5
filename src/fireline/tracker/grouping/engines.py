"""What browsers say of one mistake in words of their own: one wording of each."""

import re

_WORDINGS = tuple(
    (re.compile(pattern), wording)
    for pattern, wording in (
        # Chrome; Firefox, twice; Safari
        (
            r"^Cannot read propert(?:y|ies) (?:'(?P<a>[^']{1,100})' )?of (?:undefined|null)(?: \(reading '(?P<b>[^']{1,100})'\))?$"
            r"|^can't access property \"(?P<c>[^\"]{1,100})\",.{1,300} is (?:undefined|null)$"
            r"|^(?:undefined|null) is not an object \(evaluating '.{0,300}[.](?P<d>[\w$]{1,100})'\)$",
            "no property {} of nothing",
        ),
        (
            r"^(?:.{0,300}[.])?(?P<a>[\w$]{1,100}) is not a function(?:[.] \(In .{1,500}\))?$",
            "{} is not a function",
        ),
        (
            r"^(?P<a>[\w$]{1,100}) is not defined$|^Can't find variable: (?P<b>[\w$]{1,100})$",
            "{} is not defined",
        ),
        (
            r"^(?:Failed to fetch|NetworkError when attempting to fetch resource[.]?|Load failed)(?: \(.{1,300}\))?$",
            "fetch failed",
        ),
        (
            r"^(?:Maximum call stack size exceeded[.]?|too much recursion)$",
            "too much recursion",
        ),
        (
            r"^Loading (?:CSS )?chunk \S{1,100} failed[.]?(?:\s.{0,500})?$"
            r"|^(?:Failed to fetch dynamically imported module|error loading dynamically imported module)(?:: .{1,500})?$"
            r"|^Importing a module script failed[.]?$",
            "a chunk of the page cannot be loaded",
        ),
    )
)


_MINIFIED = 2
"""Characters of a name that the next build will change."""


def same_in_all(message: str) -> str:
    """The one wording of what browsers say differently; any other message as it is."""
    for pattern, wording in _WORDINGS:
        if match := pattern.match(message):
            names = [name for name in match.groups() if name and len(name) > _MINIFIED]
            return wording.format(names[0] if names else "it")
    return message
