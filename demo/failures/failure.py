"""What the page of failures says of each, and the list of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

Outcome = HttpResponseBase | Mapping[str, Any]
Cause = Callable[[HttpRequest], Outcome]


class Group(StrEnum):
    """Whose matter it is, in the order of the page."""

    VALIDATION = "What the client sent"
    REQUEST = "How the client asked"
    AUTHENTICATION = "Who the client is"
    BUSINESS = "Rules of the business"
    EXTERNAL = "What we depend on"
    SYSTEM = "Our own faults"
    HANDLED = "It failed, and the page works"
    SOCKET = "A socket that stays open, or not"
    BACKGROUND = "What nobody waits for"
    SECURITY = "What somebody tries"


class Button(StrEnum):
    """How a browser gets there."""

    LINK = "link"
    FORM = "a form"
    FORGED_FORM = "a form without its CSRF token"
    NONE = "not with a browser"

    @property
    def is_form(self) -> bool:
        """Whether following a link is not enough."""
        return self in {Button.FORM, Button.FORGED_FORM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One way to fail."""

    cause: Cause | None
    """What fails, on the site and in the API; None where the address alone does it."""

    name: str
    title: str
    group: Group
    status: int
    code: str
    """The code of the catalogue; empty where nothing fails."""

    client: str
    """What the client sees, in one line."""

    operator: str
    """What the operator sees, in one line."""

    button: Button = Button.LINK
    path: str = ""
    """The address on the site, where it is not the cause's own."""

    api_path: str = ""
    """The address in the API, where it is not the cause's own."""

    curl: str = ""
    """What curl needs besides the address."""

    pipe: str = ""
    """A command whose output curl sends."""

    socket: str = ""
    """The address of the socket that fails, where no request does."""

    says: str = ""
    """What is sent over it."""

    shell: str = ""
    """What fails at the prompt, where no request does."""


FAILURES: list[Failure] = []
"""All of them, in the order in which `causes` names them."""


def failure(title: str, **said: Any) -> Callable[[Cause], Cause]:
    """Put a function on the list, under its own name: `bad_json` is `/failures/bad-json/`."""

    def listed(cause: Cause) -> Cause:
        name = cause.__name__.replace("_", "-")
        FAILURES.append(Failure(cause=cause, name=name, title=title, **said))
        return cause

    return listed


def address(name: str, title: str, **said: Any) -> None:
    """Put an address on the list that fails by itself."""
    FAILURES.append(Failure(cause=None, name=name, title=title, **said))


def at_the_prompt(name: str, title: str, **said: Any) -> None:
    """Put a command on the list that fails."""
    FAILURES.append(Failure(cause=None, name=name, title=title, button=Button.NONE, **said))
