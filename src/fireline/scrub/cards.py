"""Numbers of payment cards."""

import re
from collections.abc import Iterator

from fireline.scrub.search import each

# Alone: not in a longer number, an id or a float; an escape may stand before it (`\n`, `%20`).
_number = re.compile(
    r"(?:(?<![\w.+-])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"
    r"[2-6][0-9]{3}(?:[ -]?[0-9]){10,15}(?!\w|-\w|\.[0-9])"
).match


_grouped = (b"00000", b"0000 0", b"0000-0")


def numbers(whole: str, coarse: bytes) -> Iterator[tuple[int, int]]:
    """Where the number of a card stands: in one piece, or in groups as on the card."""
    for place in each(coarse, b"0000"):
        if coarse.startswith(_grouped, place):
            start = place + 2 if whole[place - 1 : place] == "%" else place
            if found := _number(whole, start):
                # More digits may follow: the year it expires, the code on its back.
                lengths = (match.start() for match in _group_end.finditer(found[0]))
                yield from (
                    (start, start + length) for length in lengths if _is_card(found[0][:length])
                )


_group_end = re.compile(r"(?<=[0-9])(?![0-9])")

# Issuers' ranges and lengths: https://en.wikipedia.org/wiki/Payment_card_number
_is_issued = re.compile(
    r"4[0-9]{15}(?:[0-9]{3})?|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}"
    r"|3(?:0[0-5]|[689][0-9])[0-9]{11}|35[0-9]{14}|6(?:0[0-9]{2}|2[0-9]{2}|4[4-9][0-9]|5[0-9]{2})[0-9]{12,15}"
).fullmatch


def _is_card(number: str) -> bool:
    digits = number.replace(" ", "").replace("-", "")
    return _is_issued(digits) is not None and _has_luhn(digits)


def _has_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0
