"""What the CRM tells its operator, and what it calls its own failures."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

import fireline
from fireline import health, metrics


class CustomersConfig(AppConfig):
    """Customers and activities."""

    name = "customers"

    def ready(self) -> None:
        """Add a code to the catalogue, figures to /metrics/, and the number of customers to /health/."""
        from customers.figures import (  # noqa: PLC0415 (models are there only now)
            communication_figures,
            customer_figures,
        )
        from customers.models import Customer  # noqa: PLC0415

        metrics.register("customers", customer_figures)
        metrics.register("communications", communication_figures)
        fireline.register(
            "CREDIT_LIMIT_REACHED",
            message=_("The credit limit of this customer is reached."),
            exceptions=["customers.rules.CreditLimitError"],
        )
        health.register_count("customer_count", Customer.objects.count)
