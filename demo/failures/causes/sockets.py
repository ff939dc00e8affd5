"""A WebSocket fails: the ways of the live feed."""

from feed.tries import TRIES

from failures.failure import FAILURES, Failure, Group

FAILURES += [
    Failure(
        cause=None,
        name=way.name,
        title=way.title,
        group=Group.SOCKET,
        status=way.status,
        code=way.code,
        client=way.client,
        operator=way.operator,
        path=f"/live/#{way.name}",
        socket=way.path,
        says=way.says,
    )
    for way in TRIES
]
