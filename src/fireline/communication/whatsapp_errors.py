"""
What Meta's error codes mean.

https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
"""

from fireline.communication.results import Cause

_CODES: dict[Cause, tuple[int, ...]] = {
    Cause.TRANSIENT: (
        1,  # unknown, perhaps of the request
        2,  # the API is down or overloaded
        131000,  # something went wrong
        131016,  # the service is overloaded
        131057,  # the account is in maintenance
        133004,  # the server is away for a moment
        135000,  # generic
    ),
    Cause.RATE_LIMIT: (
        4,  # calls of this app
        80007,  # calls of this account
        130429,  # messages a second
        131048,  # too many were reported as spam
        131056,  # too many to the same recipient
        131064,  # the account's limit, after templates were classed wrongly
        133016,  # registrations
    ),
    Cause.RECIPIENT: (
        130472,  # in an experiment of Meta's
        131021,  # recipient and sender are the same
        131026,  # cannot be delivered: no WhatsApp there, old version, blocked
        131030,  # not among the numbers of a test account
        131049,  # kept back "for a healthy ecosystem"
        131050,  # has stopped marketing messages
        131062,  # no such kind of recipient
        137000,  # another identity key
    ),
    Cause.WINDOW: (131047,),
    Cause.MESSAGE: (
        100,  # a parameter is not supported
        131008,  # a parameter is missing
        131009,  # a parameter's value
        131051,  # this kind of message
        131052,  # media could not be loaded
        131053,  # media could not be stored
        132000,  # the number of the template's parameters
        132001,  # no such template in this language
        132005,  # the text is too long once it is filled in
        132007,  # the template breaks a policy
        132008,  # the template's parameters
        132012,  # the format of the template's parameters
        132015,  # the template is paused
        132016,  # the template is disabled
        132068,  # the flow is blocked
    ),
    Cause.CONFIGURATION: (
        0,  # the app's user could not be authenticated
        3,  # a capability or permission is missing
        10,  # a permission was not granted, or taken back
        33,  # the sender's number was deleted
        190,  # the token has expired
        368,  # the account is blocked for breaking a policy
        130497,  # the account may not write to this country
        131005,  # access denied
        131031,  # the account is locked
        131037,  # the display name is not approved
        131042,  # payment
        131045,  # the number's certificate
        131063,  # marketing templates are disabled
        133010,  # the number is not registered
        *range(200, 300),  # permissions
    ),
}

_CAUSES = {code: cause for cause, codes in _CODES.items() for code in codes}


def cause_of(code: int, *, is_transient: bool = False) -> Cause:
    """What this code means; of an unknown one Meta says itself whether it will pass."""
    return _CAUSES.get(code, Cause.TRANSIENT if is_transient else Cause.CONFIGURATION)
