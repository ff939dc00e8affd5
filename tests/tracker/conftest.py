"""The SDK, set up as a project does it."""

from tests.instrument import as_before, kept, start  # noqa: F401 (fixtures)
