"""Management commands: each has a scope, and what it does not catch is reported."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fireline.errors import guarded, tell
from fireline.logs.once import mark_as_told
from fireline.scope import Scope, bound, current, enter, hold, inside
from fireline.scrub import REDACTED, is_sensitive

_own_execute = BaseCommand.execute


def _execute(command: BaseCommand, /, *args: Any, **options: Any) -> Any:
    """
    Django's own, in a scope; the exception goes its way, and with it the exit status.

    Inside of a request, a task or another command, its scope stays: who has opened it tells what is
    not caught on the way, so a `call_command` in a `try` is not reported.
    """
    name = type(command).__module__.rpartition(".")[2]
    outer, before = current(), bound()
    if outer is not None:
        hold({**before, "command": name})
        try:
            return _own_execute(command, *args, **options)
        finally:
            hold(before)
    scope = Scope()
    enter(scope, {"command": name})
    try:
        return _own_execute(command, *args, **options)
    except CommandError:  # the user's mistake, which the command has explained
        raise
    except Exception as error:
        with inside(scope, {"command": name}):  # a test client has left it
            guarded(_tell, command, error, args, options)
        raise
    finally:
        enter(outer, before)


def _tell(
    command: BaseCommand, error: Exception, args: Sequence[Any], options: Mapping[str, Any]
) -> None:
    if getattr(command, "_called_from_command_line", False):
        context: dict[str, Any] = {"command_line": command_line(sys.argv, options)}
    else:
        given = {name: value for name, value in options.items() if name not in _EVERY_COMMAND_HAS}
        context = {"arguments": {"args": args, **given} if args else given}
    tell(error, context=context)
    mark_as_told(error)  # sys.excepthook hears of it, too


_EVERY_COMMAND_HAS = frozenset(
    "verbosity settings pythonpath traceback no_color force_color skip_checks stdout stderr".split()
)


def command_line(words: Sequence[str], options: Mapping[str, Any]) -> str:
    """
    The command line without its secrets: what follows `--password`, and what has become one.

    `options` are what the command has understood: they tell that the value of `-p` is a password.
    """
    secrets = {
        str(value)
        for name, value in options.items()
        if is_sensitive(name) and isinstance(value, (str, int)) and not isinstance(value, bool)
    } - {""}
    clean: list[str] = []
    is_secret = False
    for word in words:
        name, sign, value = word.partition("=")
        names_secret = name.startswith("-") and is_sensitive(name.lstrip("-"))
        if is_secret or word in secrets:
            clean.append(REDACTED)
        elif sign and (names_secret or value in secrets):
            clean.append(f"{name}={REDACTED}")
        else:
            clean.append(shlex.quote(word))
        is_secret = names_secret and not sign
    return " ".join(clean)


def install() -> None:
    """Take the place of `BaseCommand.execute`, through which manage.py and `call_command` go."""
    BaseCommand.execute = _execute  # type: ignore[assignment, method-assign]
