import json
import os
import subprocess
import sys
from dataclasses import dataclass
from statistics import median
from typing import Any

import pytest

from tests.bench.conditions import QUICK, measure
from tests.bench.curve import ENGINES
from tests.bench.report import Target
from tests.bench.web import REPOSITORY

pytestmark = pytest.mark.xdist_group("bench")

PARTS = "pricing,serving,refresh,recompute,curve,import"


@dataclass(frozen=True)
class Bench:
    """The output of one small benchmark of everything on SQLite."""

    results: dict[str, Any]
    table: str


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("bench")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--only", PARTS, "--databases", "sqlite"],
        cwd=REPOSITORY,
        env=os.environ | {"AWASE_DATA": str(folder)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Bench(json.loads((folder / "bench.json").read_text()), done.stdout)


def test_bench__serving_and_refresh__reports_ratios_of_what_it_measured(bench: Bench) -> None:
    arms, ratios = bench.results["serving"]["arms"], bench.results["serving"]["ratios"]
    decisions = ["decision_10", "decision_50", "without_journal", "known_customer"]
    assert list(arms) == ["plain", "plain_call", *decisions]
    for arm in arms.values():
        assert arm["answers"] > 0
        assert arm["failed"] == 0
        assert arm["cpu_microseconds"] > 0
    by_round = zip(arms["decision_50"]["rounds"], arms["plain"]["rounds"], strict=True)
    expected = median(decision[0] / plain[0] for decision, plain in by_round)
    assert ratios["requests_decision_to_plain"] == pytest.approx(expected, rel=0.01)
    assert arms["plain"]["body_bytes"] == pytest.approx(arms["decision_50"]["body_bytes"], rel=0.2)
    assert bench.results["refresh"]["failed"] == 0
    assert bench.results["refresh"]["answers"] > 0
    assert "decision ÷ plain view" in bench.table


def test_bench__recompute_and_import__measures_the_database(bench: Bench) -> None:
    results = bench.results

    assert list(results["recompute"]) == list(results["import"]) == ["sqlite"]
    for measured in results["recompute"].values():
        assert measured["read_to_served_seconds"] > measured["stages"]["served"] >= 0
        assert measured["counts"]["lines"] > measured["lines"] > 0  # there are new orders
        assert measured["counts"]["rows_written"] > 0
        assert measured["peak_mb"] > 0
    for kinds in results["import"].values():
        for rates in kinds.values():
            imported, bulk = rates["rounds"][0]
            assert rates["ratio"] == pytest.approx(imported / bulk, rel=0.01)
    assert len(results["targets"]) == 10


def test_bench__pricing__measures_each_cart_against_each_number_of_offers(bench: Bench) -> None:
    for arms in bench.results["pricing"]["lines"].values():
        assert list(arms) == ["10", "100"]
        assert all(arm["ms"] > 0 and arm["asked"] >= 6 for arm in arms.values())
    assert "50 lines" in bench.table


def test_bench__curve__counts_the_same_pairs_with_every_engine(bench: Bench) -> None:
    curve = bench.results["curve"]

    assert [each["engine"] for each in curve] == list(ENGINES)
    # The orders are there twice.
    assert curve[0]["lines"] % 2 == 0
    assert len({(each["lines"], each["pairs"]) for each in curve}) == 1
    assert "peak MB" in bench.table


def test_bench__conditions__measures_decisions_with_and_without_them() -> None:
    figures = measure(QUICK)

    assert all(figure > 0 for figure in figures.values())
    assert list(figures)[-3:] == ["with_to_without", "most_to_fewest", "most_to_fewest_without"]


@pytest.mark.parametrize(
    ("measured", "is_ceiling", "is_met"), [(0.6, False, True), (0.59, False, False), (0.61, True, False)]
)
def test_target__measured_figure__tells_whether_the_target_is_met(
    measured: float, is_ceiling: bool, is_met: bool
) -> None:
    assert Target("share", 0.6, measured, is_ceiling).is_met is is_met
