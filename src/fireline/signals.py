"""What Fireline announces to whoever wants to listen."""

from django.dispatch import Signal

reported = Signal()
"""
Sent once for each failure, after every sink has heard it: `report` is the ErrorReport.

Receivers are synchronous; one that raises is logged and hurts nobody. With ATOMIC_REQUESTS a failure
in a DRF view is told inside the transaction that is rolled back: what a receiver writes by the same
connection goes with it, and `on_commit` never comes. Write by a connection of another alias, or hand
the report to a queue.
"""

health_checked = Signal()
"""
Sent once for each finding of a health check: `name` is the check's, `status` is "healthy",
"degraded" or "unhealthy".
"""

security_event = Signal()
"""
Sent for each security event: `event` is its name, `fields` a mapping of what the log line says.
"""

security_burst = Signal()
"""
Sent once a minute at most for each event and address, when there were more than the log takes: `event`
is its name, `fields` a mapping of what the line says of the last.
"""

message_attempted = Signal()
"""
Sent once for each attempt to send a message, whatever became of it: `result` is the DeliveryResult.
"""

message_settled = Signal()
"""
Sent when a provider says later what became of a message: `result` is the DeliveryResult, whose
outcome is now sent, delivered, read or failed.
"""

retried = Signal()
"""
Sent for each failed attempt of a call that may be tried again, and when it succeeds after all.

`name` is the call's, `attempt` counts from 1, `outcome` is "again", "succeeded", "failed",
"out_of_time" or "unsafe", `wait` the seconds until the next attempt or None, `error` the exception,
or None where the other side has answered.
"""

breaker_changed = Signal()
"""
Sent when a breaker is made and whenever it changes: `name`, `state` ("closed", "half_open" or
"open") and `retry_after`, the seconds that it stays open.
"""
