"""The demo, open to a token alone, with figures a second old at most and a password checked at once."""

import os

from crm.settings import *  # noqa: F403
from crm.settings import FIRELINE as OF_THE_DEMO

FIRELINE = {
    **OF_THE_DEMO,
    "MONITORING_TOKEN": os.environ["TESTS_TOKEN"],
    "MONITORING_NETWORKS": (),
    "BUSINESS_CACHE_SECONDS": 1.0,
    "HEALTH_CACHE_SECONDS": 1.0,
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
