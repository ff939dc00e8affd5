"""The field in which somebody says which pages may send by a key."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

_ORIGIN = re.compile(
    r"\*|(?:[a-z][a-z0-9+.-]*://)?(?:\*\.)?(?:[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?/?"
)
_AROUND = "\"'"


class Origins(forms.CharField):
    """
    One a line, or between blanks or commas; a list of JSON is understood, too.

    What cannot be an origin is refused here: it would let nobody send, or everybody.
    """

    widget = forms.Textarea(attrs={"rows": 2})

    def __init__(self, **kwargs: Any) -> None:
        for name in ("encoder", "decoder"):  # of the field of JSON
            kwargs.pop(name, None)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """One a line."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """A list of them."""
        origins = _listed(super().clean(value))
        for origin in origins:
            if not _ORIGIN.fullmatch(origin.lower()):
                raise ValidationError(
                    f"{origin!r} is no origin. Write https://shop.example, shop.example or *.shop.example."
                )
        return origins

    def has_changed(self, initial: Any, data: Any) -> bool:
        """However it is written."""
        return _listed(initial) != _listed(data)


def _listed(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in value]
    text = str(value or "").strip()
    if text.startswith("[") and text.endswith("]") and not text.startswith("[:"):
        text = text[1:-1]
    return [part for each in re.split(r"[\s,]+", text) if (part := each.strip(_AROUND))]
