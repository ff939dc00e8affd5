"""Messages to customers: sent by Fireline, noted as what happened with the customer."""

from collections.abc import Iterable
from uuid import uuid4

from django.utils.translation import gettext as _

from customers.models import Activity, Customer
from fireline.communication import CommunicationManager, Contact, DeliveryResult, Message

OTHER = {Activity.Kind.WHATSAPP: Activity.Kind.EMAIL, Activity.Kind.EMAIL: Activity.Kind.WHATSAPP}


def new_key(customer: Customer) -> str:
    """A key for one message: whoever sends the same form twice sends one message."""
    return f"customer-{customer.pk}-{uuid4().hex}"


def send(customer: Customer, channel: str, text: str, key: str) -> DeliveryResult:
    """Send by this channel, else by the other, and note it under the channel that took it."""
    result = CommunicationManager().send(
        Contact(email=customer.email, phone=customer.phone),
        Message(subject=_("A message from Larkfield"), text=text),
        channels=[channel, OTHER[Activity.Kind(channel)]],
        key=key,
    )
    if not result.is_under_way:
        kind = result.channel if result.is_accepted else channel
        noted = {"customer": customer, "kind": kind, "text": text}
        Activity.objects.get_or_create(message_key=key, defaults=noted)
    return result


def with_trails(activities: Iterable[Activity]) -> list[Activity]:
    """The activities, each with the attempts to send it as `trail`; in one query for all."""
    each = list(activities)
    keys = [activity.message_key for activity in each if activity.message_key]
    attempts = CommunicationManager().trail(*keys) if keys else []
    for activity in each:
        activity.trail = [attempt for attempt in attempts if attempt.key == activity.message_key]
    return each
