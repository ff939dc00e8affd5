"""What is sent, and to whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from fireline.errors import Severity

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Where somebody can be reached; a channel whose field is empty is passed over."""

    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message that Meta has approved: it may be sent at any time, also when 24 hours are over."""

    name: str
    language: str = "en"
    parameters: tuple[str, ...] = ()
    """The texts for {{1}}, {{2}}, ... of its body."""


class Action(StrEnum):
    """What a message does with an incident of PagerDuty; other channels say it in words."""

    TRIGGER = "trigger"
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """
    What is to be said, once for all channels; each takes the fields that it can carry.

    E-mail needs `subject` and `text`, WhatsApp a `template` or `text`; where both are given it
    sends the template, for a text that is refused after 24 hours is refused too late to fall back.
    """

    text: str = ""
    subject: str = ""
    html: str = ""
    template: Template | None = None
    severity: Severity = Severity.HIGH
    action: Action = Action.TRIGGER
    dedup_key: str = ""
    """What an alert is about: a message that resolves bears the same one as that which triggered."""
    data: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    """Further fields for machines: webhooks and PagerDuty's details."""
