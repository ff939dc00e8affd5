"""How a value is written behind the name of a secret: quoted, nested, alone, as a header."""

import re
from collections.abc import Callable

QUOTE = r"""(?: \\{0,40}+["'] | &quot; | &\#x27; | &\#3[49]; | %2[27] )"""


def _opened(group: str) -> str:
    """
    A quoted text in the middle of a value, as in `token="..."`.

    Not the quote that closes what stands around the value, maybe behind the padding of base64, as in
    `{'url': '/?token=YWJj='}`.
    """
    return rf"""
        (?P<{group}>{QUOTE})
        (?! [\s,;:)}}\]>&\0] | \\[nrt] | /> | \.(?:[\s\0]|\Z) | %(?:2[06C]|[57]D) | \Z
          | (?!(?P={group})) {QUOTE} )
        [^\r\n\0]*? (?: (?P={group}) | (?=[\r\n\0]) | \Z )
    """


_INNER = r"[^\[\](){}\0]"
for _ in range(6):  # lists in lists, as deep as is likely
    _INNER = rf"(?: [^\[\](){{}}\0] | [\[({{] {_INNER}*+ (?: [\])}}] | (?=\0) | \Z ) )"

_LINE = r"(?: \r?\n | (?:\\{1,40}+r)? \\{1,40}+n )"
_BLOCK = rf"""[|>] [-+0-9]{{0,2}} [ \t]{{0,20}} {_LINE} (?P<indent>[ \t]{{1,40}}+) [^\r\n\0\\"]*+
    (?: {_LINE} (?P=indent) [^\r\n\0\\"]*+ )*+"""  # of YAML


def _parameter(group: str) -> str:
    """What a header says behind its scheme: `username="nobody"`, `Signature=...`."""
    return rf"""
        [A-Za-z0-9_*-]{{1,40}}+ =
        (?: {_opened(group)} | (?!=) (?: (?!%2[267]) [^\s,&"'<>(){{}}\[\]\\\0] )++ )
    """


_PARAMETERS = rf"""
    {_parameter("first")} (?: [ \t]{{0,4}}+ , [ \t]{{0,4}}+ {_parameter("further")} )*+
"""


def _matcher(pattern: re.Pattern[str]) -> Callable[[str, int], re.Match[str] | None]:
    def found(text: str, place: int) -> re.Match[str] | None:
        try:
            return pattern.match(text, place)
        except SystemError:  # of `re`, after a repeated group that began and did not end
            return _rest_of_line(text, place)

    return found


_rest_of_line = re.compile(r"(?P<bare>[^\r\n\0]+)").match


def _value(scheme: str) -> Callable[[str, int], re.Match[str] | None]:
    pattern = re.compile(
        rf"""
          [bBeEfFnNrRuU]{{0,2}} (?:
              "(?P<double>(?:[^"\\\0]|\\[^\0]?)*+)
            | '(?P<single>(?:[^'\\\0]|\\[^\0]?|''(?=[A-Za-z0-9]))*+)  # doubled as in SQL
          )
        | (?P<quote>{QUOTE}) (?P<quoted>[^\0]*?) (?: (?<!\\)(?P=quote) | (?=\0) | \Z )
        | (?P<nested> [\[({{] {_INNER}*+ (?: [\])}}] | (?=\0) | \Z ) )
        | (?P<bare>
            {_BLOCK}
          | {scheme} [ \t]{{1,3}}+ {_PARAMETERS}
          | (?: {scheme} [ \t]{{1,3}}+ )?+
            (?: (?!%2[267]|&quot;|&\#|\[redacted\])
                (?: [^\s,;&"'<>(){{}}\[\]\\\0] | \\(?![nrtu"'\\]) | [(){{}}\[\]](?=[A-Za-z0-9])
                  | ["'](?=[A-Za-z0-9]) (?<![=(]["']) | \((?=\\{{0,40}}["']) )
              | (?<=[=(]) {_opened("inside")}
            )++
          )
        """,
        re.VERBOSE,
    )
    return _matcher(pattern)


value = _value("(?i: bearer | basic | token | digest | apikey )")

# In this header a scheme may be any word, if what follows is none.
authorization = _value(
    """(?: (?i: bearer | basic | token | digest | api-?key | bot | jwt | negotiate | ntlm )
         | [A-Za-z][A-Za-z0-9-]{1,40}+ (?= [ \t]{1,3} [A-Za-z._~+/-]{0,200} [0-9=:] ) )"""
)

cookies = _matcher(
    re.compile(
        rf"""(?! [bB]?["'\\&%\[] )
        (?P<bare> (?: [^\r\n"'\0=] | = (?: {_opened("inside")} )?+ )++ )""",
        re.VERBOSE,
    )
)
