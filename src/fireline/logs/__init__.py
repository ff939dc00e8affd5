"""Log lines: the LOGGING dict, the formatters, the rotating file, the access and security lines."""

from fireline.logs.configured import config

__all__ = ["config"]
