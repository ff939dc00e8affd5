"""What an SDK is told where nothing is accepted."""


class Refused(Exception):  # noqa: N818  an answer, not an error of ours
    """
    Nothing is accepted; the client gets this status, with the text in its body and X-Sentry-Error.

    `retry_after` is in seconds; with it the SDK is told to send nothing until then. `because` is for
    our log alone.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        text: str,
        *,
        retry_after: float | None = None,
        because: str = "",
    ) -> None:
        super().__init__(text)
        self.status = status
        self.reason = reason
        """One of a few words, by which refusals are counted."""
        self.text = text
        self.retry_after = retry_after
        self.because = because
