"""The demo, open to a token alone, and with figures that are a second old at most."""

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
