"""The text seen from afar: in one translation of it the schemes of headers and the numbers of cards stand out."""

from collections.abc import Iterator

from fireline.scrub.cards import numbers
from fireline.scrub.tokens import schemes

# With these letters for one another, bearer, basic and token all end in `earer`: one search finds
# them, in capitals too. The space behind may be any, and what is not ASCII stands in `raw` as `?`.
_alike = bytes.maketrans(
    b"btiBETI" + b"oAO" + b"scknRSCKN" + b"?\t\n\v\f\r\x1c\x1d\x1e\x1f" + b"123456789",
    b"e" * 7 + b"a" * 3 + b"r" * 9 + b" " * 10 + b"0" * 9,
)


def seen_from_afar(whole: str, raw: bytes) -> Iterator[tuple[int, int]]:
    """Where `Bearer ...` and the like stand, and the numbers of payment cards."""
    coarse = raw.translate(_alike)
    yield from schemes(whole, coarse)
    yield from numbers(whole, coarse)
