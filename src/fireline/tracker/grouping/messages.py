"""From a message to the text that all messages of one bug have in common."""

import re

from fireline.tracker.grouping.engines import same_in_all

LONGEST = 1000
"""Characters of a message that count."""

_PATTERN = re.compile(
    r"""
    (?P<sql>=\([^()]{0,500}\)|\(\s*(?:'[^']{0,200}'|-?\d+(?:\.\d+)?)(?:\s*,\s*(?:'[^']{0,200}'|-?\d+(?:\.\d+)?)){0,200}\s*\)
        |(?<=contains\ )\([^()]{0,900}\))
    |(?P<url>\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s'"<>)\]]+)
    |(?P<email>[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})
    |(?P<uuid>\b[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}\b)
    |(?P<date>\b\d{4}-\d{2}-\d{2}(?:[T\ ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\ ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?\b
        |\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\ \d{1,2}\ [A-Z][a-z]{2}\ \d{4}(?:\ \d{2}:\d{2}:\d{2})?(?:\ (?:GMT|UTC|[+-]\d{4}))?
        |\b\d{1,2}[/.]\d{1,2}[/.]\d{4}\b
        |\b\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?\b)
    |(?P<ip>\b\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2}|:\d{1,5})?\b
        |(?<![\w:])(?=[0-9a-fA-F:]{2,39}(?![\w:]))[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?:%\w{1,16})?)
    |(?P<hash>\b(?=[0-9a-fA-F]*\d)(?=\d*[a-fA-F])[0-9a-fA-F]{7,128}\b
        |(?<![A-Za-z0-9])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{16,128}\b)
    |(?P<temporary>\btmp[a-z0-9_]{8}\b)
    |(?P<version>\bv\d{1,6}(?:\.\d{1,6}){1,3}(?!\w)|(?<![\w.])\d{1,6}(?:\.\d{1,6}){2,3}(?![\w.]*\w))
    |(?P<hex>\b0[xX][0-9a-fA-F]+\b)
    |(?P<text>(?<!\w)'(?:[^'\\\n]|\\.){0,500}'(?!\w)|"(?:[^"\\\n]|\\.){0,500}"|`[^`\n]{1,200}`|(?<!\w)b'[^'\n]{0,500}')
    |(?P<host>\b(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,62})\.){1,8}(?:com|org|net|io|dev|app|cloud|internal|local|localdomain|example|test
        |de|fr|uk|eu|us|ch|at|it|es|nl|pl|in|co|ai|me)\b(?::\d{1,5})?)
    |(?P<duration>(?<![\w.])\d+(?:\.\d+)?\ ?(?:ns|us|µs|ms|s|sec|secs|seconds?|min|mins|minutes?|h|hours?|d|days?)\b)
    |(?P<size>(?<![\w.])\d+(?:\.\d+)?\ ?(?:[kKMGT]i?B|[bB]ytes?|B)\b)
    |(?P<float>(?<![\w.])[-+]?\d{1,3}(?:,\d{3}){1,8}\.\d+(?!\w)|(?<![\w.])[-+]?\d+\.\d+(?:[eE][-+]?\d{1,4})?(?!\w)|(?<![\w.])[-+]?\d+[eE][-+]?\d{1,4}\b)
    |(?P<int>(?<![A-Za-z0-9.])[-+]?(?:\d{1,3}(?:,\d{3}){1,8}(?![\d,])|\d+)(?![A-Za-z0-9]))
    |(?P<bool>\b(?:[Tt]rue|[Ff]alse)\b)
    """,
    re.VERBOSE,
)
_LIST = re.compile(r"(<[a-z]{2,9}>)(?:, ?\1)+")
"""How many values there are is up to the data, too."""
_POSTGRES = re.compile(r"\nLINE \d+: .*", re.DOTALL)


def normalised(message: str) -> str:
    """
    The message with a name in the place of each value: `No order <int> of <email>`.

    What databases add to point at a statement is left out, and what browsers say of one mistake in their
    own words becomes one wording.
    """
    message = same_in_all(_POSTGRES.sub("", message[:LONGEST]).strip())
    return _LIST.sub(r"\1", " ".join(_PATTERN.sub(_name, message).split()))


def _name(match: re.Match[str]) -> str:
    if match.lastgroup == "sql":
        return f"{'=' if match[0][0] == '=' else ''}(<values>)"
    return f"<{match.lastgroup}>"
