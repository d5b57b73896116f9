"""Evaluate a file of orders and print everything that was learned and measured.

`python -m tests.analytics.figures FILE` prints a digest of each column that would be published, and all
figures without rounding.
"""

import os
import sys
from dataclasses import astuple, fields, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from analytics.evaluation import evaluate as evaluation  # noqa: E402 (needs Django set up)
from analytics.evaluation.publication import learn_from  # noqa: E402
from analytics.evaluation.sources import read_sources  # noqa: E402
from analytics.stats.learn import LearnedGeneration  # noqa: E402
from analytics.stats.settings import LearningSettings  # noqa: E402


def write(name: str, value: object) -> None:
    """Print one line."""
    sys.stdout.write(f"{name} {value}\n")


def learn_and_print(*arguments: Any, **options: Any) -> LearnedGeneration:
    """Learn and print what would be published."""
    learned = learn_from(*arguments, **options)
    for field in fields(learned.data):
        value = getattr(learned.data, field.name)
        write(field.name, sha256(value.tobytes()).hexdigest() if isinstance(value, np.ndarray) else value)
    return learned


def main(path: Path) -> None:
    """Evaluate the orders in the file, as the command `evaluate` does."""
    sources = read_sources(orders_path=path, products_path=None, at=datetime.now(UTC))
    evaluation.learn_from = learn_and_print  # type: ignore[attr-defined]
    found = evaluation.evaluate(
        sources.orders.history, sources.catalogue, before_us=None, seed=0, settings=LearningSettings()
    )
    for question in found.questions:
        for result in question.results:
            write(question.code, astuple(replace(result, seconds=0.0)))
    write("quality", found.quality)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
