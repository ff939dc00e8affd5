"""The answer: what the client sees of a report, in the shape and language that it wants."""

from fireline.answers.negotiate import shape_for, wants_page
from fireline.answers.respond import answer, dressed, json_response, respond, swallowed, with_ids
from fireline.answers.shapes import SHAPES, Shape, shape_named

__all__ = [
    "SHAPES",
    "Shape",
    "answer",
    "dressed",
    "json_response",
    "respond",
    "shape_for",
    "shape_named",
    "swallowed",
    "wants_page",
    "with_ids",
]
