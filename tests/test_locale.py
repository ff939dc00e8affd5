import gettext
import re
from pathlib import Path

import pytest

import fireline

LOCALE = Path(fireline.__file__).parent / "locale"
LANGUAGES = sorted(path.name for path in LOCALE.iterdir() if path.is_dir())


def texts():
    """Every text of the package that is marked for translation."""
    package = LOCALE.parent
    sources = [path.read_text() for path in package.rglob("*.py")]
    pages = [path.read_text() for path in package.rglob("*.html")]
    return {
        *re.findall(r'\b_\(\s*"([^"]+)"\s*\)', "\n".join(sources)),
        *re.findall(r'{% translate "([^"]+)" %}', "\n".join(pages)),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language):
    """What a language brings is complete, also in its compiled form."""
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        catalog = gettext.GNUTranslations(file)

    missing = {text for text in texts() if catalog.gettext(text) == text}

    assert len(texts()) > 50
    assert missing == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_form_is_the_written_one(language):
    """Whoever changes a translation compiles it: `msgfmt -o django.mo django.po`."""
    folder = LOCALE / language / "LC_MESSAGES"
    written = dict(
        re.findall(
            r'^\nmsgid "(.+)"\nmsgstr "(.+)"$', (folder / "django.po").read_text(), re.MULTILINE
        )
    )
    with (folder / "django.mo").open("rb") as file:
        catalog = gettext.GNUTranslations(file)

    assert written.keys() == texts()
    assert {text: catalog.gettext(text) for text in written} == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_translation_names_its_language(language):
    """So that a page can say which language it is in, also where a translation is missing."""
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        catalog = gettext.GNUTranslations(file)

    assert catalog.pgettext("language of these texts", "en") == language
