"""Everything that sentry-sdk sends, to the DSN that is given; prints the id of each event."""

import json
import sys

import sentry_sdk
from sentry_sdk.crons import capture_checkin
from sentry_sdk.transport import HttpTransport


class Deaf(HttpTransport):
    """Sends also what it was told to hold back."""

    def _update_rate_limits(self, response):
        pass


sentry_sdk.init(
    dsn=sys.argv[1],
    transport=Deaf,
    release="shop@1",
    traces_sample_rate=1.0,
    profiles_sample_rate=1.0,
    enable_logs=True,
    auto_session_tracking=True,
    auto_enabling_integrations=False,  # it would load Django and what else there is
)
ids = {}
sentry_sdk.get_isolation_scope().start_session(session_mode="application")
try:
    1 / 0  # noqa: B018
except ZeroDivisionError as error:
    ids["exception"] = sentry_sdk.capture_exception(error)
ids["message"] = sentry_sdk.capture_message("said by python")
with sentry_sdk.new_scope() as scope:
    scope.add_attachment(bytes=bytes(range(256)) * 200, filename="raw.bin")
    ids["attached"] = sentry_sdk.capture_message("with a file")
with sentry_sdk.start_transaction(name="work", op="task"), sentry_sdk.start_span(op="part"):
    sum(range(200_000))
capture_checkin(monitor_slug="nightly", status="ok")
sentry_sdk.logger.warning("a line")
sentry_sdk.metrics.count("orders", 1)
sentry_sdk.get_isolation_scope().end_session()
client = sentry_sdk.get_client()
client.transport.record_lost_event("sample_rate", data_category="transaction")
sentry_sdk.flush(10)
client.close(10)
print(json.dumps(ids))
