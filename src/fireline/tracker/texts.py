"""Texts of clients on their way into columns."""

from typing import Any


def cut(text: Any, limit: int) -> str:
    """The text for a column: at most so long, without the NUL that PostgreSQL refuses."""
    if type(text) is not str or not text:
        return ""
    if "\0" in text:
        text = text.replace("\0", "")
    fit: str = text if text.isascii() else text.encode("utf-8", "replace").decode()
    return fit[:limit]
