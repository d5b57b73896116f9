"""The numeric tests pass with the kernels that OpenBLAS uses on other processors too."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
# The kernels that each value of OPENBLAS_CORETYPE may load: a build with one set of kernels for several
# processors reports the first of them.
NAMES = {
    "Haswell": {"Haswell"},
    "SkylakeX": {"SkylakeX"},
    "Zen": {"Zen", "Haswell"},
    "Prescott": {"Prescott", "Katmai"},
}
# The statistics need neither Django nor the fixtures of other tests: four processes start in half the time.
WITHOUT_DJANGO = (
    *("--noconftest", "-p", "no:django", "-p", "no:schemathesis", "-p", "no:xdist", "-p", "no:cacheprovider"),
    *("-o", "addopts=", "-W", "ignore:Unknown config option", "--hypothesis-profile", "ci"),
)
# Load both copies of OpenBLAS, run each kind of instruction once, and print the loaded kernels.
PROBE = """
import json, numpy, scipy.linalg, threadpoolctl
for dtype in ("float32", "float64"):
    matrix = numpy.eye(64, dtype=dtype)
    numpy.linalg.solve(matrix @ matrix, matrix[0] @ matrix), scipy.linalg.inv(matrix), matrix[0] @ matrix[1]
found = threadpoolctl.threadpool_info()
print(json.dumps([one["architecture"] for one in found if one["internal_api"] == "openblas"]))
"""


def environment_of(kernel: str) -> dict[str, str]:
    """Return the environment of a process that loads this kernel and is not a pytest worker."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "OPENBLAS_"))
    }
    return kept | {"OPENBLAS_CORETYPE": kernel}


def require(kernel: str) -> None:
    """Skip if the processor cannot run this kernel, or OpenBLAS does not have it."""
    probe = subprocess.run(
        [sys.executable, "-c", PROBE], env=environment_of(kernel), capture_output=True, text=True, check=False
    )
    if probe.returncode < 0:
        pytest.skip(f"This processor cannot run OpenBLAS's kernel {kernel} (signal {-probe.returncode}).")
    assert probe.returncode == 0, probe.stderr
    loaded = set(json.loads(probe.stdout))
    if not loaded:
        pytest.skip("numpy and scipy do not use OpenBLAS here: there is no kernel to choose.")
    if not loaded <= NAMES[kernel]:
        pytest.skip(f"OpenBLAS has no kernel {kernel} for this processor; it loads {sorted(loaded)}.")


@pytest.mark.parametrize("kernel", NAMES)
def test_numeric_tests__kernel_of_another_processor__pass(kernel: str) -> None:
    require(kernel)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-m", "numeric", *WITHOUT_DJANGO, *numeric_files()],
        cwd=REPOSITORY,
        env=environment_of(kernel),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-5000:] + done.stderr


def numeric_files() -> list[Path]:
    """Return the files of this folder, and of those in it, that hold tests with the mark `numeric`."""
    return [path for path in Path(__file__).parent.rglob("test_*.py") if "mark.numeric" in path.read_text()]
