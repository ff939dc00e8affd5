"""What the error pages say to people."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fireline.errors.reports import Category, ErrorReport

Text = str | Promise

LANGUAGE = pgettext_lazy("language of these texts", "en")
"""The language that the texts are in: each translation names itself, where there is none it is English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A page's words: what happened, in short and in a sentence, and what to do next."""

    title: Text
    message: Text
    hint: Text


def words_for(report: ErrorReport) -> Words:
    """The words for this report; a message that the service wrote for its clients comes first."""
    words = _OF_CODE.get(report.code) or _OF_STATUS.get(report.status) or _OTHERWISE
    if report.category is Category.BUSINESS:
        return Words(title=words.title, message=report.message, hint=words.hint)
    return words


_OF_CODE = {
    "VALIDATION_ERROR": Words(
        title=_("Please check your entries"),
        message=_("Not everything is as it should be yet."),
        hint=_("Go back, correct the entries and send them again."),
    ),
    "CSRF_FAILED": Words(
        title=_("This form has expired"),
        message=_("For your safety we could not accept the form as it was sent."),
        hint=_("Go back, reload the page and send the form again. Cookies must be allowed."),
    ),
}
_OF_STATUS = {
    400: Words(
        title=_("We did not understand that"),
        message=_("Something in the request was not as it should be."),
        hint=_("Check the address or what you entered, then try again."),
    ),
    401: Words(
        title=_("Please sign in"),
        message=_("This page is only for people who are signed in."),
        hint=_("Sign in and open the page again."),
    ),
    403: Words(
        title=_("You cannot open this"),
        message=_("Your account does not have the permission that this page needs."),
        hint=_("Ask the person who manages your account, or sign in with another one."),
    ),
    404: Words(
        title=_("This page does not exist"),
        message=_("The address may be mistyped, or the page has moved."),
        hint=_("Check the address, or start again from the home page."),
    ),
    405: Words(
        title=_("That does not work here"),
        message=_("This address does not take that kind of request."),
        hint=_("Go back and follow the link or the button again."),
    ),
    406: Words(
        title=_("Not in that format"),
        message=_("This address has no answer in any of the formats that were asked for."),
        hint=_("Open it in a browser, or ask for another format."),
    ),
    409: Words(
        title=_("This conflicts with what is there"),
        message=_("Something is saved already that rules out what you sent."),
        hint=_("Look at what is there now, change your entries and send them again."),
    ),
    413: Words(
        title=_("That was too large"),
        message=_("What you sent is larger than we can accept."),
        hint=_("Choose a smaller file, or split it, then try again."),
    ),
    415: Words(
        title=_("We cannot read this"),
        message=_("What you sent is of a type that is not accepted here."),
        hint=_("Choose a file of another type, then try again."),
    ),
    429: Words(
        title=_("A little too fast"),
        message=_("We have received very many requests from you in a short time."),
        hint=_("Wait a moment, then try again."),
    ),
    500: Words(
        title=_("Something went wrong on our side"),
        message=_("You did nothing wrong: a fault of ours kept this page from you."),
        hint=_("Try again in a few minutes. If it stays, quote the error id to us."),
    ),
    503: Words(
        title=_("We will be back in a moment"),
        message=_("A part of this service is not available right now."),
        hint=_("Please try again in a few minutes."),
    ),
}
_OTHERWISE = Words(
    title=_("This could not be done"),
    message=_("The request could not be completed as it was sent."),
    hint=_("Go back and try again."),
)
