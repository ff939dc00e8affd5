"""What a mail server's refusal means, and what a failure that is none of its."""

import smtplib
import ssl

from fireline.communication.results import Cause, Undelivered

_BUSY = frozenset({421, 450, 451, 452, 454})
"""https://www.rfc-editor.org/rfc/rfc5321#section-4.2: these will pass."""


def undelivered(error: Exception, *, is_connected: bool) -> Undelivered:
    """
    What this error of a mail backend says.

    A connection that is lost while the mail is handed over leaves open whether it was taken; one
    that never stood does not.
    """
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _refused(Cause.RECIPIENT, code, said)
    if isinstance(error, smtplib.SMTPSenderRefused):
        cause = Cause.MESSAGE if error.smtp_code == 552 else Cause.CONFIGURATION  # 552: too large
        return _refused(cause, error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _refused(Cause.CONFIGURATION, error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPResponseException):
        cause = Cause.MESSAGE if is_connected else Cause.TRANSIENT
        return _refused(cause, error.smtp_code, error.smtp_error)
    if isinstance(error, (smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError)):
        return Undelivered(Cause.CONFIGURATION, detail, code=type(error).__name__)
    if isinstance(error, OSError):  # SMTPException is one
        return Undelivered(
            Cause.TRANSIENT, detail, code=type(error).__name__, is_unknown=is_connected
        )
    return Undelivered(
        Cause.APPLICATION, detail, code=type(error).__name__, is_unknown=is_connected
    )


def _refused(cause: Cause, code: int, said: bytes | str) -> Undelivered:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return Undelivered(Cause.TRANSIENT if code in _BUSY else cause, f"{code} {text}", code=code)
