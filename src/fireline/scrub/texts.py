"""
Secrets out of texts.

Many texts are searched as one, joined by NUL, which no pattern crosses. Each kind of secret is
looked for by cheap means first, and a pattern is tried only at the places that these find.
"""

from collections.abc import Callable, Iterable

from fireline.scrub import addresses, cards, named, tokens
from fireline.scrub.keys import REDACTED

_Finder = Callable[[str, bytes], Iterable[tuple[int, int]]]
_FINDERS: tuple[tuple[int, str, _Finder], ...] = (  # how long the shortest is, what it contains
    (4, "", named.values),
    (20, "<", named.elements),
    (19, "", tokens.known_tokens),
    (14, " ", tokens.schemes),
    (30, "PRIVATE KEY", tokens.private_keys),
    (6, "@", addresses.credentials),
    (40, "/", addresses.webhooks),
    (14, "", cards.numbers),
)
_ROUNDS = 4


def scrubbed_text(text: str) -> str:
    """The text without its secrets; names and everything else stay."""
    for _ in range(_ROUNDS):  # a secret may have hid the one behind it
        if not (spans := _spans(text)):
            break
        text = _without(text, spans)
    return text


def cleaned(texts: Iterable[str]) -> dict[str, str]:
    """Each of the texts that holds a secret, and the same without it."""
    each = list(set(texts))  # the lines of a stack repeat themselves
    whole = "\0".join(each)
    if "\0" in "".join(each):
        whole = "\0".join(text.replace("\0", " ") for text in each)
    spans: dict[int, list[tuple[int, int]]] = {}
    index = beginning = since = 0
    for start, end in _spans(whole):
        if passed := whole.count("\0", since, start):
            index += passed
            beginning = whole.rfind("\0", since, start) + 1
        spans.setdefault(index, []).append((start - beginning, end - beginning))
        since = start
    return {
        each[index]: scrubbed_text(_without(each[index], found)) for index, found in spans.items()
    }


def _spans(whole: str) -> list[tuple[int, int]]:
    """From where to where secrets stand, in order; those that overlap are one."""
    raw = whole.encode("ascii", "replace")  # one byte for each character, so that places stay
    found: list[tuple[int, int]] = []
    for shortest, literal, finder in _FINDERS:
        if len(raw) >= shortest and literal in whole:
            found += finder(whole, raw)
    if not found:
        return found
    spans: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    kept, since = [], 0
    for start, end in spans:
        kept += [text[since:start], REDACTED]
        since = end
    return "".join([*kept, text[since:]])
