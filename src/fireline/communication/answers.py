"""What a status code of HTTP means for a message, where the provider says no more."""

from fireline.communication.http import Answer
from fireline.communication.results import Cause, Undelivered

_TRANSIENT = frozenset({408, 425, 500, 503})
_BY_A_GATEWAY = frozenset({502, 504})


def undelivered(answer: Answer, detail: str = "") -> Undelivered:
    """
    What this answer means, which is not the one that takes the message.

    A gateway that got no answer does not know whether the message was taken; nor do we, where a
    success does not say what this provider's successes say.
    """
    status = answer.status
    said = f"{status} {detail or answer.text}".strip()
    if status == 429:
        return Undelivered(Cause.RATE_LIMIT, said, code=status, retry_after=answer.retry_after)
    if status in _BY_A_GATEWAY or status < 300:
        return Undelivered(Cause.TRANSIENT, said, code=status, is_unknown=True)
    if status in _TRANSIENT or status > 500:
        return Undelivered(Cause.TRANSIENT, said, code=status, retry_after=answer.retry_after)
    if status < 400:
        return Undelivered(
            Cause.CONFIGURATION, f"{status}: redirects are not followed.", code=status
        )
    cause = Cause.MESSAGE if status in {400, 413, 422} else Cause.CONFIGURATION
    return Undelivered(cause, said, code=status)
