"""The tables of the benchmark, each measured when it is called."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from scripts.benchmark import cold, delayed, load, requests, runtimes, sizes
from scripts.benchmark.engines import peers, roofline
from scripts.benchmark.peer import measure as peer
from scripts.benchmark.report import SkippedError, Table, number
from scripts.benchmark.requests import percentile

_TFLITE = runtimes.ROOT / ".venv-tflite/bin/python"
_PARTS = ("decode", "lookup", "infer", "polygons", "save", "total", "request")
_SPENT = "p50 ms", "p99 ms"


def of_requests() -> Table:
    """New images of 160 px, one after the other."""
    times = requests.measure()
    rows = [(part, *_percentiles(times[part])) for part in _PARTS]
    rows.append(("a killed worker to its successor's first answer", *_percentiles(times["fresh"])))
    notes = ["`lookup` is what remains to wait for after decoding; `request` is the client's time."]
    return Table("A new image of 160 x 160 px, warm worker", ("", *_SPENT), rows, notes)


def of_delays() -> Table:
    """New and kept images while every call waits."""
    found = delayed.measure()
    rows = [
        (name, *_percentiles(times))
        for name, times in (
            ("new image", found.new["request"]),
            ("kept image", found.kept["request"]),
            ("reading 100 kB from S3, alone", found.read),
            ("a statement of PostgreSQL, alone", found.statement),
        )
    ]
    title = f"S3 and PostgreSQL delayed by {delayed.DELAY_MS} ms a call, as on AWS"
    notes = [
        "A new image waits three times: to be looked up, for its objects, for its row; a kept one once."
        " What a call alone takes beyond the delay is the time of the local servers and of the clients;"
        " the local S3 also closes every connection after its answer."
    ]
    return Table(title, ("", *_SPENT), rows, notes)


def of_sizes() -> Table:
    """A town of 160, 1024 and 2048 px."""
    columns = (
        *("px", "decode ms", "infer, 1 thread", "infer, all cores", "ratio"),
        *("outline ms", "polygons", "peak MB"),
    )
    rows = []
    for size in map(sizes.measure, sizes.SIDES_PX):
        spent = (size.decode_ms, size.infer_ms, size.infer_all_ms)
        ratio = number(size.infer_ms / size.infer_all_ms, 2)
        after = (number(size.polygons_ms), number(size.polygons, 0), number(size.peak_mb, 0))
        rows.append((number(size.side_px, 0), *map(number, spent), ratio, *after))
    notes = ["`outline`: masks, polygons and areas. Peak: of a float32 upload."]
    return Table("A town by size, median", columns, rows, notes)


def of_load() -> Table:
    """Eight clients, and too many."""
    rows = []
    for name, clients, seconds, seen in zip(
        ("usual", "overload"),
        (load.CLIENTS, load.TOO_MANY),
        (load.DURATION_S, load.SHORT_S),
        load.measure(),
        strict=True,
    ):
        statuses = ", ".join(
            f"{count} x {status}" for status, count in sorted(seen.statuses.items())
        )
        spent = _percentiles(seen.times_ms, 0)
        rate = number(len(seen.times_ms) / seconds)
        rows.append(
            (
                f"{name}: {clients} clients, {seconds} s",
                rate,
                *spent,
                statuses,
                str(seen.silent_refusals),
            )
        )
    columns = ("", "answers/s", *_SPENT, "statuses", "refused without Retry-After")
    notes = ["A status of 0 is a request without an answer within a minute."]
    return Table("Load on two workers", columns, rows, notes)


def of_cold_start() -> Table:
    """A new process by part."""
    laps = cold.measure()
    *before, first = laps.items()
    rows = [(part, number(spent)) for part, spent in before]
    ready = sum(spent for _, spent in before)
    rows.append(("**until ready**", number(ready)))
    rows.append((first[0], number(first[1])))
    rows.append(("**until the first answer**", number(ready + first[1])))
    return Table("A cold start by part, median", ("", "ms"), rows)


def of_engines() -> Table:
    """The same weights in other engines."""
    rows, notes = [], []
    served: peers.Peer | None = None
    for found in peers.measure():
        if isinstance(found, str):
            notes.append(found)
            continue
        served = served or found
        ratio, jaccard = found.tile_ms / served.tile_ms, found.jaccard(served)
        rows.append(
            (found.name, found.weights, number(found.tile_ms), number(ratio, 2), number(jaccard, 4))
        )
    columns = ("engine", "weights", "p50 ms", "ratio", "Jaccard index to LiteRT's masks")
    notes.append(
        "Converted by tf2onnx; `float`: the int8 weights as floats, as no others are shipped."
    )
    return Table("A tile on one thread by engine", columns, rows, notes)


def of_runtimes() -> Table:
    """TFLite's runtimes through this package."""
    here = Path(sys.executable)
    found = [_runtime(here, "litert"), _runtime(here, "litert-builtin")]
    notes = []
    if _TFLITE.exists():
        found.append(_runtime(_TFLITE, "tflite-runtime"))
        same = found[2].masks == found[1].masks
        notes.append(
            f"tflite-runtime's masks are {'' if same else 'NOT '}identical to litert-builtin's."
        )
    else:
        notes.append("tflite-runtime is skipped: `make test-tflite` makes its environment.")
    rows = [
        (
            each.runtime,
            number(each.tile_ms),
            number(each.tile_ms / found[0].tile_ms, 2),
            number(each.jaccard(found[0]), 4),
        )
        for each in found
    ]
    columns = ("TESELA_RUNTIME", "p50 ms", "ratio", "Jaccard index to LiteRT's masks")
    return Table("A tile on one thread by TFLite runtime", columns, rows, notes)


