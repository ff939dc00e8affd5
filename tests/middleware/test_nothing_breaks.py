"""Adding Fireline to a project changes no answer: only the ids in the headers are new."""

import json

import pytest

from tests import loaded

OURS = {"X-Correlation-ID", "X-Error-ID", "Access-Control-Expose-Headers"}


def answers(variant, handler, place):
    """What the service answers, in a process of its own."""
    done = loaded.python(
        "-m", "tests.middleware.compared", variant, handler, env={"TMPDIR": str(place)}
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param("", id="no-handler-set"),
        pytest.param("rest_framework.views.exception_handler", id="the-default-set"),
        pytest.param("tests.middleware.compared.own_handler", id="own-handler"),
    ],
)
def test_every_answer_is_byte_for_byte_the_same(handler, tmp_path):
    """Status, body, headers, cookies and rows in the database, for some two hundred requests."""
    bare = answers("bare", handler, tmp_path)
    with_fireline = answers("fireline", handler, tmp_path)

    assert len(bare) > 150
    for one, other in zip(bare, with_fireline, strict=True):
        ours = {name: other["headers"].pop(name) for name in OURS & other["headers"].keys()}
        assert other == one
        if one["headers"]:
            assert ours.keys() >= {"X-Correlation-ID"}
            assert ("X-Error-ID" in ours) == (one["status"] >= 400)
