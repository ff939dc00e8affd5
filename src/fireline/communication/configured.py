"""Whether the channels of MESSAGE_CHANNELS can work, as far as can be told without network."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage
from django.core.checks import Warning as Advice

from fireline import conf
from fireline.communication.manager import CommunicationManager


def missing_by_channel() -> dict[str, str]:
    """What each channel of MESSAGE_CHANNELS lacks, in words; empty where nothing."""
    channels = CommunicationManager().channels
    known = ", ".join(channels)
    return {
        name: channels[name].missing()
        if name in channels
        else f"There is no channel {name!r}. There are {known}."
        for name in conf.current().MESSAGE_CHANNELS
    }


def check(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """A warning for each channel that lacks something."""
    return [
        Advice(
            f"Messages cannot be sent on the channel '{name}': {missing}",
            hint="Set what is missing in FIRELINE or Django's mail settings, or take the channel out of MESSAGE_CHANNELS.",
            id="fireline.W020",
        )
        for name, missing in missing_by_channel().items()
        if missing
    ]
