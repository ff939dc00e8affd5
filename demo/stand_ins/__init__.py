"""
What stands in for Meta and for a mail server, on free ports of this machine.

Messages of the demo travel over sockets as everywhere, and end here. Who sets SMTP_HOST or
WHATSAPP_TOKEN in the environment sends real ones.
"""

import os
from pathlib import Path
from secrets import token_hex

from stand_ins.cloud_api import CloudAPI
from stand_ins.mail import mail_server

cloud_api = CloudAPI()


def start(mails: Path) -> None:
    """Start them, and tell the settings, by the environment, where they are."""
    if "SMTP_HOST" not in os.environ:
        os.environ["SMTP_HOST"], os.environ["SMTP_PORT"] = mail_server(mails)
    if "WHATSAPP_TOKEN" not in os.environ:
        cloud_api.token, cloud_api.app_secret = token_hex(16), token_hex(16)
        os.environ |= {
            "WHATSAPP_URL": cloud_api.start(),
            "WHATSAPP_TOKEN": cloud_api.token,
            "WHATSAPP_APP_SECRET": cloud_api.app_secret,
            "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
            "IS_STAND_IN": "yes",
        }
