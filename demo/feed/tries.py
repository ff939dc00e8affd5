"""How a socket of the feed can fail, for the page of failures and the feed's own buttons."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """Something to send, or a socket to open."""

    name: str
    title: str
    code: str
    status: int
    says: str = ""
    """What is sent."""

    times: int = 1
    path: str = "/ws/feed/"
    """The socket that is opened."""

    client: str
    operator: str


TRIES = (
    Try(
        name="feed-no-json",
        title="A message that is no JSON",
        code="MALFORMED_MESSAGE",
        status=400,
        says="{no",
        client="an error frame with the place of the mistake; the socket stays open",
        operator="crm.log: one INFO",
    ),
    Try(
        name="feed-wrong-kind",
        title="A message with a wrong field",
        code="VALIDATION_ERROR",
        status=400,
        says='{"type": "kind", "kind": "fax"}',
        client="an error frame with the field; the socket stays open",
        operator="crm.log: one INFO, with message_id beside the correlation id",
    ),
    Try(
        name="feed-rule",
        title="A rule that is broken",
        code="BUSINESS_RULE_VIOLATED",
        status=422,
        says='{"type": "since", "days": 400}',
        client="an error frame with the rule; the socket stays open",
        operator="crm.log: one INFO",
    ),
    Try(
        name="feed-flood",
        title="Two hundred messages at once",
        code="THROTTLED",
        status=429,
        says='{"type": "kind", "kind": ""}',
        times=200,
        client="twenty answers, then one error frame a second, with retry_after",
        operator="crm.log: one WARNING a second; security.log: rate_limited",
    ),
    Try(
        name="feed-bug",
        title="A bug in a consumer",
        code="INTERNAL_ERROR",
        status=500,
        says='{"type": "since"}',
        client="an error frame with the id, and nothing of the bug; the socket closes with 1011, the page opens another",
        operator="crm_errors.log: one ERROR with the KeyError and its frames; the group is left",
    ),
    Try(
        name="feed-signed-out",
        title="A socket for those who are signed in",
        code="AUTHENTICATION_FAILED",
        status=401,
        path="/ws/customers/1/",
        client="an error frame and the close code 4401, in the browser too (signed in, it opens)",
        operator="security.log: authentication_failed; crm.log: one WARNING",
    ),
    Try(
        name="feed-no-route",
        title="A socket that nobody serves",
        code="NOT_FOUND",
        status=404,
        path="/ws/no-such-feed/",
        client="an error frame and the close code 4404",
        operator="crm.log: one WARNING, without a trace",
    ),
)
