"""
Writes docs/settings.md from the dataclass of the settings.

`python tools/settings_page.py` after a change of src/fireline/conf.py; a test compares the two.
"""

import ast
import inspect
from itertools import pairwise
from pathlib import Path

from fireline import conf

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"

HEAD = """# Settings

All of Fireline's settings stand in one dict, `FIRELINE`.
An unknown name or a value of a wrong type stops the start, with a message that says the way out.
No default depends on `DEBUG`.

```python
FIRELINE = {
    "RESPONSE_FORMAT": "problem",
    "API_PATHS": ["/api/"],
    "BRAND_NAME": "Acme",
}
```

This page is written from `fireline.conf.Settings` by `tools/settings_page.py`.
"""


def meanings() -> dict[str, str]:
    """Each setting's docstring, which stands below it."""
    tree = ast.parse(inspect.getsource(conf.Settings))
    body = tree.body[0].body  # type: ignore[attr-defined]
    return {
        field.target.id: " ".join(said.value.value.split())
        for field, said in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(said, ast.Expr)
    }


def page() -> str:
    """The whole page."""
    hints, defaults = conf._hints(), conf.Settings()
    sections = [
        f"## {name}\n\n{said}\n\nGive it {conf.described(hints[name])}; the default is `{getattr(defaults, name)!r}`.\n"
        for name, said in meanings().items()
    ]
    return "\n".join([HEAD, *sections])


if __name__ == "__main__":
    PAGE.write_text(page())
