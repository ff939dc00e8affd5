"""Requests that bring events are no transactions of this service, where an SDK traces it."""

import sys


def leave_out() -> None:
    """
    Let the SDK forget the transaction that it has begun for this request.

    A service whose SDK sends to the service itself would never stop: each transaction is a request.
    """
    sdk = sys.modules.get("sentry_sdk")
    if sdk is None:
        return
    try:
        transaction = sdk.get_current_scope().transaction
        if transaction is not None:
            transaction.sampled = False
    except Exception:  # an SDK of another time; it was only a wish
        return
