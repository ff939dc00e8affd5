"""
Requests that make the service itself fail; it writes down itself what its tracker has accepted.

    python own_client.py http://127.0.0.1:8000/fail/ COUNT SECONDS-BETWEEN-TWO
"""

import sys
import time
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import urlopen

TRIES = 300


def main() -> None:
    """Ask for failures."""
    url, count, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    for number in range(count):
        for _ in range(TRIES):
            try:
                urlopen(f"{url}{number}/", timeout=30)
            except HTTPError:
                break  # it has failed, as it was asked to
            except (OSError, HTTPException):
                time.sleep(0.1)
        time.sleep(pause)


if __name__ == "__main__":
    main()
