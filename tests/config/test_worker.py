"""The modules that a worker loads before its first task, which stay in memory."""

import json
import subprocess
import sys

from django.contrib import admin
from django.core.checks import run_checks

import config.urls  # noqa: F401 (finds the admin's pages)

_LOADED = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
import analytics.tasks, offers.tasks
print(json.dumps(sorted(sys.modules)))
"""


def test_worker__after_loading_its_tasks__has_not_loaded_arrow_or_the_admin() -> None:
    output = subprocess.run([sys.executable, "-c", _LOADED], check=True, capture_output=True, text=True)
    loaded = set(json.loads(output.stdout))

    assert "analytics.services.recompute" in loaded
    assert not {"pyarrow", "pandas", "config.urls", "offers.admin", "catalog.admin"} & loaded


def test_admin__registered_with_the_urls__passes_the_checks() -> None:
    assert len(admin.site._registry) > 10
    assert run_checks(tags=["admin"]) == []
