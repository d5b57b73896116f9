"""The modules that a web worker loads before its first request."""

import json
import subprocess
import sys

import pytest

# One process answers for all tests of this module.
pytestmark = pytest.mark.xdist_group("web_worker")
_LOADED = "import json, sys, config.wsgi; print(json.dumps(sorted(sys.modules)))"


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    output = subprocess.run([sys.executable, "-c", _LOADED], check=True, capture_output=True, text=True)
    return set(json.loads(output.stdout))


def test_web_worker__before_its_first_request__has_loaded_every_page(loaded: set[str]) -> None:
    assert {"config.urls", "offers.api.offer", "offers.admin", "analytics.admin.statistics"} <= loaded


def test_web_worker__before_its_first_request__has_not_loaded_what_only_learning_needs(
    loaded: set[str],
) -> None:
    assert not {"numba", "scipy", "pandas", "pyspark"} & loaded
