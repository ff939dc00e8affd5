"""Whether a failure is that of a frame that cannot be read."""

import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from fireline.errors import kind_named
from fireline.errors.catalog import Description
from fireline.errors.known import NON_FIELD, Coded


def malformed(error: BaseException, message: Mapping[str, Any]) -> Description | None:
    """
    What it means that this very frame could not be read; None for any other failure.

    A consumer may fail to read many things: its own files, the answers of others. So the text that
    was refused is compared with the frame's.
    """
    if not isinstance(error, (ValueError, RecursionError)):
        return None
    if isinstance(error, json.JSONDecodeError):
        is_ours = _is_of(message, error.doc)
        says = f"{error.msg}: line {error.lineno} column {error.colno}"
    elif isinstance(error, UnicodeDecodeError):
        is_ours = _is_of(message, error.object)
        says = f"Not in {error.encoding}: byte {error.start}"
    else:
        is_ours = _was_decoding(error, message)
        says = "Too deeply nested" if isinstance(error, RecursionError) else "Not as expected"
    if not is_ours:
        return None
    details = {NON_FIELD: [Coded(says, "malformed")]}
    return Description(kind=kind_named("MALFORMED_MESSAGE"), details=details)


def _was_decoding(error: BaseException, message: Mapping[str, Any]) -> bool:
    """Whether Python's decoder was at this text (too deep, too long a number), or Channels had none."""
    last = _last(error.__traceback__)
    if last is None:
        return False
    module = last.tb_frame.f_globals.get("__name__", "")
    if module == "channels.generic.websocket":  # a binary or empty frame where JSON is spoken
        return True
    return module == "json.decoder" and _is_of(message, last.tb_frame.f_locals.get("s"))


def _last(traceback: TracebackType | None) -> TracebackType | None:
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback


def _is_of(message: Mapping[str, Any], refused: object) -> bool:
    text, data = message.get("text"), message.get("bytes")
    if isinstance(refused, (bytes, bytearray)):
        return refused in (data, text.encode(errors="replace") if text else None)
    if not isinstance(refused, str):
        return False
    return refused == text or (data is not None and refused == _decoded(data))


def _decoded(data: bytes) -> str:
    """As Python's decoder does."""
    return data.decode(json.detect_encoding(data), errors="replace")
