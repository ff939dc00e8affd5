"""What works without the libraries of the extras, and what is said where one is missing."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys
sys.modules[{library!r}] = None  # not installed
import django
from django.conf import settings
settings.configure(INSTALLED_APPS=["fireline"], DATABASES={{}})
django.setup()
from fireline.resilience import CircuitBreaker
with CircuitBreaker("bank", on=OSError):
    print("through")
for name in {names}:
    try:
        getattr(__import__("fireline.resilience", fromlist=[name]), name)
    except ImportError as error:
        print(error)
"""


@pytest.mark.parametrize(
    ("library", "names", "extra"),
    [
        ("stamina", ["retry", "retry_db_operation"], "retries"),
        ("requests", ["create_robust_session"], "http"),
    ],
)
def test_missing_library_is_named_with_its_extra(library, names, extra):
    """The service starts, breakers work, and the message says what to install."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT.format(library=library, names=names)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.stdout.splitlines() == [
        "through",
        *(f"{name} needs {library}: pip install 'django-fireline[{extra}]'." for name in names),
    ], done.stderr
