"""Frames of templates: Python's own say which method of Django's has failed, and not at which tag of whose template."""

import linecache
from types import FrameType
from typing import Any

from django.template.base import Node, Template

FUNCTION = "<template>"
"""What a frame of a template has in the place of a function."""

_RENDERS = Node.render_annotated.__code__
_COMPILES = Template.compile_nodelist.__code__


def place_in_template(
    frame: FrameType, error: BaseException, seen: set[str]
) -> dict[str, Any] | None:
    """
    Where in a template this frame renders a tag, or fails to read one; None where it does neither.

    Of a template that is in `seen` there is one already: blocks and loops render each other.
    """
    if frame.f_code is _RENDERS:
        node = frame.f_locals.get("self")
        origin, token = getattr(node, "origin", None), getattr(node, "token", None)
    elif frame.f_code is _COMPILES:
        origin = getattr(frame.f_locals.get("self"), "origin", None)
        token = getattr(error, "token", None)  # Django's parser notes it
    else:
        return None
    if origin is None or token is None or origin.loader is None or origin.name in seen:
        return None
    seen.add(origin.name)
    linecache.checkcache(origin.name)  # templates are edited while the service runs
    return {
        "filename": str(origin.template_name),
        "abs_path": str(origin.name),
        "function": FUNCTION,
        "lineno": token.lineno,
    }
