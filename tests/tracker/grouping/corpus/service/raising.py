"""
Raises every bug of `shop` in each way, and prints the events that the real sentry-sdk makes of them.

One line of JSON, `{"bug/way": event}`; it runs in all interpreters that Fireline supports.
"""

import json
import sys

import sentry_sdk
from sentry_sdk.transport import Transport
from shop import orders

WAYS = {
    "comprehension": [[(1, 0)], [(0,)]],
    "nested_comprehension": [[{"a": "x"}], [{"a": "1", "b": "12y"}]],
    "generator": [[(1, 0)], [(0,)]],
    "dictionary": [["a"], ["bc"]],
    "by_lambda": [[[{}]], [[{"price": 1}, {}]]],
    "direct_recursion": [[0], [1], [3], [30]],
    "ping": [[2], [3], [8], [31]],
    "walk": [[[{"a": [{}]}]], [[[[{}]]]], [{"a": {"b": [{}]}, "c": {}}]],
    "endless": [[0], [1]],
    "first_of_two_bugs": [[1]],
    "second_of_two_bugs": [[1]],
    "two_in_one_function": [[11]],
    "mail_in_message": [["anna@shop.example"], ["bert+1@mail.example"]],
    "key_in_message": [["anna"], ["4f1c0f4e-0000-4000-8000-6a6f686e2121"]],
    "raised_from": [[7], [8]],
    "raised_from_another": [[7], [8]],
    "attempts": [[1], [2], [5]],
    "tasks": [[[1, 2]], [[2, 1]], [[2, 1, 3, 4, 5]]],
    "other_members": [[0]],
    "only_one_kind": [[[1, 2]], [[3, 4, 5, 6]]],
    "twice_decorated": [[1]],
    "in_thread": [["worker-7"], ["worker-12345"]],
    "import_of_broken": [["a"], ["b"]],
    "in_library": [["{"], ["[1, 2"]],
    "default_of_library": [[{1}], [object()]],
}


def call(name, arguments):
    """One bug, in one way; a frame of its own, which is the same for all."""
    return getattr(orders, name)(*arguments)


def main():
    events = []

    class Recorder(Transport):
        def capture_envelope(self, envelope):
            events.append(envelope.get_event())

    sentry_sdk.init(
        transport=Recorder(),
        include_local_variables=False,
        default_integrations=False,
        project_root=sys.path[0],
        shutdown_timeout=0,
    )
    sys.setrecursionlimit(300)  # endless ends sooner
    named = {}
    for name, ways in WAYS.items():
        for number, arguments in enumerate(ways):
            events.clear()
            sys.modules.pop("shop.broken", None)
            try:
                call(name, arguments)
            except Exception:
                sentry_sdk.capture_exception()
            named[f"{name}/{number}"] = events[0]
    print(json.dumps(named, default=str))


if __name__ == "__main__":
    main()
