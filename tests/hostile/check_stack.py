"""Send every hostile file to a running stack: the workers live on, and nothing stays behind.

Run by `make test-hostile`. What `test_hostile.py` sees of one file in this process, this sees of the
whole service: time and memory of its workers, its log, its objects and rows, and a trap that stays
untouched.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from tesela.edges.database import Database
from tesela.edges.postgres import PostgresIndex

from scripts.local.data import DataDirectory
from scripts.local.stack import LocalStack
from tests.guard import untouched
from tests.hostile.case import ACCEPTED, DECODED
from tests.hostile.corpus import CORPUS
from tests.stack import OverHttp
from tests.tiffs import counts, placed

MAX_S, MAX_LARGE_S = 2, 20
MAX_MB, MAX_LARGE_MB = 600, 1200  # above the baseline
MAX_LOG_BYTES = 4096  # a request
MAX_BODY_BYTES = 4_500_000
REFUSED = {400, 413, 415, 422}
HANGS_S = 60


@pytest.fixture(scope="module")
def hostile_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    data = tmp_path_factory.mktemp("hostile")
    with LocalStack(data) as stack:
        stack.wait_all_ready()
        yield stack
    DataDirectory(data).remove()


def peak_mb(pid: int) -> float:
    """The highest use of memory of a process so far."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) / 1024


def kept(stack: LocalStack) -> tuple[int, int]:
    """How many objects and rows there are."""
    listed = stack.objects.client().list_objects_v2(
        Bucket=stack.objects.bucket, Prefix="predictions/"
    )
    index = PostgresIndex(Database.at(stack.environment["DATABASE_URL"]))
    try:
        ((rows,),) = index._run("SELECT count(*) FROM prediction")
    finally:
        index.close()
    return listed["KeyCount"], rows


def log_bytes(stack: LocalStack) -> int:
    return sum(path.stat().st_size for path in stack._data.logs.iterdir())


@pytest.fixture(scope="module")
def trapped(hostile_stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A file of the system that some of the corpus name."""
    with untouched(Path("/etc/hostname")):
        yield


def processor_s(pid: int) -> float:
    """Seconds that a process has computed so far."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def post(http: OverHttp, body: bytes, pids: Iterable[int]) -> tuple[int, str, float]:
    """Return status, code or prediction id, and the time that the service needed.

    On a busy machine that is what its workers computed, as waiting for a processor is not theirs.
    """
    computed, start = sum(map(processor_s, pids)), time.perf_counter()
    reply = http("POST", "/predictions", body, {"content-type": "image/tiff"})
    passed = time.perf_counter() - start
    assert passed < HANGS_S
    document = reply.json
    name = document["id"] if reply.status in (200, 201) else document["code"]
    return reply.status, name, min(passed, sum(map(processor_s, pids)) - computed)


def test_no_hostile_file_harms_the_service(
    hostile_stack: LocalStack, trapped: None, tell: Callable[[str], None]
) -> None:
    http = OverHttp(hostile_stack.api_url)
    for seed in range(8):  # both workers have done all that an honest image needs
        document = http("POST", "/predictions", placed(counts(160, 160, seed=seed))).json
        http("DELETE", f"/predictions/{document['id']}")
    pids = {worker.pid for worker in hostile_stack.workers}
    baseline, empty = max(map(peak_mb, pids)), kept(hostile_stack)
    failures, slowest, log_start = [], (0.0, ""), log_bytes(hostile_stack)
    # The large ones last, as a process's highest use of memory never falls.
    for name, case in sorted(CORPUS.items(), key=lambda item: item[1].large):
        body = case.make()
        if len(body) > MAX_BODY_BYTES:
            continue
        status, told, spent = post(http, body, pids)
        slowest = max(slowest, (spent, name)) if not case.large else slowest
        memory = max(map(peak_mb, pids)) - baseline
        expected = (200, 201) if case.outcome in (DECODED, ACCEPTED) else REFUSED
        if (
            status not in expected
            or (status in REFUSED and told != case.outcome)
            or spent > (MAX_LARGE_S if case.large else MAX_S)
            or memory > (MAX_LARGE_MB if case.large else MAX_MB)
        ):
            failures.append(f"{name}: {status} {told}, {spent:.1f} s, {memory:.0f} MB")
        if status in (200, 201):
            assert http("DELETE", f"/predictions/{told}").status == 204
    logged = log_bytes(hostile_stack) - log_start
    tell(f"{len(CORPUS)} files, slowest {slowest[0]:.2f} s ({slowest[1]}), {logged} bytes of log")
    assert failures == []
    assert {worker.pid for worker in hostile_stack.workers} == pids, "a worker died"
    assert kept(hostile_stack) == empty
    assert logged < MAX_LOG_BYTES * len(CORPUS) * 2
