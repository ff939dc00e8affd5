import re
import uuid

import pytest

from fireline.scope.ids import correlation_id_of, new_correlation_id, new_error_id

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"HTTP_X_CORRELATION_ID": "abc-1"}, "abc-1", id="correlation"),
        pytest.param({"HTTP_X_REQUEST_ID": "req_2.x"}, "req_2.x", id="request"),
        pytest.param({"HTTP_TRACEPARENT": f"00-{TRACE}-00f067aa0ba902b7-01"}, TRACE, id="trace"),
        pytest.param({"HTTP_TRACEPARENT": f"01-{TRACE}-00f067aa0ba902b7-01-more"}, TRACE, id="later-version"),
        pytest.param({"HTTP_X_CORRELATION_ID": "a", "HTTP_X_REQUEST_ID": "b"}, "a", id="first-wins"),
        pytest.param({"HTTP_X_CORRELATION_ID": "\n", "HTTP_X_REQUEST_ID": "b"}, "b", id="forged-is-passed-over"),
        pytest.param({"HTTP_X_CORRELATION_ID": "x" * 64}, "x" * 64, id="longest"),
    ],
)  # fmt: skip
def test_id_that_a_request_brings_is_taken(headers, expected):
    """The headers are read in their order, and only good ones count."""
    assert correlation_id_of(headers) == expected


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param("x" * 65, id="too-long"),
        pytest.param("a b", id="blank"),
        pytest.param("a\nERROR forged", id="line-break"),
        pytest.param("a\n", id="trailing-line-break"),
        pytest.param("\x1b[31m", id="escape"),
        pytest.param("é", id="not-ascii"),
        pytest.param("a;b", id="semicolon"),
        pytest.param("", id="empty"),
        pytest.param("<script>", id="markup"),
    ],
)
@pytest.mark.parametrize(
    "header", ["HTTP_X_CORRELATION_ID", "HTTP_X_REQUEST_ID", "HTTP_TRACEPARENT"]
)
def test_forged_id_is_replaced(header, forged):
    """Whatever does not match is not taken, and not repeated either."""
    made = correlation_id_of({header: forged})

    assert made != forged
    assert uuid.UUID(made).version == 4


@pytest.mark.parametrize(
    "traceparent",
    [
        pytest.param(f"ff-{TRACE}-00f067aa0ba902b7-01", id="forbidden-version"),
        pytest.param(f"00-{'0' * 32}-00f067aa0ba902b7-01", id="no-trace"),
        pytest.param(f"00-{TRACE}-{'0' * 16}-01", id="no-span"),
        pytest.param(f"00-{TRACE.upper()}-00f067aa0ba902b7-01", id="upper-case"),
    ],
)
def test_invalid_traceparent_is_passed_over(traceparent):
    """The W3C's rules for an invalid header hold."""
    assert correlation_id_of({"HTTP_TRACEPARENT": traceparent}) != TRACE


def test_new_ids_are_uuids_and_differ():
    """A UUID of version 4 as RFC 9562 writes it."""
    made = {new_correlation_id() for _ in range(1000)}

    assert len(made) == 1000
    assert {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in made} == {
        (4, uuid.RFC_4122)
    }
    assert all(str(uuid.UUID(one)) == one for one in made)


def test_error_ids_have_the_form_of_the_contract():
    """The day in UTC and twelve base-32 characters."""
    made = {new_error_id() for _ in range(1000)}

    assert len(made) == 1000
    assert all(re.fullmatch(r"error_\d{8}_[a-z2-7]{12}", one) for one in made)
