"""What the CRM tells its operator."""

from django.apps import AppConfig

from fireline import health, metrics


class CustomersConfig(AppConfig):
    """Customers and activities."""

    name = "customers"

    def ready(self) -> None:
        """Let /metrics/ tell the figures of the business, and /health/ how many customers there are."""
        from customers.figures import (  # noqa: PLC0415 (models are there only now)
            communication_figures,
            customer_figures,
        )
        from customers.models import Customer  # noqa: PLC0415

        metrics.register("customers", customer_figures)
        metrics.register("communications", communication_figures)
        health.register_count("customer_count", Customer.objects.count)
