"""Every secret goes, wherever it stands, and no look-alike does."""

import json
from types import MappingProxyType

import pytest

from fireline.scrub import REDACTED, is_sensitive, scrubbed, scrubbed_text
from tests.scrub.cases import HARMLESS, HARMLESS_KEYS, SECRET_KEYS, SECRETS


def test_there_are_enough_cases():
    """The contract wants proof on a hundred secrets and a hundred look-alikes."""
    assert len(SECRETS) >= 100
    assert len(HARMLESS) >= 100
    assert len(SECRET_KEYS) >= 100
    assert len(HARMLESS_KEYS) >= 100


@pytest.mark.parametrize(("template", "secret"), SECRETS)
def test_secret_is_taken_out_of_a_text(template, secret):
    """The secret goes, its name and everything around it stay."""
    clean = scrubbed_text(template.format(secret))

    assert clean == template.format(REDACTED)


@pytest.mark.parametrize(("template", "secret"), SECRETS)
def test_secret_is_taken_out_of_any_value(template, secret):
    """A text inside a structure is cleaned as it is alone, between other texts and as bytes."""
    text, expected = template.format(secret), template.format(REDACTED)

    clean = scrubbed({"first": "x", "rows": [["a", {"text": text}], text], "raw": text.encode()})

    assert clean == {
        "first": "x",
        "rows": [["a", {"text": expected}], expected],
        "raw": expected.encode(),
    }


@pytest.mark.parametrize(("template", "secret"), SECRETS)
def test_secret_goes_from_json_inside_a_string(template, secret):
    """Also where the text is a string in JSON, and that JSON a string in JSON once more."""
    once = json.dumps({"note": template.format(secret)})
    twice = json.dumps({"body": once})

    assert secret not in scrubbed_text(once)
    assert secret not in scrubbed_text(twice)


@pytest.mark.parametrize("text", ['No "token=YWJjZGU=".', "/x?code=NOT_FOUND_1234"])
def test_text_is_clean_among_others_as_it_is_alone(text):
    """No pattern looks over the border of a text, whichever order they are searched in."""
    others = [f"{len(text)}-{number}-oauth" for number in range(9)]

    assert scrubbed([*others, text]) == [*others, scrubbed_text(text)]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BASIC", "basic", "Token", "tOKEn"])
@pytest.mark.parametrize("space", [" ", "  ", "\t", "\n", "\u00a0", "\x1f"])
def test_space_behind_a_scheme_may_be_any(scheme, space):
    """Also one that is not ASCII, where the words are looked for in bytes."""
    clean = scrubbed_text(f"é sent {scheme}{space}fake0123456789 to the API")

    assert clean == f"é sent {scheme}{space}{REDACTED} to the API"


@pytest.mark.parametrize(
    "text",
    [
        'Authorization: Digest realm="a b", nonce="c", nc=0>1, response="hunter2\0"x, opaque=""',
        'Authorization: Digest nonce="c", uri="/a", qop=auth,: nc=0W1, response="hunter2"',
    ],
)
def test_header_that_the_patterns_cannot_read_goes(text):
    """`re` raises SystemError over some headers: then the rest of the line is taken for the secret."""
    clean = scrubbed([text, "x"])

    assert "hunter2" not in clean[0]
    assert clean[0].startswith(f"Authorization: {REDACTED}")


@pytest.mark.parametrize(("template", "secret"), SECRETS)
def test_scrubbing_twice_changes_nothing_more(template, secret):
    """What is clean stays as it is."""
    clean = scrubbed_text(template.format(secret))

    assert scrubbed_text(clean) == clean


@pytest.mark.parametrize("text", HARMLESS)
def test_look_alike_stays(text):
    """What only looks like a secret is not touched, neither alone nor inside a structure."""
    assert scrubbed_text(text) == text
    assert scrubbed([{"text": text}, text.encode()]) == [{"text": text}, text.encode()]


@pytest.mark.parametrize("key", SECRET_KEYS)
def test_value_under_a_sensitive_key_goes(key):
    """Whatever stands under the name of a secret is replaced whole, in every kind of mapping."""
    assert is_sensitive(key)
    assert scrubbed({key: "x"}) == {key: REDACTED}
    assert scrubbed([MappingProxyType({key: ["x", 1]})]) == [{key: REDACTED}]


@pytest.mark.parametrize("key", HARMLESS_KEYS)
def test_value_under_a_harmless_key_stays(key):
    """Names that only resemble those of secrets keep their values."""
    assert not is_sensitive(key)
    assert scrubbed({key: "x"}) == {key: "x"}
