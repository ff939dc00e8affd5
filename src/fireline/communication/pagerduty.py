"""PagerDuty, Events API v2: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/"""

import socket
from collections.abc import Mapping
from typing import Any

from fireline import conf
from fireline.communication import answers, guard
from fireline.communication.channel import NOWHERE, Attempt, Channel
from fireline.communication.http import encoded, post
from fireline.communication.messages import Action, Contact, Message
from fireline.communication.results import Cause, DeliveryResult, Undelivered
from fireline.errors import Severity

SUMMARY_AT_MOST = 1024
_DETAILS_AT_MOST = 100_000  # an event may have 512 kB

_SEVERITIES = {
    Severity.LOW: "info",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "critical",
}


class PagerDutyService(Channel):
    """
    Triggers, acknowledges and resolves incidents of one PagerDuty service.

    That of the given integration key, or of PAGERDUTY_KEY. Events of one `dedup_key` are one incident.
    """

    name = "pagerduty"

    def __init__(self, *, routing_key: str = "", timeout: float | None = None) -> None:
        super().__init__(timeout=timeout)
        self._routing_key = routing_key

    def trigger(
        self,
        summary: str,
        *,
        dedup_key: str = "",
        severity: Severity = Severity.HIGH,
        data: Mapping[str, Any] | None = None,
    ) -> DeliveryResult:
        """Open an incident, or add to the open one of this key; `message_id` is its key."""
        message = Message(subject=summary, dedup_key=dedup_key, severity=severity, data=data or {})
        return self.send(NOWHERE, message)

    def acknowledge(self, dedup_key: str) -> DeliveryResult:
        """Say that somebody is at it."""
        return self.send(NOWHERE, Message(action=Action.ACKNOWLEDGE, dedup_key=dedup_key))

    def resolve(self, dedup_key: str) -> DeliveryResult:
        """Say that it is over."""
        return self.send(NOWHERE, Message(action=Action.RESOLVE, dedup_key=dedup_key))

    @property
    def routing_key(self) -> str:
        """The integration key."""
        return self._routing_key or conf.current().PAGERDUTY_KEY

    def missing(self) -> str:
        """Whether key and address can be right."""
        if not self.routing_key:
            return "PAGERDUTY_KEY is missing."
        if not (self.routing_key.isascii() and self.routing_key.isalnum()):
            return "PAGERDUTY_KEY is no integration key, which is 32 letters and digits."
        if wrong := guard.refused(conf.current().PAGERDUTY_URL):
            return f"PAGERDUTY_URL cannot be used: {wrong}."
        return ""

    def recipient_of(self, contact: Contact) -> str:
        """Always the same."""
        return conf.current().PAGERDUTY_URL

    def masked(self, recipient: str) -> str:
        """The host."""
        return guard.host_of(recipient)

    def deliver(self, recipient: str, message: Message, attempt: Attempt) -> str:
        """The key of the incident, which PagerDuty makes up where none was given."""
        event = self._event(message)
        answer = post(recipient, encoded(event), timeout=self.timeout)
        said = answer.json
        if answer.status == 202 and said.get("status") == "success":
            return str(said.get("dedup_key") or event.get("dedup_key", ""))
        if answer.status < 300 and said.get("status"):
            raise Undelivered(
                Cause.CONFIGURATION,
                f"{answer.status} {said['status']}: {said.get('message', '')}",
                code=said["status"],
            )
        raise answers.undelivered(answer)

    def _event(self, message: Message) -> dict[str, Any]:
        event: dict[str, Any] = {
            "routing_key": self.routing_key,
            "event_action": message.action.value,
        }
        if message.dedup_key:
            event["dedup_key"] = message.dedup_key[:255]
        if message.action is not Action.TRIGGER:
            if not message.dedup_key:
                raise Undelivered(
                    Cause.MESSAGE,
                    f"To {message.action.value} an incident PagerDuty needs its dedup_key.",
                    code="no_dedup_key",
                )
            return event
        summary = message.subject or message.text
        if not summary.strip():
            raise Undelivered(Cause.MESSAGE, "PagerDuty needs a subject or text.", code="no_text")
        event["payload"] = {
            "summary": summary[:SUMMARY_AT_MOST],
            "severity": _SEVERITIES[message.severity],
            "source": socket.gethostname(),
            "component": conf.current().service,
            "custom_details": {"text": message.text[:_DETAILS_AT_MOST], **message.data},
        }
        return event
