"""What operators see of retries and breakers: figures and a check, over all processes."""

import json

from tests.metrics.reading import read

RETRIES = """
configure(sys.argv[1])
from fireline.resilience import retry
def work():
    failing = [OSError(), OSError()]
    @retry(on=OSError, delay=0.001, name="bank.pay")
    def pay():
        if failing:
            raise failing.pop()
    pay()
    failing.extend([OSError()] * 3)
    try:
        pay()
    except OSError:
        pass
for pid in [forked(work) for _ in range(3)]:
    assert os.waitpid(pid, 0)[1] == 0
print(scrape())
"""

BREAKER = """
from fireline.resilience import CircuitBreaker
breaker = CircuitBreaker("bank", on=OSError, failures=1, recovery=60)
configure(sys.argv[1])
from fireline.health import Look
from fireline.metrics import leftovers, shared

def look():
    from fireline.health import registry
    registry.named(["breakers"])[0].timed.forget()
    verdict = Look(["breakers"]).verdicts()["breakers"]
    print(json.dumps([verdict.status, verdict.message, verdict.details]))

look()
reading, writing = os.pipe()
def work():
    try:
        with breaker:
            raise OSError
    except OSError:
        os.write(writing, b"x")
    time.sleep(30)
pid = forked(work)
os.read(reading, 1)
look()
print(scrape().replace("\\n", "\\f"))
os.kill(pid, 9)
os.waitpid(pid, 0)
leftovers.clear(shared.directory())
look()
"""


def test_retries_of_all_processes_are_counted(process):
    """By name and by what became of each attempt."""
    reading = read(process(RETRIES))

    for outcome, count in {"again": 12, "succeeded": 3, "failed": 3}.items():
        assert reading.total("fireline_retries_total", name="bank.pay", outcome=outcome) == count


def test_breaker_that_is_open_in_one_process_is_seen_in_all(process):
    """The service is degraded, until that process is gone; one made before Django starts counts too."""
    well, broken, scraped, gone = process(BREAKER).strip().split("\n")

    assert json.loads(well) == ["healthy", "OK", {"bank": {"state": "closed"}}]
    status, message, details = json.loads(broken)
    assert (status, details["bank"]["state"]) == ("degraded", "open")
    assert message.startswith("Open: bank for ")
    assert 50 < details["bank"]["retry_after"] <= 60
    assert read(scraped.replace("\f", "\n")).total("fireline_breaker_state", name="bank") == 2
    assert json.loads(gone)[0] == "healthy"


def test_names_that_are_made_up_share_one_label(process):
    """A name for each customer must not fill the memory."""
    reading = read(process("""
configure(sys.argv[1])
from fireline.signals import retried
for number in range(2000):
    retried.send(None, name=f"customer {number}", attempt=1, outcome="again", wait=1.0, error=OSError())
print(scrape())
"""))  # fmt: skip

    assert len(reading.labels("fireline_retries_total", "name")) == 501
    assert reading.total("fireline_retries_total", name="other") == 1500


def test_health_shows_an_open_breaker(process):
    """To those who may see details; degraded is still 200."""
    answer = process("""
configure(sys.argv[1], DATABASES={"default": {
    "ENGINE": "django.db.backends.sqlite3", "NAME": f"{sys.argv[1]}.sqlite3"}})
from fireline.resilience import CircuitBreaker
breaker = CircuitBreaker("bank", on=OSError, failures=1, recovery=60)
try:
    with breaker:
        raise OSError
except OSError:
    pass
(response,) = ask("/health/")
print(response.status_code, response.content.decode())
""")  # fmt: skip

    status, _, body = answer.partition(" ")
    check = json.loads(body)["checks"]["breakers"]

    assert status == "200"
    assert check["status"] == "degraded"
    assert check["details"]["bank"]["state"] == "open"