def of_roofline() -> Table:
    """Multiplications a second."""
    works = roofline.measure()
    rows = [
        (
            work.name,
            number(work.macs / 1e6, 0),
            number(work.run_ms),
            number(work.gmacs_per_s),
            f"{100 * work.gmacs_per_s / works[0].gmacs_per_s:.0f} %",
        )
        for work in works
    ]
    columns = ("int8, LiteRT with XNNPACK, one thread", "10^6 MAC", "p50 ms", "10^9 MAC/s", "share")
    return Table("What XNNPACK reaches on this processor", columns, rows)


def of_peer() -> Table:
    """The service beside what a developer would write instead."""
    ours, theirs = peer.measure()
    ratio = percentile(theirs.times_ms, 50) / percentile(ours.times_ms, 50)
    rows = [
        ("Tesela", *_percentiles(ours.times_ms), "1.00", str(ours.features)),
        (
            "FastAPI and ONNX Runtime",
            *_percentiles(theirs.times_ms),
            number(ratio, 2),
            str(theirs.features),
        ),
    ]
    notes = [
        "GeoJSON of new images of 160 px in turn, one client, the same PostgreSQL and S3; the peer is"
        " `scripts/benchmark/peer/app.py`. It keeps no history, checks nothing and takes one tile."
    ]
    return Table(
        "What a developer would write instead", ("", *_SPENT, "ratio", "features"), rows, notes
    )


def of_soak() -> Table:
    """A worker's memory over thousands of requests."""
    rows = [(str(count), number(held, 0)) for count, held in load.soak(print)]
    return Table("Memory of one worker", ("requests", "MB"), rows)


def _runtime(python: Path, runtime: str) -> runtimes.Measured:
    command = [str(python), "-m", "scripts.benchmark.runtimes", runtime]
    try:
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except subprocess.CalledProcessError as error:
        raise SkippedError(f"{runtime}: {error.stderr.strip().splitlines()[-1]}") from error
    return runtimes.Measured(**json.loads(output))


def _percentiles(values: list[float], digits: int = 1) -> tuple[str, str]:
    return number(percentile(values, 50), digits), number(percentile(values, 99), digits)


# Of `make bench`, in this order; `soak` takes minutes and is asked for by name.
USUAL: dict[str, Callable[[], Table]] = {
    "requests": of_requests,
    "delayed": of_delays,
    "sizes": of_sizes,
    "load": of_load,
    "cold": of_cold_start,
    "runtimes": of_runtimes,
    "engines": of_engines,
    "roofline": of_roofline,
    "peer": of_peer,
}
TABLES = {**USUAL, "soak": of_soak}
