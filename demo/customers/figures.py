"""Figures of the business."""

from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from customers.models import Activity, Customer
from fireline.communication import CommunicationManager


def customer_figures() -> dict[str, int]:
    """How many customers there are, in one query."""
    yesterday = timezone.now() - timedelta(days=1)
    return Customer.objects.aggregate(
        total=Count("pk"),
        active=Count("pk", filter=Q(status=Customer.Status.ACTIVE)),
        prospects=Count("pk", filter=Q(status=Customer.Status.PROSPECT)),
        recent_24h=Count("pk", filter=Q(created_at__gte=yesterday)),
    )


def communication_figures() -> dict[str, int]:
    """How many messages there were since yesterday: those that were sent, and those that were noted."""
    yesterday = timezone.now() - timedelta(days=1)
    sent = CommunicationManager().accepted_since(yesterday)
    noted = Activity.objects.filter(happened_at__gte=yesterday, message_key=None)
    figures = {
        kind: sent.get(kind, 0) + noted.filter(kind=kind).count()
        for kind in (Activity.Kind.EMAIL, Activity.Kind.WHATSAPP)
    }
    return {
        "total_24h": sum(figures.values()),
        "email_24h": figures[Activity.Kind.EMAIL],
        "whatsapp_24h": figures[Activity.Kind.WHATSAPP],
    }
