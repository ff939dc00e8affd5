"""Figures of the business."""

from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from customers.models import Activity, Customer


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
    """How many messages there were since yesterday, in one query."""
    yesterday = timezone.now() - timedelta(days=1)
    kinds = {"email_24h": Activity.Kind.EMAIL, "whatsapp_24h": Activity.Kind.WHATSAPP}
    return Activity.objects.filter(happened_at__gte=yesterday, kind__in=kinds.values()).aggregate(
        total_24h=Count("pk"),
        **{name: Count("pk", filter=Q(kind=kind)) for name, kind in kinds.items()},
    )
