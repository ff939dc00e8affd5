"""
Requests that make the service itself fail; it writes down itself what its tracker has accepted.

    python own_client.py http://127.0.0.1:8000/fail/ FIRST COUNT
"""

import sys
import time

import httpx

TRIES = 300


def main() -> None:
    """Ask for failures."""
    url, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with httpx.Client(timeout=30) as client:
        for number in range(first, first + count):
            for _ in range(TRIES):
                try:
                    client.get(f"{url}{number}/")
                    break
                except httpx.HTTPError:
                    time.sleep(0.1)


if __name__ == "__main__":
    main()
