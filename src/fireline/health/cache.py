"""Whether a cache keeps what it is given."""

from time import sleep
from uuid import uuid4

from django.core.cache import BaseCache, caches
from django.core.cache.backends.dummy import DummyCache

from fireline.health.readings import Reading

_LIFETIME = 60
_TRIES, _PAUSE = 5, 0.02


def ask(alias: str) -> Reading:
    """That a key of its own can be set, read and deleted; raises RuntimeError where it is lost."""
    cache = caches[alias]
    if isinstance(cache, DummyCache):
        return Reading(message="Cache OK: a DummyCache keeps nothing")
    key = f"fireline-health-{uuid4().hex}"
    try:
        cache.set(key, key, timeout=_LIFETIME)
        if not _comes_back(cache, key):
            raise RuntimeError("The cache did not give back what was set")
        cache.delete(key)
    finally:
        cache.close()
    return Reading(message="Cache OK")


def _comes_back(cache: BaseCache, key: str) -> bool:
    for _ in range(_TRIES):  # a replica may be some milliseconds behind
        if cache.get(key) == key:
            return True
        sleep(_PAUSE)
    return False
