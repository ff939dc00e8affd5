#!/usr/bin/env python
"""The CRM's commands; `manage.py serve` starts it with data, a login and log files."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    if sys.argv[1:2] == ["serve"]:  # before the settings read where messages go
        import stand_ins

        data = Path(os.environ.get("CRM_DATA", Path(__file__).parent / "data"))
        stand_ins.start(mails=data / "mails")
    execute_from_command_line(sys.argv)
