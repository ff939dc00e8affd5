"""How full the memory is: the machine's, or what the container may use."""

import psutil

from fireline.health.cgroup import tightest
from fireline.health.readings import Reading
from fireline.health.usage import gigabytes, usage


def ask() -> Reading:
    """`used_percent`, `available_gb` and `total_gb`, of the cgroup's limit where there is one."""
    memory = psutil.virtual_memory()
    percent, available, total = memory.percent, memory.available, memory.total
    if (limit := tightest()) and limit.total < total:
        percent = limit.used / limit.total * 100
        available, total = max(0, limit.total - limit.used), limit.total
    return usage("Memory", percent, available_gb=gigabytes(available), total_gb=gigabytes(total))
