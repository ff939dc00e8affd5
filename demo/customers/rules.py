"""The rules of the business, for the site and the API alike."""

from django.utils.translation import gettext as _

from customers.models import Customer
from fireline import BusinessRuleViolation


def delete(customer: Customer) -> None:
    """Delete the customer; raises BusinessRuleViolation while they are active."""
    if customer.status == Customer.Status.ACTIVE:
        raise BusinessRuleViolation(
            _("An active customer cannot be deleted. Set the status to Former first."),
            details={"status": customer.status},
        )
    customer.delete()
