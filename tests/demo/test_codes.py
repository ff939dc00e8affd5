"""The CRM's catalogue of codes."""

import os
import subprocess
import sys
from pathlib import Path

MANAGE = Path(__file__).parents[2] / "demo" / "manage.py"


def test_own_code_is_listed(tmp_path):
    """It is registered where the app starts, as the docs say: no page has to be asked for first."""
    listed = subprocess.run(
        [sys.executable, str(MANAGE), "fireline_codes"],
        env={**os.environ, "CRM_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "crm.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "CREDIT_LIMIT_REACHED" in listed.stdout
