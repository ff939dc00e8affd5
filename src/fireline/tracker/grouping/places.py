"""A place in the code as a fingerprint names it: whoever calls it, wherever it is deployed."""

from dataclasses import dataclass, field
from enum import Enum


class Role(Enum):
    """What a frame is good for."""

    CODE = "code"
    """A function that somebody has named."""
    UNNAMED = "a function without a name"
    """It counts where its neighbours say nothing, either."""
    TEMPLATE = "a template"
    """The innermost counts: it is rendered in others, by its layout or where it is included."""
    INLINED = "a comprehension: Python 3.12 has no frame for it"
    """Its line is that of the function around it."""
    PLUMBING = "no place in the code"
    """The interpreter's own, or wrapped around by a tool: it never counts."""
    ENTRY = "calls the view or the task"
    """A framework's: who stands before it has only passed the request on."""
    PASSES_ON = "calls the next middleware"
    """A framework's: who stands right before it is a middleware."""
    DETACHED = "an earlier turn of the event loop"
    """Some browsers tell what has led to it, others do not."""


@dataclass(frozen=True, slots=True)
class Place:
    """A function, as frames of all deployments, interpreters and builds name it alike."""

    name: str
    """What contributes to a fingerprint, such as `crm.views in show`."""
    role: Role = Role.CODE
    is_installed: bool = False
    """Its path is where libraries are installed."""
    is_known: bool = False
    """Its name is that of a library which many use."""
    is_foreign: bool = False
    """No mark makes it a service's own code: it came with the language, or is copied into the project."""
    never: str = field(init=False)
    """Why it never counts; empty where it may. Here, for an enum is slow to ask."""

    def __post_init__(self) -> None:
        is_never = self.role in {Role.PLUMBING, Role.INLINED}
        object.__setattr__(self, "never", self.role.value if is_never else "")


def named(module: str, function: str) -> str:
    """The name of a place."""
    return f"{module} in {function}" if module and function else module or function
