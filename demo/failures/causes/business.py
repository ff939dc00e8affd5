"""Rules of the business; messages are written for the client."""

from customers import rules
from customers.models import Customer
from django.http import HttpRequest

from failures.failure import Group, Outcome, failure


@failure(
    "A rule is broken",
    group=Group.BUSINESS,
    status=422,
    code="BUSINESS_RULE_VIOLATED",
    client="the rule, in the words of the business",
    operator="crm.log: one INFO line",
)
def rule_broken(_request: HttpRequest) -> Outcome:
    rules.delete(Customer(name="Marlene Aschoff", status=Customer.Status.ACTIVE))
    return {}


@failure(
    "A code of our own",
    group=Group.BUSINESS,
    status=422,
    code="CREDIT_LIMIT_REACHED",
    client="a code and a message that the CRM added to the catalogue",
    operator="crm.log: one INFO line with that code",
)
def own_code(_request: HttpRequest) -> Outcome:
    raise rules.CreditLimitError("Order of 4,200.00 on a limit of 4,000.00.")
