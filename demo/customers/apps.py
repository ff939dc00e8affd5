"""What the CRM tells its operator."""

from django.apps import AppConfig

from fireline import metrics


class CustomersConfig(AppConfig):
    """Customers and activities."""

    name = "customers"

    def ready(self) -> None:
        """Let /metrics/ tell the figures of the business."""
        from customers.figures import (  # noqa: PLC0415 (models are there only now)
            communication_figures,
            customer_figures,
        )

        metrics.register("customers", customer_figures)
        metrics.register("communications", communication_figures)
