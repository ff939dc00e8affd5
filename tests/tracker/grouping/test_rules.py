"""Groupings of a project's own."""

import ast
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from fireline.tracker.grouping import fingerprint_of
from fireline.tracker.grouping.rules import RuleError, read, require
from tests.tracker.grouping.events import Event, bug, event, frame, raised, said

EVENT = event(
    raised("shop.pay:send", type="ConnectionError", value="refused by 10.0.0.7"),
    raised("shop.views:show", frame("shop.cart:Cart.pay"), type="PaymentError", value="not paid"),
    level="error",
    logger="shop.pay",
    transaction="/cart/pay/",
    environment="production",
    tags={"tenant": "acme", "error_id": "e1"},
)

FITTING = [
    "type:PaymentError -> x",
    "type:connectionerror -> x",
    "type:*Error -> x",
    "message:*10.0.0.? -> x",
    'message:"refused by*" -> x',
    "module:shop.* -> x",
    "function:pay -> x",
    "function:Cart.pay -> x",
    "path:*/shop/cart.py -> x",
    "path:*\\shop\\cart.py -> x",
    "level:error logger:shop.* platform:python transaction:/cart/* environment:production -> x",
    "tags.tenant:acme -> x",
    "!type:KeyError -> x",
    "type:ConnectionError message:refused* -> x",
    "module:shop.cart function:*pay -> x",
    "error.type:ConnectionError stack.function:send -> x",
    "!tags.tenant:other !module:django.* -> x",
    "type:[CP]*Error -> x",
]
NOT_FITTING = [
    "type:KeyError -> x",
    "!type:PaymentError -> x",
    "type:PaymentError message:refused* -> x",
    "module:shop.cart function:send -> x",
    "module:shop.* !module:shop.cart -> x",
    "tags.tenant:other -> x",
    "tags.none:* -> x",
    "release:* -> x",
    "type:Payment -> x",
]


@pytest.mark.parametrize("rule", FITTING)
def test_fits(rule: str) -> None:
    """The rule's fingerprint takes the place of the event's own."""
    assert fingerprint_of(EVENT, (rule,)).parts == ("fingerprint: x",)


@pytest.mark.parametrize("rule", NOT_FITTING)
def test_does_not_fit(rule: str) -> None:
    """The event keeps its own."""
    assert fingerprint_of(EVENT, (rule,)) == fingerprint_of(EVENT)


def test_first_that_fits_is_taken() -> None:
    """Rules are asked in their order."""
    rules = ("type:KeyError -> a", "type:PaymentError -> b", "type:* -> c")

    assert fingerprint_of(EVENT, rules).parts == ("fingerprint: b",)


def test_rule_goes_before_the_client() -> None:
    """Who runs the tracker has the last word."""
    named = {**EVENT, "fingerprint": ["theirs"]}

    assert fingerprint_of(named, ("type:* -> ours",)).parts == ("fingerprint: ours",)


def test_variables_are_filled_in() -> None:
    """Parts may name what the event has."""
    rule = "type:* -> backend-{{ type }}, {{tags.tenant}}, {{ function }} at {{ transaction }}"

    assert fingerprint_of(EVENT, (rule,)).parts == (
        "fingerprint: backend-PaymentError",
        "fingerprint: acme",
        "fingerprint: Cart.pay at /cart/pay/".replace("Cart.", ""),
    )


@pytest.mark.parametrize(
    ("part", "filled"),
    [
        ("{{ type }}", "PaymentError"), ("{{error.type}}", "PaymentError"), ("{{ message }}", "not paid"), ("{{ module }}", "shop.cart"),
        ("{{ stack.function }}", "pay"), ("{{ logger }}", "shop.pay"), ("{{ level }}", "error"), ("{{ release }}", ""),
        ("{{ tags.error_id }}-{{ tags.none }}", "e1-"),
    ],
)  # fmt: skip
def test_variables(part: str, filled: str) -> None:
    """Each has the event's value, or none."""
    assert fingerprint_of({**EVENT, "fingerprint": [part]}).parts == (f"fingerprint: {filled}",)


def test_default_makes_finer() -> None:
    """`{{ default }}` and a tag: as ever, but for each tenant."""
    rule = ("type:* -> {{ default }}, {{ tags.tenant }}",)
    other = {**EVENT, "tags": {"tenant": "other"}}

    assert fingerprint_of(EVENT, rule) != fingerprint_of(other, rule)
    assert fingerprint_of(EVENT, rule).parts[:-1] == fingerprint_of(EVENT).parts


