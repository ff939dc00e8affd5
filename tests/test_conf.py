import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from fireline import conf
from fireline.apps import _refuse_unknown_shapes, _refuse_wrong_networks


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        pytest.param(
            {"IGNOR": ()}, r"FIRELINE has no setting IGNOR. It has API_PATHS, BRAND_CONTACT, ", id="unknown"
        ),
        pytest.param(
            {"IGNORE": "ValueError"}, "FIRELINE['IGNORE'] is 'ValueError'. Give it a tuple or list of strings.", id="tuple"
        ),
        pytest.param({"IGNORE": [1]}, "FIRELINE['IGNORE'] is [1]. Give it a tuple or list of strings.", id="items"),
        pytest.param(
            {"SLOW_REQUEST_SECONDS": "5"}, "FIRELINE['SLOW_REQUEST_SECONDS'] is '5'. Give it a number.", id="number"
        ),
        pytest.param(
            {"SLOW_REQUEST_SECONDS": True}, "FIRELINE['SLOW_REQUEST_SECONDS'] is True. Give it a number.", id="bool"
        ),
        pytest.param({"HTML_PAGES": 1}, "FIRELINE['HTML_PAGES'] is 1. Give it True or False.", id="flag"),
        pytest.param(
            {"RESPONSE_FORMAT": 7}, "FIRELINE['RESPONSE_FORMAT'] is 7. Give it a string or None.", id="union"
        ),
        pytest.param(
            {"CODE_NAMES": {"A": 1}}, "FIRELINE['CODE_NAMES'] is {'A': 1}. Give it a dict of strings.", id="dict"
        ),
        pytest.param([], "FIRELINE is []. Give it a dict, such as {'RESPONSE_FORMAT': 'problem'}.", id="no-dict"),
    ],
)  # fmt: skip
def test_wrong_settings_are_refused_with_the_way_out(given, complaint):
    """The message says what is wrong, with the value, then what to do."""
    with pytest.raises(ImproperlyConfigured, match=re.escape(complaint)):
        conf.read(given)


def test_lists_are_taken_for_tuples():
    """Settings are often written as lists."""
    assert conf.read({"IGNORE": ["ValueError"]}).IGNORE == ("ValueError",)


def test_dicts_cannot_be_changed():
    """Nobody changes a setting at run time by accident."""
    with pytest.raises(TypeError):
        conf.read({"CODE_NAMES": {"A": "B"}}).CODE_NAMES["A"] = "C"


def test_override_settings_is_seen_at_once():
    """Tests of a service change settings as they do everywhere else."""
    with override_settings(FIRELINE={"SERVICE": "other"}):
        inside = conf.current().service

    assert (inside, conf.current().service) == ("other", "crm")


@override_settings(FIRELINE={})
def test_service_is_named_after_the_project():
    """Where nothing is set, `tests.settings` is the service `tests`."""
    assert conf.current().service == "tests"


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        pytest.param(
            {"RESPONSE_FORMAT": "fla"},
            "FIRELINE['RESPONSE_FORMAT'] is 'fla'. There is no error shape 'fla'. Take one of problem, ",
            id="everywhere",
        ),
        pytest.param(
            {
                "RESPONSE_FORMAT": "flag",
                "RESPONSE_FORMAT_BY_PATH": {"/old/": None, "/v2/": "problm"},
            },
            "FIRELINE['RESPONSE_FORMAT_BY_PATH']['/v2/'] is 'problm'. There is no error shape 'problm'",
            id="by-path",
        ),
    ],
)
def test_unknown_shape_stops_the_start(given, complaint):
    """A service with a shape that does not exist does not start, and is told where it is named."""
    with pytest.raises(ImproperlyConfigured, match=re.escape(complaint)):
        _refuse_unknown_shapes(conf.read(given))


@pytest.mark.parametrize("name", ["TRUSTED_PROXIES", "MONITORING_NETWORKS"])
def test_network_that_is_none_stops_the_start(name):
    """Else every request would fail of it; a server runs no system checks."""
    with pytest.raises(ImproperlyConfigured) as refused:
        _refuse_wrong_networks(conf.read({name: ["unix", "10.0.0.0/8", "10.0.0.0/33"]}))

    assert str(refused.value) == (
        f"FIRELINE['{name}'] names '10.0.0.0/33': '10.0.0.0/33' does not appear to be an IPv4 or "
        "IPv6 network. Give addresses or networks, such as '10.0.0.0/8', or 'unix' for a socket."
    )
