"""
Renews the recorded events of scripts: `python -m tests.tracker.grouping.corpus.record_pages NODE_MODULES`.

`pages/shop.js` fails in Chromium and in Node. What Firefox and Safari make of the same bugs was written by
hand from how they write stacks, and is in `pages/thrown.json`. Events are made by @sentry/browser and
@sentry/node, which NODE_MODULES has.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Route, sync_playwright

HERE = Path(__file__).parent
PAGES = HERE / "pages"
SCRIPT = (PAGES / "shop.js").read_text()
PAGE = "<script src='/static/shop.3f2a91bc.js'></script>"
OF_A_FRAME = (
    "function", "module", "filename", "lineno", "colno", "in_app", "context_line",
)  # fmt: skip
OF_AN_EXCEPTION = ("type", "value", "mechanism")
MOST_FRAMES = 30


def thrown_in_chromium() -> dict[str, Any]:
    """What the page has thrown."""

    def answer(route: Route) -> None:
        is_script = route.request.url.endswith(".js")
        kind = "text/javascript" if is_script else "text/html"
        route.fulfill(body=SCRIPT if is_script else PAGE, content_type=kind)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.route("**/*", answer)
        page.goto("https://shop.example/checkout/")
        found: dict[str, Any] = page.evaluate("shopReady")
        browser.close()
    return found


def by_node(script: Path, modules: str, given: str = "") -> Any:
    """What this script prints."""
    done = subprocess.run(
        ["node", script.name, modules],
        cwd=script.parent,
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def in_node(modules: str) -> dict[str, Any]:
    """The events of two releases, deployed side by side; what awaits is another caller there."""
    events = {}
    for release in ("1.2", "1.3"):
        with tempfile.TemporaryDirectory() as root:
            directory = Path(root, "shop", release, "src")
            shutil.copytree(PAGES, directory)
            for way, event in by_node(directory / "node.cjs", modules).items():
                name = "awaited/0" if way == "later/1" else way
                if release == "1.2" or not name.startswith(("direct", "endless", "ping")):
                    places = {f"{root}/": "/srv/", modules: "/srv/node_modules"}
                    events[f"{name} of {release}"] = small(event, places)
    return events


def small(event: dict[str, Any], places: dict[str, str]) -> dict[str, Any]:
    """What of an event the grouping reads, as if it had been deployed."""

    def deployed(value: Any) -> Any:
        for here, there in places.items():
            value = value.replace(here, there) if isinstance(value, str) else value
        return value

    values = []
    for value in event["exception"]["values"]:
        kept = {name: value[name] for name in OF_AN_EXCEPTION if name in value}
        frames = value.get("stacktrace", {}).get("frames", [])
        if len(frames) > MOST_FRAMES:
            frames = frames[:10] + frames[-20:]
        kept["stacktrace"] = {
            "frames": [
                {name: deployed(frame[name]) for name in OF_A_FRAME if frame.get(name) is not None}
                for frame in frames
            ]
        }
        values.append(kept)
    return {"platform": event["platform"], "exception": {"values": values}}


def write(name: str, events: dict[str, Any]) -> None:
    """One event a line."""
    lines = ",\n".join(f"{json.dumps(way)}: {json.dumps(event)}" for way, event in events.items())
    (HERE / f"{name}.json").write_text(f"{{\n{lines}\n}}\n")


def main(modules: str) -> None:
    """Record all."""
    thrown = json.loads((PAGES / "thrown.json").read_text())
    thrown["chromium"] = thrown_in_chromium()
    for browser, events in by_node(PAGES / "browsers.cjs", modules, json.dumps(thrown)).items():
        write(browser, events)
    write("node", in_node(modules))


if __name__ == "__main__":
    main(*sys.argv[1:])
