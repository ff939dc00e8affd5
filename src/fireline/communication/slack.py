"""Slack, by an incoming webhook: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/"""

from fireline import conf
from fireline.communication import answers, guard
from fireline.communication.channel import NOWHERE, Attempt, Channel
from fireline.communication.http import encoded, post
from fireline.communication.messages import Contact, Message
from fireline.communication.results import Cause, DeliveryResult, Undelivered

LONGEST = 40_000
"""Characters; Slack cuts longer texts itself, and then says nothing of it."""


class SlackService(Channel):
    """Sends to the one Slack channel behind an incoming webhook: the given one, or SLACK_URL."""

    name = "slack"

    def __init__(self, *, url: str = "", timeout: float | None = None) -> None:
        super().__init__(timeout=timeout)
        self._url = url

    def send_text(self, text: str) -> DeliveryResult:
        """Send a text; of one that is too long the beginning."""
        return self.send(NOWHERE, Message(text=text))

    @property
    def url(self) -> str:
        """The address, whose last part is a secret."""
        return self._url or conf.current().SLACK_URL

    def missing(self) -> str:
        """Whether there is an address that can be asked."""
        if not self.url:
            return "SLACK_URL is missing."
        return f"SLACK_URL cannot be used: {wrong}." if (wrong := guard.refused(self.url)) else ""

    def recipient_of(self, contact: Contact) -> str:
        """Always the same."""
        return self.url

    def masked(self, recipient: str) -> str:
        """The host; all else of the address is secret."""
        return guard.host_of(recipient)

    def deliver(self, recipient: str, message: Message, attempt: Attempt) -> str:
        """Nothing: Slack gives these messages no id."""
        text = "\n".join(filter(None, (message.subject and f"*{message.subject}*", message.text)))
        if not text.strip():
            raise Undelivered(Cause.MESSAGE, "Slack needs a text.", code="no_text")
        answer = post(
            recipient,
            encoded({"text": _cut(_plain(text))}),
            timeout=self.timeout,
            is_guarded=True,
        )
        if answer.status == 200 and answer.text == "ok":
            return ""
        said = answer.json.get("error") or answer.text
        if answer.status == 200 and (answer.json.get("ok") is False or said in _REFUSALS):
            raise Undelivered(Cause.CONFIGURATION, f"200 {said}", code=said)
        raise answers.undelivered(answer)


_REFUSALS = frozenset(
    "invalid_payload invalid_token no_text no_service no_team team_disabled too_many_attachments"
    " user_not_found channel_not_found channel_is_archived action_prohibited"
    " posting_to_general_channel_denied".split()
)


def _plain(text: str) -> str:
    """As Slack wants it: or an error's text could call @channel, <!channel>, or hide a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
