"""Run by `make test-schema`: schemathesis against a running stack, every check, links followed."""

import json
import os
import subprocess
from pathlib import Path

from scripts.local.stack import ROOT, LocalStack

EXAMPLES = (
    os.environ.get("EXAMPLES") or "100"
)  # per operation; the whole run is thousands of requests
MAX_SECONDS = os.environ.get("MAX_SECONDS")
HERE = Path(__file__).parent
# A random body is refused as no TIFF although the description allows it, and a random id as unknown.
EXCLUDED = "positive_data_acceptance"


def test_the_service_answers_as_its_description_says(stack: LocalStack, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    run = subprocess.run(
        [
            ROOT / ".venv-schemathesis/bin/schemathesis",
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
            "--seed=1",
            *([f"--max-time={MAX_SECONDS}"] if MAX_SECONDS else []),
            "--report=json",
            f"--report-json-path={report}",
        ],
        env=os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert json.loads(report.read_text())
