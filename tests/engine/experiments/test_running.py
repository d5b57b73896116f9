"""What a unit is assigned to: by its hash alone, and in one thing at a time."""

import pytest

from engine.experiments.running import (
    UNASSIGNED,
    Experiments,
    RunningExperiment,
    ShopGroups,
    unit_of,
)
from engine.experiments.split import ArmSplit, ranges_of

UNITS = [unit_of(None, f"visitor-{number}") for number in range(4000)]
GROUPS = ShopGroups(ArmSplit("shop", ((0.0, 0.1), (0.9, 1.0))))


def experiment(coverage: float = 1.0, **given: object) -> RunningExperiment:
    split = ArmSplit("texts", ranges_of((0.5, 0.5), coverage))
    return RunningExperiment("texts", split, ("a", "b"), 100, **given)  # type: ignore[arg-type]


def test_unit__customer_and_visitor__is_the_customer() -> None:
    assert (unit_of("7", "7"), unit_of(None, "7"), unit_of("", None)) == ("c:7", "v:7", "")


def test_assignment__nobody__is_assigned_to_nothing() -> None:
    assert Experiments((experiment(),), GROUPS).assignment_of("", 100) is UNASSIGNED


@pytest.mark.parametrize(("at", "is_assigned"), [(99, False), (100, True), (199, True), (200, False)])
def test_assignment__period__is_half_open(at: int, is_assigned: bool) -> None:
    arms = Experiments((experiment(ends_at=200),)).assignment_of("v:1", at).arms

    assert bool(arms) == is_assigned


def test_assignment__groups__have_their_shares_and_no_arms() -> None:
    found = [Experiments((experiment(),), GROUPS).assignment_of(unit, 100) for unit in UNITS]

    shares = {name: sum(one.group == name for one in found) / 4000 for name in ("holdout", "usual")}
    assert shares == pytest.approx({"holdout": 0.1, "usual": 0.1}, abs=0.02)
    assert all((one.group == "everything") == bool(one.arms) for one in found)


def test_assignment__larger_coverage__moves_nobody() -> None:
    small, large = Experiments((experiment(0.2),)), Experiments((experiment(0.7),))

    arms = [(small.assignment_of(unit, 100).arms, large.assignment_of(unit, 100).arms) for unit in UNITS]

    assert all(not before or before == after for before, after in arms)
    assert sum(bool(before) for before, _after in arms) < sum(bool(after) for _before, after in arms)


def test_assignment__only_customers__leaves_out_visitors() -> None:
    found = Experiments((experiment(only_customers=True),))

    assert found.assignment_of("v:1", 100).arms == {}
    assert found.assignment_of("c:1", 100).arms.keys() == {"texts"}
