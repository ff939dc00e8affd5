"""Figures of several processes: added up, kept when one ends, begun anew when all have."""

import pytest

from tests.metrics.reading import read

THREE = """
configure(sys.argv[1])
for pid in [forked(lambda: ask(*["/works/"] * 10, "/breaks/1/", "/no-such/")) for _ in range(3)]:
    assert os.waitpid(pid, 0)[1] == 0
print(scrape())
"""


def test_counts_of_all_processes_are_added(process):
    """Children that were forked after the service was loaded, as gunicorn's with --preload."""
    reading = read(process(THREE))

    assert reading.total("http_requests_total", endpoint="/works/", status="200") == 30
    assert reading.total("http_requests_total", endpoint="/breaks/<int:number>/", status="500") == 3
    assert reading.total("http_requests_total", endpoint="unmatched", status="404") == 3
    assert reading.total("error_count_total", code="INTERNAL_ERROR") == 3
    assert reading.total("http_request_duration_seconds_count", endpoint="/works/") == 30
    assert (
        reading.total("http_request_duration_seconds_bucket", endpoint="/works/", le="+Inf") == 30
    )


def test_examples_of_other_processes_are_shown(process):
    """The id of a request that another worker has answered stands beside the figure."""
    script = """
configure(sys.argv[1])
reading, writing = os.pipe()
def work():
    (response,) = ask("/breaks/1/")
    print(response.headers["X-Error-ID"], response.headers["X-Correlation-ID"], flush=True)
    os.write(writing, b"x")
    time.sleep(30)
pid = forked(work)
os.read(reading, 1)
print(scrape())
os.kill(pid, 9)
os.waitpid(pid, 0)
"""
    ids, _, text = process(script).partition("\n")

    (error,) = read(text).examples("error_count_total")
    (request,) = read(text).examples("http_request_duration_seconds_bucket")

    assert error.labels == dict(zip(("error_id", "correlation_id"), ids.split(), strict=True))
    assert request.labels == {"correlation_id": ids.split()[1]}
    assert abs(float(error.timestamp) - float(request.timestamp)) < 60


def test_counts_of_a_process_that_was_killed_count_on(process):
    """A counter that fell would look like a restart of the whole service."""
    script = """
configure(sys.argv[1])
ask("/works/")
def work():
    ask(*["/works/"] * 5)
    os.kill(os.getpid(), 9)
for _ in range(4):
    os.waitpid(forked(work), 0)
from fireline.metrics import leftovers, shared
print(scrape())
leftovers.clear(shared.directory())
leftovers.clear(shared.directory())
print("----")
print(scrape())
print("----")
print(json.dumps(sorted(p.name for p in shared.directory().iterdir())), os.getpid())
"""
    before, after, files = process(script).split("----\n")

    assert read(before).total("http_requests_total") == 21
    assert read(after).total("http_requests_total") == 21
    assert read(after).total("http_request_duration_seconds_count") == 21
    assert read(after).total("http_request_duration_seconds_bucket", le="+Inf") == 21
    names, pid = files.rsplit(" ", 1)
    assert names == (
        f'["counter_0.db", "counter_{pid.strip()}.db", "exemplars_0.bin", "exemplars_{pid.strip()}.bin", '
        f'"histogram_0.db", "histogram_{pid.strip()}.db", "metrics.lock"]'
    )


def test_service_that_was_restarted_begins_anew(process):
    """What a former release has counted is gone, with its routes."""
    process("configure(sys.argv[1]); ask('/works/', '/no-such/')")

    reading = read(process("configure(sys.argv[1]); ask('/works/'); print(scrape())"))

    assert reading.total("http_requests_total") == 1


def test_gauge_of_a_process_that_has_ended_is_gone(process):
    """Those that tell of one process go with it; those that tell of the service stay."""
    script = """
configure(sys.argv[1])
from prometheus_client import Gauge
each = Gauge("each_process", "x")
last = Gauge("last_import_timestamp", "x", multiprocess_mode="mostrecent")
most = Gauge("most_rows", "x", multiprocess_mode="max")
each.set(1); last.set_to_current_time(); most.set(3)
def work():
    each.set(7); most.set(9)
    time.sleep(0.01)
    last.set(2_000_000_000)
os.waitpid(forked(work), 0)
from fireline.metrics import leftovers, shared
leftovers.clear(shared.directory())
print(scrape())
"""
    reading = read(process(script))

    assert [s.value for s in reading.samples if s.name == "each_process"] == [1]
    assert reading.total("last_import_timestamp") == 2_000_000_000
    assert reading.total("most_rows") == 9