def test_messages_without_exceptions() -> None:
    """A message is matched as it was said, and as the template that it was made of."""
    given = {
        **said(""),
        "logentry": {"message": "order %s is late", "formatted": "order 7 is late"},
    }

    for rule in ('message:"order 7*" -> late', 'message:"order %s*" -> late'):
        assert fingerprint_of(given, (rule,)).parts == ("fingerprint: late",)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("type:KeyError", "no arrow"),
        ("type:KeyError ->", "nothing behind its arrow"),
        ("-> x", "nothing before its arrow"),
        ("typ:KeyError -> x", "nothing is called 'typ'. There are type, message, module"),
        ("KeyError -> x", "'KeyError' is no condition; one is name:pattern"),
        ('message:"open -> x', "no arrow"),
        ("type:KeyError -> {{ typ }}", "no variable {{ typ }}"),
        ("tags.:a -> x", "nothing is called 'tags.'"),
        ("", "no arrow"),
    ],
)
def test_what_cannot_be_meant_says_the_way_out(rule: str, says: str) -> None:
    """A broken rule names itself, what is wrong and how one is written."""
    with pytest.raises(RuleError) as caught:
        read(rule)

    assert says in str(caught.value)
    assert repr(rule) in str(caught.value)


def test_broken_rule_stops_the_start() -> None:
    """A service with a rule that cannot be meant does not start; the message names setting and way out."""
    with pytest.raises(
        ImproperlyConfigured, match=r"TRACKER_FINGERPRINT_RULES'\]: 'a' has no arrow.* Write it"
    ):
        require(["type:A -> b", "a"])


def test_broken_rule_is_found_by_a_check() -> None:
    """So does `manage.py check`, where settings have changed since."""
    with override_settings(
        FIRELINE={"SERVICE": "crm", "TRACKER_FINGERPRINT_RULES": ["typ:A -> b"]}
    ):
        [found] = [one for one in run_checks(tags=["fireline"]) if one.id == "fireline.E036"]

    assert "nothing is called 'typ'. There are type" in found.msg


def test_arrow_in_a_quoted_pattern() -> None:
    """An arrow between quotes is part of the pattern."""
    rule = read('message:"a -> b" -> x')

    assert rule.fingerprint == ("x",)
    assert fingerprint_of(said("a -> b"), (rule.text,)).parts == ("fingerprint: x",)


def test_broken_rule_takes_nothing() -> None:
    """Where settings have changed to a broken rule, events are grouped as if it were not there."""
    assert fingerprint_of(EVENT, ("broken",)) == fingerprint_of(EVENT)


CLIENT = bug("shop.views:show")


@pytest.mark.parametrize(
    "given",
    [
        ["{{ default }}"], ["{{default}}"], ["{{  default }}"], ["{{ DEFAULT }}"], [], None, "", [None], [[]], "{{ default }}",
    ],
)  # fmt: skip
def test_client_that_names_the_default(given: object) -> None:
    """With blanks and without, and where nothing is named."""
    assert fingerprint_of({**CLIENT, "fingerprint": given}) == fingerprint_of(CLIENT)


@pytest.mark.parametrize(
    "given",
    [
        ["a"],
        ["a", "{{ default }}"],
        ["{{default}}", "a"],
        ["{{ type }}"],
        [7],
        "a",
        ["x{{ default }}"],
    ],
)
def test_client_that_names_another(given: object) -> None:
    """It is taken, alone or beside the event's own."""
    assert fingerprint_of({**CLIENT, "fingerprint": given}) != fingerprint_of(CLIENT)


def test_client_without_blanks_is_the_same() -> None:
    """`{{default}}` beside another part is what `{{ default }}` is."""
    one: Event = {**CLIENT, "fingerprint": ["{{ default }}", "tenant-1"]}
    other: Event = {**CLIENT, "fingerprint": ["{{default}}", "tenant-1"]}

    assert fingerprint_of(one) == fingerprint_of(other)


def test_named_joins_what_is_different() -> None:
    """Two bugs that a client names alike are one issue."""
    one = {**bug("shop.a:b"), "fingerprint": ["database"]}
    other = {**said("c"), "fingerprint": ["database"]}

    assert fingerprint_of(one) == fingerprint_of(other)


def test_unknown_variable_of_a_client_stays() -> None:
    """It is text like any other."""
    parts = fingerprint_of({**CLIENT, "fingerprint": ["{{ colour }}"]}).parts

    assert parts == ("fingerprint: {{ colour }}",)


def test_rules_of_the_docs_can_be_meant() -> None:
    """What docs/tracker.md shows is read."""
    text = (Path(__file__).parents[3] / "docs" / "tracker.md").read_text()
    block = text.partition('"TRACKER_FINGERPRINT_RULES": (')[2].partition("),\n}")[0]
    rules = ast.literal_eval(f"({block})")

    assert len(rules) == 3
    require(rules)
