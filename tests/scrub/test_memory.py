"""What is remembered as harmless, keys and texts: which, how many, and until when."""

import pytest
from django.test import override_settings

from fireline.scrub import REDACTED, scrubbed, scrubbed_text, scrubbed_texts
from fireline.scrub.keys import harmless
from fireline.scrub.texts import harmless as harmless_texts


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Each test begins with keys and texts that nobody has met."""
    harmless.clear()
    harmless_texts.clear()
    yield
    harmless.clear()
    harmless_texts.clear()


def test_harmless_keys_are_remembered():
    """The next event has the same ones, and they are not looked at again."""
    scrubbed({"page": 1, "rows": [{"order_number": 2}]})

    assert harmless == {"page", "rows", "order_number"}


@pytest.mark.parametrize("key", ["password", "4111111111111111", "x" * 65, "value"])
def test_other_keys_are_not(key):
    """Neither those of secrets, nor secrets, nor long ones, nor that beside which a name may stand."""
    scrubbed({key: 1})

    assert not harmless


def test_keys_that_name_fields_are_not():
    """Where keys are not looked at, nothing is learnt about them."""
    scrubbed_texts({"password": ["This field is required."], "page": ["no"]})

    assert not harmless


def test_what_is_remembered_changes_nothing():
    """The same value is cleaned the same way, however often keys of its were met before."""
    value = {"page": 1, "password": "x", "4111111111111111": 2, "name": "Cookie", "value": "y"}
    expected = {"page": 1, "password": REDACTED, REDACTED: 2, "name": "Cookie", "value": REDACTED}

    assert [scrubbed(value) for _ in range(3)] == [expected] * 3


def test_memory_has_an_end():
    """A client that names ten thousand keys, at once or one by one, leaves no trace of them."""
    scrubbed({f"all-{number}": 1 for number in range(10_000)})
    for number in range(10_000):
        scrubbed({f"one-{number}": 1})

    assert len(harmless) <= 2048


def test_memory_ends_with_the_settings():
    """A key that was harmless until now is none when the project says so."""
    assert scrubbed({"passport": "x"}) == {"passport": "x"}

    with override_settings(FIRELINE={"SENSITIVE_KEYS": ("passport",)}):
        assert scrubbed({"passport": "x"}) == {"passport": REDACTED}
        assert scrubbed({"page": 1}) == {"page": 1}

    assert scrubbed({"passport": "x"}) == {"passport": "x"}


def test_texts_are_remembered_by_their_hash():
    """No text is kept, whatever stands in it."""
    scrubbed(["views.py", "views.py", {"page": "return None"}])

    assert harmless_texts == {hash("views.py"), hash("return None")}


@pytest.mark.parametrize("texts", [["token=x"], ["a", "token=x", "b\0", "token=x\0"]])
def test_text_with_a_secret_is_not_remembered(texts):
    """It is cleaned again each time, also among others."""
    clean = [text.replace("=x", f"={REDACTED}") for text in texts]

    assert [scrubbed(texts) for _ in range(3)] == [clean] * 3
    assert harmless_texts.isdisjoint(hash(text) for text in texts if "token" in text)


def test_memory_of_texts_has_an_end():
    """Ten thousand texts, at once or one by one, leave a bounded number of hashes."""
    scrubbed([f"all {number}" for number in range(10_000)])
    for number in range(10_000):
        scrubbed([f"one {number}"])

    assert len(harmless_texts) <= 8192


def test_memory_of_texts_ends_with_the_settings():
    """A text that was harmless until now is none when the project names a secret of its own."""
    assert scrubbed(["passport=X1"]) == ["passport=X1"]

    with override_settings(FIRELINE={"SENSITIVE_KEYS": ("passport",)}):
        assert scrubbed(["passport=X1"]) == [f"passport={REDACTED}"]

    assert scrubbed(["passport=X1"]) == ["passport=X1"]


class OneHash(str):
    """A text of a class that takes all its texts for one in sets and dicts."""

    __slots__ = ()

    def __hash__(self):
        return 1


def test_class_of_texts_may_hash_as_it_likes():
    """Its hash is not asked for: a secret does not hide behind a harmless text."""
    assert scrubbed([OneHash("page=1")]) == ["page=1"]
    assert scrubbed([OneHash("page=2"), OneHash("token=x")]) == ["page=2", f"token={REDACTED}"]


@pytest.mark.parametrize(
    "text", ["<pin>1</pin>", "Bearer\tfake0123456789", "-----BEGIN PRIVATE KEY-----", "api key=\\", "pw=x",
     "PASSWORD 'x", " --pw x", "curl -ua:b"]
)  # fmt: skip
def test_text_is_the_same_alone_among_others_and_again(text):
    """The others are known by the next time: what was found among them is found without them too."""
    among = ["Content-Type: text/html, and more than enough to be searched for everything", text]

    first, again = scrubbed(among)[1], scrubbed(among)[1]

    assert REDACTED in first
    assert first == again == scrubbed_text(text)
