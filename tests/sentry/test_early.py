"""What fails while settings.py is still being imported."""

import subprocess
import sys
import textwrap
from pathlib import Path

_SETTINGS = """
    import fireline.sentry
    import sentry_sdk
    from sentry_sdk.transport import Transport

    class Kept(Transport):
        events = []

        def capture_envelope(self, envelope):
            self.events.append(envelope.get_event())

    fireline.sentry.init(service="crm", transport=Kept(), tracker=False)
    sentry_sdk.capture_event({"message": "early", "extra": {"passport": "X1"}})
    INSTALLED_APPS = ["fireline"]
    FIRELINE = {"SERVICE": "crm", "SENSITIVE_KEYS": ("passport",)}
"""
_PROGRAM = """
    import django
    django.setup()
    import early_settings
    import sentry_sdk
    from fireline import conf
    sentry_sdk.capture_event({"message": "late", "extra": {"passport": "X1"}})
    print(conf.current().SERVICE, *[event["message"] for event in early_settings.Kept.events])
    print(early_settings.Kept.events[-1]["extra"]["passport"])
"""


def test_event_of_the_settings_file_changes_no_setting(tmp_path: Path):
    """What FIRELINE says below it holds all the same, and nothing was learnt of the defaults."""
    (tmp_path / "early_settings.py").write_text(textwrap.dedent(_SETTINGS))

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_PROGRAM)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"DJANGO_SETTINGS_MODULE": "early_settings", "PATH": ""},
    )

    assert done.stdout.splitlines() == ["crm early late", "[redacted]"], done.stderr
