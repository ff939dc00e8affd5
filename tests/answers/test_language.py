"""In which language a client is answered, also before anybody has chosen one."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import translation

EARLY = f"{__name__}.refusing"
LOCALE = "django.middleware.locale.LocaleMiddleware"
ENGLISH, GERMAN = "Permission denied", "Zugriff verweigert"


def refusing(get_response):
    """A middleware of a project that lets nobody in who names no reason."""

    def middleware(request):
        if "reason" not in request.GET:
            raise PermissionDenied
        return get_response(request)

    return middleware


def speaking(get_response):
    """A middleware of a project that chooses the language in a way of its own."""

    def middleware(request):
        with translation.override("de"):
            return get_response(request)

    return middleware


@pytest.fixture
def message_for(settings):
    """The message of a refusal, for a client that speaks this language."""
    settings.FIRELINE = {"SERVICE": "crm", "RESPONSE_FORMAT": "flag"}
    first, *_, last = settings.MIDDLEWARE

    def message_for(language, *middleware):
        settings.MIDDLEWARE = [first, *middleware, last]
        headers = {"accept-language": language, "accept": "application/json"}
        return Client().get("/works/", headers=headers).json()["message"]

    yield message_for
    translation.deactivate()


def test_refusal_before_the_choice_speaks_the_client_s_language(message_for):
    """Not that of the client before, which the thread still speaks."""
    translation.activate("de")

    assert message_for("en", EARLY, LOCALE) == ENGLISH
    assert message_for("de", EARLY, LOCALE) == GERMAN
    assert message_for("en", EARLY, LOCALE) == ENGLISH


def test_refusal_behind_the_choice_speaks_the_chosen_one(message_for):
    """As every answer of the service."""
    assert message_for("de", LOCALE, EARLY) == GERMAN
    assert message_for("en", LOCALE, EARLY) == ENGLISH


def test_project_that_chooses_otherwise_is_answered_as_it_chooses(message_for):
    """A service of one language, or with a choice of its own, does not suddenly speak another."""
    assert message_for("de", EARLY) == ENGLISH
    assert message_for("en", f"{__name__}.speaking", EARLY) == GERMAN
