"""What Celery's main process knows of a task whose own process was killed or ran out of time."""

from typing import Any

from celery.worker.request import Request

from fireline.errors import guarded
from fireline.scope import Scope, inside
from fireline.sources.celery import scope_of, values_of


class WatchedRequest(Request):  # type: ignore[misc]
    """
    A task as the main process sees it: what is told and logged of its end bears its ids.

    One scope for both ways to end: at its hard time limit a task goes both of them.
    """

    _scope: Scope | None = None

    def on_timeout(self, soft: bool, timeout: float) -> None:
        """In the scope of the task."""
        with inside(*self._place()):
            super().on_timeout(soft, timeout)

    def on_failure(self, *args: Any, **kwargs: Any) -> Any:
        """In the scope of the task."""
        with inside(*self._place()):
            return super().on_failure(*args, **kwargs)

    def _place(self) -> tuple[Scope, dict[str, Any]]:
        headers = self.request_dict
        values = values_of(self.name, self.id, headers.get("retries") or 0)
        self._scope = self._scope or guarded(scope_of, headers.get) or Scope()
        return self._scope, values
