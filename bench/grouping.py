"""
How long it takes to group an event: `python bench/grouping.py`.

The best of many rounds, for a shared machine only ever adds to it.
"""

import json
import time
from pathlib import Path
from typing import Any

from fireline.tracker.grouping import explained, fingerprint_of, headline_of

CORPUS = Path(__file__).parents[1] / "tests" / "tracker" / "grouping" / "corpus"
COPIES = 100
ROUNDS = 40


def ordinary() -> dict[str, Any]:
    """Forty frames, thirty of them Django's."""
    frames = [
        {
            "module": f"{'django.core' if number < 30 else 'shop'}.part{number}",
            "function": f"call{number}",
            "abs_path": f"/srv/{'venv/lib/python3.13/site-packages/' * (number < 30)}part{number}.py",
            "context_line": "    return self.get_response(request)",
            "in_app": number >= 30,
        }
        for number in range(40)
    ]
    raised = {"type": "ValueError", "value": "no such order", "stacktrace": {"frames": frames}}
    return {"platform": "python", "exception": {"values": [raised]}}


def microseconds(work: Any, events: list[Any]) -> float:
    """Of one event, in the best round."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        for event in events:
            work(event)
        best = min(best, (time.process_time() - begun) / len(events))
    return best * 1e6


def main() -> None:
    """Print a line for each."""
    text = json.dumps(ordinary())
    events = [json.loads(text) for _ in range(COPIES)]
    for work in (fingerprint_of, headline_of, explained):
        print(f"{work.__name__:16} forty frames  {microseconds(work, events):6.1f} us")
    for name in ("python-3.13", "node", "chromium"):
        recorded = list(json.loads((CORPUS / f"{name}.json").read_text()).values())
        print(f"{'fingerprint_of':16} {name:13} {microseconds(fingerprint_of, recorded):6.1f} us")


if __name__ == "__main__":
    main()
