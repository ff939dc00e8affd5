"""What a service's own code says of its failures: `report`, `handle`, `record`, `bind`."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from fireline.errors.guard import complain, guarded
from fireline.errors.pipeline import tell
from fireline.errors.reports import NOTHING, ErrorReport, Severity
from fireline.errors.told import caught
from fireline.errors.watched import F, watched
from fireline.scope import Scope, bound, current, enter, hold
from fireline.scrub import scrubbed, shown


def report(
    error: BaseException | str,
    *,
    severity: Severity | str | None = None,
    message: str | None = None,
    context: Mapping[str, Any] | None = None,
) -> ErrorReport:
    """
    The report of this failure, which is now logged and told; never raises.

    Within a scope (a request, a socket, a task, or `with record():` around a piece of work) an
    exception is told once, and the same report is given again; told again, under the same ids, it is
    only with a higher severity. Outside of a scope each call tells anew.

    A text in place of an exception reports what no exception says. `message` is what clients may
    see; `context` is for developers, secrets are taken out. Without a severity the kind decides.
    """
    is_text = isinstance(error, str)
    before = caught.get()
    caught.set(True)
    try:
        return tell(
            None if isinstance(error, str) else error,
            severity=_severity_of(severity),
            message=message,
            context={"text": error, **_mapping(context)} if is_text else _mapping(context),
        )
    finally:
        caught.set(before)


def _severity_of(said: Any) -> Severity | None:
    try:
        return None if said is None else Severity(said)
    except ValueError:
        names = ", ".join(Severity)
        complain("fireline.report", ValueError(f"{shown(said)} is no severity. It is {names}."))
        return None


def _mapping(context: Any) -> Mapping[str, Any]:
    if context is None:
        return NOTHING
    return context if isinstance(context, Mapping) else {"context": context}


def handle(
    *exceptions: type[BaseException],
    fallback: Any = None,
    severity: Severity | str | None = None,
    context: Mapping[str, Any] = NOTHING,
) -> "Watch":
    """
    Report these exceptions (every `Exception` where none is named) and go on.

    As a decorator of a function, sync or async, it returns `fallback` in place of the result:
    a value, or a callable that makes one. A generator, sync or async, ends. As a context manager it ends the block, and knows the
    report behind it::

        @fireline.handle(ExternalServiceError, fallback=list)
        def recommendations(customer): ...

        with fireline.handle() as watch:
            warm_the_cache()
        if watch.report:
            note = f"The cache is cold: {watch.report.error_id}"
    """
    return Watch(exceptions, True, fallback, severity, context)


def record(
    *exceptions: type[BaseException],
    severity: Severity | str | None = None,
    context: Mapping[str, Any] = NOTHING,
) -> "Watch":
    """Report these exceptions and raise them again: `handle` for those who must hear them too."""
    return Watch(exceptions, False, None, severity, context)


class Watch:
    """A watched function or block; outside of a scope it is one itself, so each failure is told once."""

    def __init__(
        self,
        exceptions: tuple[type[BaseException], ...],
        is_swallowing: bool,
        fallback: Any,
        severity: Severity | str | None,
        context: Mapping[str, Any],
    ) -> None:
        for exception in exceptions:
            if not (isinstance(exception, type) and issubclass(exception, BaseException)):
                raise TypeError(
                    f"{exception!r} is not an exception class. "
                    f"Write @{'handle' if is_swallowing else 'record'}() with brackets, or name exception classes in them."
                )
        self.exceptions = exceptions or (Exception,)
        self.is_swallowing = is_swallowing
        self.fallback = fallback
        self.severity = severity
        self.context = context
        self.report: ErrorReport | None = None
        """The report of what was watched here, where it failed."""
        self.is_scope = True
        """Whether it opens a scope where there is none."""
        self._has_opened = False

    def __enter__(self) -> Self:
        """Open a scope where there is none; a watch may be used again and again."""
        self.report = None
        self._has_opened = self.is_scope and current() is None
        if self._has_opened:
            enter(Scope())
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> bool:
        """Report what is ours; whether it ends here."""
        is_ours = isinstance(error, self.exceptions)
        if is_ours and error is not None:
            self.report = self._told(error)
        if self._has_opened:
            enter(None)
        return is_ours and self.is_swallowing

    def _told(self, error: BaseException) -> ErrorReport:
        if self.is_swallowing:
            return report(error, severity=self.severity, context=self.context)
        return tell(error, severity=_severity_of(self.severity), context=_mapping(self.context))

    def __call__(self, function: F) -> F:
        """The function, watched in every call."""
        return watched(function, self._anew, self._instead)

    def _anew(self, *, is_scope: bool = True) -> "Watch":
        """One for each call: calls overlap in threads and tasks."""
        anew = Watch(
            self.exceptions, self.is_swallowing, self.fallback, self.severity, self.context
        )
        anew.is_scope = is_scope
        return anew

    def _instead(self) -> Any:
        return self.fallback() if callable(self.fallback) else self.fallback


class bind:  # noqa: N801 (a verb, as `report` is)
    """
    Add values to every log line and report from now on, until the request (socket, task) ends.

    With `with` only until the block ends, which outside of a request is a scope: one correlation
    id for all of it. Tasks of asyncio that run side by side bind each for itself. Without `with`
    and outside of a request the values stay as long as the thread, or the job of a pool::

        fireline.bind(customer_id=customer.pk)

        with fireline.bind(import_file=name):
            ...
    """

    def __init__(self, *nameless: object, **values: Any) -> None:
        if nameless:
            raise TypeError(f"bind() takes values by name. Write bind(name={nameless[0]!r}).")
        self._before = bound()
        self._has_opened = False
        hold({**self._before, **(guarded(scrubbed, values) or {})})

    def __enter__(self) -> Self:
        """Open a scope where there is none; the values are bound already."""
        if current() is None:
            enter(Scope(), bound())
            self._has_opened = True
        return self

    def __exit__(self, *_: object) -> None:
        """Take the values away again."""
        if self._has_opened:
            enter(None, self._before)
        else:
            hold(self._before)
