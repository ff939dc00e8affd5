"""The rules of the business, for the site and the API alike."""

from django.utils.translation import gettext as _

from customers.models import Customer
from fireline import BusinessRuleViolation


class CreditLimitError(Exception):
    """An order is higher than what the customer may owe; what clients are told of it stands in apps.py."""


def delete(customer: Customer) -> None:
    """Delete the customer; raises BusinessRuleViolation while they are active."""
    if customer.status == Customer.Status.ACTIVE:
        raise BusinessRuleViolation(
            _("An active customer cannot be deleted. Set the status to Former first."),
            details={"status": customer.status},
        )
    customer.delete()
