"""
Secrets out of texts.

Many texts are searched as one, joined by NUL, which no pattern crosses. Each kind of secret is
looked for by cheap means first, and a pattern is tried only at the places that these find.
"""

from collections.abc import Callable, Collection, Iterable

from fireline.scrub import addresses, beside, coarse, dashes, named, signed, tokens
from fireline.scrub.keys import REDACTED, forget_with_settings

_Finder = Callable[[str, bytes], Iterable[tuple[int, int]]]
# How long the shortest is, what it contains: exactly, lest a text is harmless alone and not among
# others.
_FINDERS: tuple[tuple[int, str, _Finder], ...] = (
    (4, "", named.values),
    (7, "<", named.elements),
    (16, "", tokens.long_runs),
    (7, "-", dashes.behind_dashes),
    (6, "@", addresses.credentials),
    (20, "$", signed.hashes),
    (14, "", coarse.seen_from_afar),
    (11, ",", beside.pairs),
    (11, "'", beside.statements),
)
_ROUNDS = 4


def scrubbed_text(text: str) -> str:
    """The text without its secrets; names and everything else stay."""
    for _ in range(_ROUNDS):  # a secret may have hid the one behind it
        if not (spans := _spans(text.replace("\0", " "))):
            break
        text = _without(text, spans)
    return text


def cleaned(texts: Iterable[str]) -> dict[str, str]:
    """Each of the texts that holds a secret, and the same without it."""
    unknown = {place: text for text in set(texts) if (place := hash(text)) not in harmless}
    each = unknown.values()
    whole = "\0".join(each)
    if "\0" in "".join(each):
        odd = {text: scrubbed_text(text) for text in each if "\0" in text}
        changed = {text: clean for text, clean in odd.items() if clean != text}
        return changed | cleaned(set(each).difference(odd))
    spans: dict[str, list[tuple[int, int]]] = {}
    for start, end in _spans(whole):
        since = whole.rfind("\0", 0, start) + 1
        until = whole.find("\0", end)
        text = whole[since : until if until >= 0 else None]
        spans.setdefault(text, []).append((start - since, end - since))
    for text in spans:
        del unknown[hash(text)]
    _learn(unknown)
    return {text: scrubbed_text(_without(text, found)) for text, found in spans.items()}


harmless: set[int] = set()
"""
What the texts hash to in which no secret was: names of files, lines of source and statements come
again with the next event. Only hashes, lest a secret that nobody recognised is kept in memory.
"""
forget_with_settings(harmless.clear)
_MOST = 8192


def _learn(hashes: Collection[int]) -> None:
    if len(harmless) + len(hashes) > _MOST:
        harmless.clear()
    if len(hashes) <= _MOST:
        harmless.update(hashes)


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
