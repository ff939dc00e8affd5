"""Small events, as SDKs make them."""

from typing import Any

Event = dict[str, Any]


def frame(name: str, *, line: str | None = None, **fields: Any) -> Event:
    """`shop.views:show` as a frame of the service's own code in Python."""
    module, _, function = name.rpartition(":")
    path = module.replace(".", "/")
    made = {
        "module": module,
        "function": function,
        "filename": f"{path}.py",
        "abs_path": f"/srv/app/{path}.py",
        "lineno": 7,
        "in_app": True,
        "context_line": line,
    }
    return {key: value for key, value in {**made, **fields}.items() if value is not None}


def library(name: str, **fields: Any) -> Event:
    """The same as a frame of an installed package."""
    path = name.rpartition(":")[0].replace(".", "/")
    where = f"/opt/venv/lib/python3.13/site-packages/{path}.py"
    return frame(name, **{"abs_path": where, "in_app": False, **fields})


def frames(*names: str, **fields: Any) -> list[Event]:
    """Frames, outermost first; names of packages that everybody uses are of libraries."""
    return [
        library(name) if name.startswith(("django.", "rest_framework.")) else frame(name, **fields)
        for name in names
    ]


def template(name: str, **fields: Any) -> Event:
    """A frame of a template, as Fireline makes it."""
    where = {"filename": f"shop/{name}", "abs_path": f"/srv/app/shop/templates/shop/{name}"}
    return {**where, "function": "<template>", "lineno": 3, "in_app": True, **fields}


def generic(route: str, source: str = "route", **fields: Any) -> Event:
    """An event of a view of Django's own, for which nobody has written a function."""
    names = ("django.core.handlers.base:_get_response", "django.template.loader:select_template")
    asked = {"transaction": route, "transaction_info": {"source": source}}
    return {**bug(*frames(*names), **fields), **asked}


def raised(*stack: Event | str, **fields: Any) -> Event:
    """One exception of an event."""
    made = {"type": "ValueError", "value": "no such order", **fields}
    if stack:
        whole = [frame(one) if isinstance(one, str) else one for one in stack]
        made["stacktrace"] = {"frames": whole}
    return made


def event(*exceptions: Event, platform: str = "python", **fields: Any) -> Event:
    """An event with these exceptions, the oldest cause first."""
    return {"platform": platform, "exception": {"values": list(exceptions)}, **fields}


def bug(*stack: Event | str, platform: str = "python", **fields: Any) -> Event:
    """An event of one exception with this stack."""
    return event(raised(*stack, **fields), platform=platform)


def said(text: str, **fields: Any) -> Event:
    """An event of a message."""
    return {"platform": "python", "message": text, **fields}


def script(*names: str, platform: str = "javascript", **fields: Any) -> Event:
    """An event of a browser: frames as `function` in one bundle, outermost first."""
    stack = [
        {
            "function": name,
            "filename": "https://shop.example/static/app.3f2a91bc.js",
            "lineno": 1,
            "colno": 20,
            "in_app": True,
            **fields,
        }
        for name in names
    ]
    return event(raised(*stack, type="TypeError"), platform=platform)
