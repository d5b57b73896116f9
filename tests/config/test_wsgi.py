"""The modules that a web worker loads before its first request."""

import json
import subprocess
import sys

_LOADED = "import json, sys, config.wsgi; print(json.dumps(sorted(sys.modules)))"


def test_web_worker__before_its_first_request__has_loaded_every_page() -> None:
    output = subprocess.run([sys.executable, "-c", _LOADED], check=True, capture_output=True, text=True)
    loaded = set(json.loads(output.stdout))

    assert {"config.urls", "offers.api.offer", "offers.admin", "analytics.admin.statistics"} <= loaded
