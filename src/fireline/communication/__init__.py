"""
Messages to people and their tools, with a trail that tells whether they arrived.

By e-mail, WhatsApp, Slack, PagerDuty and signed webhook. `CommunicationManager` tries channels in order; each service also works alone.
"""

try:
    from fireline.communication.channel import Attempt, Channel
    from fireline.communication.email import EmailService
    from fireline.communication.manager import CommunicationManager
    from fireline.communication.messages import Action, Contact, Message, Template
    from fireline.communication.pagerduty import PagerDutyService
    from fireline.communication.results import Cause, DeliveryResult, Outcome, Undelivered
    from fireline.communication.slack import SlackService
    from fireline.communication.webhook import WebhookService
    from fireline.communication.whatsapp import WhatsAppService
except ModuleNotFoundError as error:
    if (error.name or "").startswith("fireline"):
        raise
    raise ImportError(
        f"fireline.communication needs {error.name}: pip install 'django-fireline[communication]'."
    ) from error

__all__ = [
    "Action",
    "Attempt",
    "Cause",
    "Channel",
    "CommunicationManager",
    "Contact",
    "DeliveryResult",
    "EmailService",
    "Message",
    "Outcome",
    "PagerDutyService",
    "SlackService",
    "Template",
    "Undelivered",
    "WebhookService",
    "WhatsAppService",
]
