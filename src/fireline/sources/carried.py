"""
Correlation ids on their way to Django's tasks, which have no headers.

They travel beside the task, in the cache or the run directory: an argument of ours would stand in
the project's table, in its admin and in what its tests compare, and a worker that does not know it
would fail.
"""

import os
from hashlib import blake2b
from pathlib import Path
from struct import Struct

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache

from fireline import conf, rundir
from fireline.scope.ids import correlation_id_of

# One process sees the first, nobody the second, and the third would add queries to a request.
_NOT_SHARED = (LocMemCache, DummyCache, DatabaseCache)
_DAYS = 7 * 24 * 60 * 60


def send(task_id: str, correlation_id: str) -> None:
    """Let whoever runs this task, in whatever process, find the id."""
    if (cache := _cache()) is not None:
        cache.set(f"fireline:task:{task_id}", correlation_id, _DAYS)
    else:
        _write(task_id, correlation_id)


def received(task_id: str) -> str:
    """The id that was sent with this task; a new one where there is none."""
    cache = _cache()
    found = cache.get(f"fireline:task:{task_id}") if cache is not None else _read(task_id)
    return correlation_id_of({"HTTP_X_CORRELATION_ID": str(found)} if found else {})


def _cache() -> BaseCache | None:
    alias = conf.current().TASKS_CACHE
    cache = caches[alias] if alias else None
    return None if cache is None or isinstance(cache, _NOT_SHARED) else cache


# A table in a file: where a task's id says, stands the correlation id. It never grows; of two tasks
# in one place the later one wins, so some ten thousand may wait.
_RECORD = Struct("=16s64s")
_RECORDS = 65536


def _write(task_id: str, correlation_id: str) -> None:
    record = _RECORD.pack(_check(task_id, correlation_id), correlation_id.encode())
    with os.fdopen(os.open(_path(), os.O_RDWR | os.O_CREAT, 0o600), "r+b", 0) as file:
        os.pwrite(file.fileno(), record, _place(task_id))


def _read(task_id: str) -> str | None:
    try:
        with _path().open("rb", 0) as file:
            record = os.pread(file.fileno(), _RECORD.size, _place(task_id))
    except FileNotFoundError:
        return None
    if len(record) < _RECORD.size:
        return None
    check, padded = _RECORD.unpack(record)
    correlation_id = padded.rstrip(b"\0").decode(errors="replace")
    return correlation_id if check == _check(task_id, correlation_id) else None


def _path() -> Path:
    return rundir.path() / "tasks.ids"


def _place(task_id: str) -> int:
    digest = blake2b(task_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest) % _RECORDS * _RECORD.size


def _check(task_id: str, correlation_id: str) -> bytes:
    return blake2b(f"{task_id} {correlation_id}".encode(), digest_size=16).digest()