def test_metrics_of_the_project_are_shared_too(process):
    """Made before Django started or after, with labels or without, and those of django-prometheus."""
    script = """
from prometheus_client import Counter, Gauge, Histogram, Info, Summary
early = Counter("early_total", "x"); early.inc(2)
early_labels = Counter("early_labels_total", "x", ["a"]); early_labels.labels("1").inc()
configure(sys.argv[1], DATABASES={"default": {
    "ENGINE": "django_prometheus.db.backends.sqlite3", "NAME": f"{sys.argv[1]}.sqlite3"}})
from django.db import connection
late = Histogram("late", "x", buckets=(1, 2)); summary = Summary("summary", "x")
queue = Gauge("queue", "x"); queue.set_function(lambda: 42)
Info("build", "x").info({"version": "7"})
def work():
    early.inc(); early_labels.labels("1").inc(exemplar={"trace_id": "abc"}); late.observe(1.5); summary.observe(2)
    connection.cursor().execute("SELECT 1")
for pid in [forked(work) for _ in range(3)]:
    assert os.waitpid(pid, 0)[1] == 0
print(scrape())
"""
    reading = read(process(script))

    assert reading.total("early_total") == 5
    assert reading.total("early_labels_total", a="1") == 4
    assert [exemplar.labels for exemplar in reading.examples("early_labels_total")] == [
        {"trace_id": "abc"}
    ]
    assert reading.total("late_bucket", le="2.0") == 3
    assert reading.total("summary_sum") == 6
    assert reading.total("queue") == 42
    assert reading.labels("build_info", "version") == {"7"}
    assert reading.total("django_db_execute_total", alias="default") >= 3


def test_process_tells_of_itself_where_it_is_alone(process):
    """With several, memory and processor time would be another one's at each scrape."""
    alone = read(process("configure(sys.argv[1]); ask('/works/'); print(scrape())"))
    several = read(process("""
configure(sys.argv[1]); ask("/works/")
import pathlib
pid = forked(lambda: (ask("/works/"), time.sleep(30)))
while len(list(pathlib.Path(sys.argv[1]).glob("shop/metrics/counter_*.db"))) < 2:
    time.sleep(0.01)
print(scrape())
os.kill(pid, 9); os.waitpid(pid, 0)
"""))  # fmt: skip

    assert alone.total("process_resident_memory_bytes") > 0
    assert "process_resident_memory_bytes" not in several.families


def test_project_that_has_set_up_several_processes_itself_keeps_its_way(process, tmp_path):
    """PROMETHEUS_MULTIPROC_DIR stands, and Fireline's figures and examples with it."""
    own = tmp_path / "own"
    own.mkdir()

    reading = read(
        process(
            THREE.replace("print(scrape())", "ask('/works/'); print(scrape())"),
            PROMETHEUS_MULTIPROC_DIR=str(own),
        )
    )

    assert reading.total("http_requests_total", endpoint="/works/") == 31
    assert reading.examples("http_request_duration_seconds_bucket", endpoint="/works/")
    assert list(own.glob("counter_*.db"))


def test_name_that_the_project_has_taken_is_left_to_it(process):
    """Its own counter of requests goes on; Fireline's gets a name of its own."""
    reading = read(process("""
from prometheus_client import Counter
own = Counter("http_requests_total", "x", ["a"]); own.labels("b").inc()
configure(sys.argv[1])
ask("/works/")
print(scrape())
"""))  # fmt: skip

    assert reading.total("http_requests_total") == 1
    assert reading.total("fireline_http_requests_total", endpoint="/works/") == 1


# Bad luck


@pytest.mark.parametrize("obstacle", ["file", "not-ours", "no-room"])
def test_figures_stay_in_the_process_where_they_cannot_be_shared(process, tmp_path, obstacle):
    """A directory that cannot be made, or a full disk: the service works, and counts."""
    run = tmp_path / "run"
    limit: tuple[str, ...] = ()
    if obstacle == "file":
        run.write_text("")
    elif obstacle == "not-ours":
        run.symlink_to("/proc/1")
    else:
        limit = ("prlimit", "--fsize=1000")

    text = process(
        "configure(sys.argv[1]); print(ask('/works/')[0].content); print(scrape())", before=limit
    )

    assert text.startswith("b'ok'")
    assert read(text.partition("\n")[2]).total("http_requests_total", endpoint="/works/") == 1


def test_disk_that_fills_up_ends_nobody(process, tmp_path):
    """Writing into a hole of a mapped file would end the process; series without room are left out."""
    script = """
configure(sys.argv[1])
from prometheus_client import Counter
many = Counter("many_total", "x", ["number"])
for number in range(5000):
    many.labels(f"{number:0100}").inc()
print(ask("/works/")[0].status_code)
print(scrape())
"""
    status, _, text = process(script, before=("prlimit", "--fsize=600000")).partition("\n")

    assert status == "200"
    assert 100 < read(text).total("many_total") < 5000


def test_files_that_somebody_has_broken_hurt_nobody(process, tmp_path):
    """A file that is cut, empty or no file of figures is passed over."""
    script = """
configure(sys.argv[1])
ask("/works/")
from fireline.metrics import shared
(shared.directory() / f"counter_{os.getppid()}.db").write_bytes(b"\\xff" * 100)
(shared.directory() / f"histogram_{os.getppid()}.db").write_bytes(b"")
(shared.directory() / f"exemplars_{os.getppid()}.bin").write_bytes(b"rubbish" * 999)
print(scrape())
"""
    assert read(process(script)).total("http_requests_total") == 1


def test_directory_is_for_its_user_alone(process, tmp_path):
    """Figures may tell who the customers are."""
    process("configure(sys.argv[1]); ask('/works/')")

    paths = [tmp_path / "run" / "shop", tmp_path / "run" / "shop" / "metrics"]
    assert [oct(path.stat().st_mode & 0o077) for path in paths] == ["0o0", "0o0"]
    assert all(not path.stat().st_mode & 0o077 for path in paths[1].iterdir())
    assert any(paths[1].iterdir())
