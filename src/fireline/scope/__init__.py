"""
What one request is while it lasts: its ids, its clock, its client, what is bound to it.

Later also one socket and one task. The scope is the only thing in Fireline that changes.
"""

from fireline.scope.current import (
    Scope,
    bound,
    current,
    enter,
    hold,
    inside,
    leave,
    leave_for_good,
    open_for,
    opened,
    visiting,
)
from fireline.scope.ids import new_correlation_id, new_error_id
from fireline.scope.scene import scene_of

__all__ = [
    "Scope",
    "bound",
    "current",
    "enter",
    "hold",
    "inside",
    "leave",
    "leave_for_good",
    "new_correlation_id",
    "new_error_id",
    "open_for",
    "opened",
    "scene_of",
    "visiting",
]
