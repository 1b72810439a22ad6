import json
import subprocess

import numpy as np
import pytest

from scripts.benchmark.runtimes import ROOT, Measured, _packed, measure

TFLITE = ROOT / ".venv-tflite/bin/python"


@pytest.mark.skipif(
    not TFLITE.exists(), reason="tflite-runtime has its own environment: make test-tflite"
)
def test_tflite_runtime_and_litert_draw_identical_masks_with_the_same_kernels() -> None:
    command = [str(TFLITE), "-m", "scripts.benchmark.runtimes", "tflite-runtime"]
    environment = {"PYTHONPATH": f"{ROOT / 'lambda_image'}:{ROOT}", "PATH": "/usr/bin:/bin"}
    output = subprocess.run(
        command, check=True, capture_output=True, text=True, env=environment, cwd=ROOT
    ).stdout
    tflite = Measured(**json.loads(output))
    assert tflite.masks == measure("litert-builtin").masks
    assert tflite.jaccard(measure("litert")) > 0.95


def test_jaccard_of_two_runtimes_is_over_all_samples() -> None:
    one = np.array([[True, True, False, False]])
    two = np.array([[True, False, True, False]])
    first = Measured("a", 1, {"x": _packed(one), "y": _packed(one)})
    second = Measured("b", 1, {"x": _packed(two), "y": _packed(one)})
    assert first.jaccard(second) == pytest.approx(3 / 5)
    assert first.jaccard(first) == 1
