"""The exceptions of an event: what was raised, and where; one's own code open, libraries folded away. No JavaScript."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fireline.tracker.admin.shown import cut, dict_of, list_of, plain, preformatted, table, worded

_EXCEPTIONS = 30
_FRAMES = 100
_FRAMES_IN_ALL = 300
_VARIABLES = 20
_LINE = 200
_NOTHING = SafeString("")


def stack(event: Mapping[str, Any]) -> SafeString:
    """The exceptions of an event, causes first, each with its frames in the order of the calls."""
    values = list_of(dict_of(event.get("exception")).get("values"))[-_EXCEPTIONS:]
    raised = [dict_of(value) for value in values] or [dict_of(_thread(event))]
    told, left = [], _FRAMES_IN_ALL
    for one in reversed(raised):  # what was raised in the end has the first claim
        frames = [dict_of(frame) for frame in list_of(dict_of(one.get("stacktrace")).get("frames"))]
        at_most = min(_FRAMES, left)
        told.append(_raised(one, frames[len(frames) - at_most :] if at_most else [], len(frames)))
        left -= min(len(frames), at_most)
    whole = format_html_join("", "{}", ((each,) for each in reversed(told) if each))
    return format_html('<div class="fireline-stack">{}</div>', whole) if whole else SafeString("-")


def _thread(event: Mapping[str, Any]) -> Any:
    """Where a message was sent."""
    threads = [dict_of(each) for each in list_of(dict_of(event.get("threads")).get("values"))]
    marked = [each for each in threads if each.get("crashed") or each.get("current")]
    return next(iter(marked or threads), None)


def _raised(
    raised: Mapping[str, Any], frames: Sequence[Mapping[str, Any]], all_: int
) -> SafeString:
    words = ": ".join(worded(raised[name]) for name in ("type", "value") if raised.get(name))
    if not (words or frames):
        return _NOTHING
    runs = [(own, list(run)) for own, run in groupby(frames, _is_own)]
    last = max((index for index, (own, _) in enumerate(runs) if own), default=len(runs) - 1)
    return format_html(
        "<h4>{}</h4>{}{}",
        plain(cut(words, 1000)) or "where it was",
        f"… {all_ - len(frames)} frames more" if all_ > len(frames) else "",
        format_html_join(
            "",
            "{}",
            ((_run(own, run, is_last=index == last),) for index, (own, run) in enumerate(runs)),
        ),
    )


def _is_own(frame: Mapping[str, Any]) -> bool:
    return frame.get("in_app") is True


def _run(own: bool, run: Sequence[Mapping[str, Any]], *, is_last: bool) -> SafeString:
    """One's own frames each by itself, the innermost open; those of libraries in one."""
    if own:
        last = len(run) - 1 if is_last else -1
        frames = ((_own(frame, is_open=place == last),) for place, frame in enumerate(run))
        return format_html_join("", "{}", frames)
    lines = "\n".join(line for frame in run for line in _lines(frame))
    count = f"{len(run)} frames of libraries" if len(run) > 1 else "1 frame of a library"
    return format_html(
        "<details {}><summary>{}</summary>{}</details>",
        SafeString("open") if is_last else _NOTHING,
        count,
        preformatted(lines),
    )


def _lines(frame: Mapping[str, Any]) -> Iterator[str]:
    yield f"{_place(frame)} in {_function(frame)}"
    if code := frame.get("context_line"):
        yield f"    {cut(worded(code).strip(), _LINE)}"


def _own(frame: Mapping[str, Any], *, is_open: bool) -> SafeString:
    variables = islice(dict_of(frame.get("vars")).items(), _VARIABLES)
    return format_html(
        '<details class="fireline-own" {}><summary>{} in <b>{}</b><code>{}</code></summary>{}{}</details>',
        SafeString("open") if is_open else _NOTHING,
        plain(_place(frame)),
        plain(_function(frame)),
        plain(cut(worded(frame.get("context_line") or "").strip(), _LINE)),
        _around(frame),
        table((name, cut(worded(value))) for name, value in variables) if frame.get("vars") else "",
    )


def _around(frame: Mapping[str, Any]) -> SafeString:
    """The lines around, with their numbers; the one that failed is bold."""
    before, after = (list_of(frame.get(name))[:20] for name in ("pre_context", "post_context"))
    if not (before or after):
        return _NOTHING
    number = frame.get("lineno")
    first = number - len(before) if type(number) is int else None
    lines = [
        f"{'' if first is None else f'{first + place:>5}  '}{cut(worded(line), _LINE)}"
        for place, line in enumerate([*before, frame.get("context_line") or "", *after])
    ]
    return format_html(
        '<pre class="fireline">{}<b>{}</b>{}</pre>',
        *(
            plain("".join(f"{line}\n" for line in some))
            for some in (
                lines[: len(before)],
                lines[len(before) : len(before) + 1],
                lines[len(before) + 1 :],
            )
        ),
    )


def _place(frame: Mapping[str, Any]) -> str:
    where = worded(frame.get("filename") or frame.get("module") or frame.get("abs_path") or "?")
    return f"{cut(where)}:{cut(worded(frame.get('lineno') or '?'))}"


def _function(frame: Mapping[str, Any]) -> str:
    return cut(worded(frame.get("function") or "?"))
