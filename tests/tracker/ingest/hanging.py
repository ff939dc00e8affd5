"""What a process of a service sees while its PostgreSQL hangs, dies and comes back; as JSON."""

import json
import os
import time

import django
from django.conf import settings
from django.db import connection, connections

settings.configure(
    SECRET_KEY="only for tests",
    INSTALLED_APPS=["fireline", "fireline.tracker"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "postgres",
            "USER": "postgres",
            "HOST": "127.0.0.1",
            "PORT": os.environ["PORT"],
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    FIRELINE={"RUN_DIRECTORY": os.environ["PLACE"], "TRACKER_DIGEST": "off"},
)
django.setup()

from fireline.tracker.ingest import keys as module  # noqa: E402
from fireline.tracker.ingest.keys import keys  # noqa: E402
from fireline.tracker.ingest.refusal import Refused  # noqa: E402
from fireline.tracker.models import Key, Project  # noqa: E402


def asked(key):
    """Whether the key is known, or the status of the refusal."""
    try:
        return "known" if keys.admission(key) else None
    except Refused as refused:
        return refused.status


def until_known(key):
    """Ask until the key is known."""
    until = time.monotonic() + 20
    while asked(key) != "known" and time.monotonic() < until:
        time.sleep(0.1)
    return asked(key)


def wait():
    """Let the test do its part."""
    print("next", flush=True)
    input()


def timed(key):
    """Five answers, and how long they took."""
    since = time.monotonic()
    return [asked(key) for _ in range(5)], time.monotonic() - since


with connection.schema_editor() as editor:
    editor.create_model(Project)
    editor.create_model(Key)
Key.objects.create(project=Project.objects.create(name="shop"), public_key="key")
told = {"before": asked("key")}
module.KEEP = module.LOOK_AGAIN = 0.0
wait()
told["known"], told["known_took"] = timed("key")
told["unknown"], told["unknown_took"] = timed("unknown")
wait()
told["dead"] = asked("key")
wait()
for old in connections.all():
    old.close()
Key.objects.create(project=Project.objects.get(), public_key="new")
told["again"] = "new" if until_known("new") == "known" else "unknown"
print(json.dumps(told), flush=True)
