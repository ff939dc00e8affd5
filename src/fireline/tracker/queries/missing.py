"""Somebody has an id that no event bears."""

from fireline import conf


def why_none(text: str) -> str:
    """What may have become of the failure with this id, in two sentences."""
    limit = conf.current().TRACK_PER_MINUTE
    return (
        f"No stored event has the id {text[:64]}; the log may have lines with it. Mistakes of clients (4xx) are "
        f"logged and counted only, unless FIRELINE['TRACK'] names them; after {limit:g} events of one failure in "
        "a minute a process only counts; what waits in the spool comes in a moment, and what is older than "
        f"{conf.current().TRACKER_DAYS:g} days has gone."
    )
