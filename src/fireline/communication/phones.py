"""Phone numbers, as Google's libphonenumber knows them (https://pypi.org/project/phonenumbers/)."""

import phonenumbers

from fireline import conf
from fireline.communication.results import Cause, Undelivered

_LONGEST = 40


def international(number: str) -> str:
    """
    The number with its country, `+493023125017` (E.164), however it was written.

    Raises Undelivered for what is no number of any country's plan. Without + it is one of
    PHONE_REGION's.
    """
    region = conf.current().PHONE_REGION.upper() or None
    try:
        if len(number) > _LONGEST:
            raise phonenumbers.NumberParseException(
                phonenumbers.NumberParseException.TOO_LONG, "too long"
            )
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException as error:
        raise Undelivered(
            Cause.RECIPIENT,
            f"{masked(number)} is no phone number ({error._msg}). Give it with its country, such as +49 30 23125 017.",
            code="invalid_number",
        ) from error
    if not phonenumbers.is_valid_number(parsed):
        raise Undelivered(
            Cause.RECIPIENT,
            f"{masked(number)} is in no country's numbering plan.",
            code="invalid_number",
        )
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def masked(number: str) -> str:
    """The country's beginning and the last two digits: enough to recognise, too little to call."""
    digits = "".join(char for char in number if char.isdecimal())
    return f"+{digits[:2]}…{digits[-2:]}" if len(digits) > 6 else "…"
