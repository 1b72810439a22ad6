"""Run by `make test-schema`: schemathesis against a running stack, every check, links followed."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from scripts.local.stack import ROOT, LocalStack
from scripts.process_scene.remote import Service, process_remotely
from tests.stack import OverHttp
from tests.tiffs import counts, one_page, placed

EXAMPLES = (
    os.environ.get("EXAMPLES") or "100"
)  # per operation; the whole run is thousands of requests
MAX_SECONDS = os.environ.get("MAX_SECONDS")
HERE = Path(__file__).parent
# A valid option may still not suit the image, and a valid id may be unknown.
EXCLUDED = "positive_data_acceptance"
# Accepted only as long as a scene is processed, which is tested in tests/api/test_scenes.py.
PASSING = {"GET /scenes/{scene_id}/blocks/{name}"}


def test_the_service_answers_as_its_description_says(
    stack: LocalStack, http: OverHttp, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    report, image, accepted = (tmp_path / name for name in ("report.json", "image.tif", "accepted"))
    image.write_bytes(one_page(counts(32, 48)))
    kept = http("POST", "/predictions?threshold=0.1", image.read_bytes()).json
    scene = done_scene(http, tmp_path)
    run = subprocess.run(
        [
            ROOT / ".venv-schemathesis/bin/schemathesis",
            f"--config-file={HERE / 'schemathesis.toml'}",
            "run",
            f"{stack.api_url}/openapi.json",
            f"--url={stack.api_url}",
            "--checks=all",
            f"--exclude-checks={EXCLUDED}",
            "--phases=examples,coverage,fuzzing,stateful",
            f"--max-examples={EXAMPLES}",
            "--continue-on-failure",
            "--suppress-health-check=all",
            "--request-timeout=60",
            "--max-response-time=60",  # of a machine that is busy with other tests
            "--workers=2",  # as many as the stack has
            "--seed=1",
            *([f"--max-time={MAX_SECONDS}"] if MAX_SECONDS else []),
            "--report=json",
            f"--report-json-path={report}",
        ],
        env=os.environ
        | {
            "SCHEMATHESIS_HOOKS": "hooks",
            "PYTHONPATH": str(HERE),
            "SCHEMA_IMAGE": str(image),
            "SCHEMA_ACCEPTED": str(accepted),
            "SCHEMA_PREDICTION": kept["id"],
            "SCHEMA_SCENE": scene,
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    result = json.loads(report.read_text())
    tell(f"{result['test_cases']['generated']} cases in {result['running_time']:.0f} s")
    offered = {
        f"{method.upper()} {path}"
        for path, methods in http("GET", "/openapi.json").json["paths"].items()
        for method in methods
    }
    assert set(accepted.read_text().splitlines()) | PASSING == offered


def done_scene(http: OverHttp, folder: Path) -> str:
    """Let a small scene be processed, and return its id."""
    path = folder / "scene.tif"
    path.write_bytes(placed(counts(64, 80)))
    _, scene = process_remotely(
        Service(http.url), [str(path)], folder / "scenes", {}, lambda *_: None
    )
    return str(scene["id"])
