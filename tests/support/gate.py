"""The Celery application for tests, with a gate in the middle of a recompute.

While the file AWASE_GATE exists, a recompute waits before counting, so that a test can kill it there.
"""

import os
import time
from pathlib import Path
from typing import Any

import django

from config.celery import app

django.setup()

from analytics.services import recompute  # noqa: E402 (models need Django set up)
from analytics.stats.learn import LearnedGeneration, learn  # noqa: E402

GATE = Path(os.environ["AWASE_GATE"])


def learn_behind_the_gate(**arguments: Any) -> LearnedGeneration:
    """Wait until the gate is open, then learn."""
    while GATE.exists():
        arguments["on_progress"]("gate", 0, 1)
        time.sleep(0.05)
    return learn(**arguments)


recompute.learn = learn_behind_the_gate  # type: ignore[attr-defined]

__all__ = ["app"]
