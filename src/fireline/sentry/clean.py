"""The hooks of the SDK: the project's own, and behind it the redaction, which nothing leaves around."""

from collections.abc import Callable
from typing import Any

from sentry_sdk.consts import DEFAULT_OPTIONS

from fireline.errors import guarded
from fireline.scrub import scrubbed

Hook = Callable[[Any, Any], Any]

HOOKS = (
    "before_send",
    "before_send_transaction",
    "before_send_log",
    "before_send_metric",
    "before_send_span",
    "before_breadcrumb",
)


def clean(own: Hook | None = None) -> Hook:
    """
    A hook that calls the project's own, and then takes the secrets out at any depth.

    The SDK's scrubber looks at the names of the first level; what a hook adds it never sees.
    """

    def hook(given: Any, hint: Any) -> Any:
        if own is not None:
            given = own(given, hint)
        return None if given is None else guarded(_clean, given)

    hook.is_fireline = True  # type: ignore[attr-defined]
    return hook


def clean_span(own: Hook | None = None) -> Hook:
    """The same for a span, which the SDK sends as it was where its hook fails or gives nothing."""

    def hook(given: Any, hint: Any) -> Any:
        changed = guarded(own, given, hint) if own is not None else given
        cleaned = guarded(_clean, changed or given)
        return {**given, "attributes": {}} if cleaned is None else cleaned

    hook.is_fireline = True  # type: ignore[attr-defined]
    return hook


def install(options: dict[str, Any]) -> None:
    """Put these hooks in, around those that the project has named, at either place where the SDK looks."""
    experiments = options.get("_experiments") or {}
    is_streaming = "stream" in (options.get("trace_lifecycle"), experiments.get("trace_lifecycle"))
    for name in HOOKS:
        own = options.get(name) or experiments.get(name)
        is_wanted = name != "before_send_span" or is_streaming or own
        if name in DEFAULT_OPTIONS and is_wanted and not is_clean(own):
            options[name] = clean_span(own) if name == "before_send_span" else clean(own)


def is_clean(hook: Any) -> bool:
    """Whether it is one of these already."""
    return getattr(hook, "is_fireline", False)


_PUBLIC = ("modules", "sdk")
"""Names of packages: one that is called `secretstorage` is no secret."""


def _clean(given: dict[str, Any]) -> Any:
    kept = {name: given[name] for name in _PUBLIC if name in given}
    if not kept:
        return scrubbed(given)
    bare = {name: value for name, value in given.items() if name not in kept}
    return {**scrubbed(bare), **kept}
