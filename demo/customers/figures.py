"""Figures of the business."""

from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from customers.models import Customer


def customer_figures() -> dict[str, int]:
    """How many customers there are, in one query."""
    yesterday = timezone.now() - timedelta(days=1)
    return Customer.objects.aggregate(
        total=Count("pk"),
        active=Count("pk", filter=Q(status=Customer.Status.ACTIVE)),
        prospects=Count("pk", filter=Q(status=Customer.Status.PROSPECT)),
        recent_24h=Count("pk", filter=Q(created_at__gte=yesterday)),
    )
