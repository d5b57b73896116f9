"""Arms by weights and coverage, and experiments that exclude each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.experiments.split import ArmSplit, NamespaceSlice, PositionRange, ranges_of

UNITS = [f"C{number}" for number in range(400)]


def test_ranges__with_weights_and_coverage__are_those_published() -> None:
    # GrowthBook, packages/sdk-js/test/cases.json, getBucketRange.
    found = ranges_of((0.2, 0.3, 0.5), 0.2)

    assert [end for each in found for end in each] == pytest.approx([0, 0.04, 0.2, 0.26, 0.5, 0.6])


@pytest.mark.parametrize(
    ("ranges", "position", "arm"),
    # GrowthBook, packages/sdk-js/test/cases.json, chooseVariation.
    [
        (((0.0, 0.5), (0.5, 1.0)), 0.5, 1),
        (((0.0, 0.25), (0.5, 0.75)), 0.4, None),
    ],
)
def test_arm__of_published_positions__is_theirs(
    ranges: tuple[PositionRange, ...], position: float, arm: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.experiments.split.position_of", lambda _unit, _seed: position)

    assert ArmSplit("seed", ranges).arm_of("C1") == arm


@given(st.floats(0, 1), st.floats(0, 1), st.text(max_size=12))
def test_ramp__of_coverage__moves_nobody(one: float, other: float, seed: str) -> None:
    before, after = (ArmSplit(seed, ranges_of((0.2, 0.3, 0.5), each)) for each in sorted((one, other)))

    arms = [(before.arm_of(unit), after.arm_of(unit)) for unit in UNITS[:100]]

    assert all(early in {None, late} for early, late in arms)


def test_split__with_full_coverage__leaves_nobody_out() -> None:
    split = ArmSplit("seed", ranges_of((0.1, 0.9)))

    arms = [split.arm_of(unit) for unit in UNITS]

    assert set(arms) == {0, 1}
    assert 20 <= arms.count(0) <= 60


def test_split__arm_without_weight__gets_nobody() -> None:
    split = ArmSplit("seed", ranges_of((0.0, 1.0)))

    assert {split.arm_of(unit) for unit in UNITS} == {1}


def test_namespace__of_two_experiments__gives_each_unit_to_one_at_most() -> None:
    first, second = (
        ArmSplit(seed, ranges_of((0.5, 0.5)), NamespaceSlice("texts", part))
        for seed, part in (("one", (0.0, 0.4)), ("two", (0.4, 0.8)))
    )

    in_first = {unit for unit in UNITS if first.arm_of(unit) is not None}
    in_second = {unit for unit in UNITS if second.arm_of(unit) is not None}

    assert not in_first & in_second
    assert 100 < len(in_first) < 220
    assert 100 < len(in_second) < 220


@pytest.mark.parametrize(
    ("weights", "coverage"), [((0.5, 0.4), 1.0), ((1.5, -0.5), 1.0), ((0.5, 0.5), 1.1), ((0.5, 0.5), -0.1)]
)
def test_ranges__of_shares_that_are_none__are_refused(weights: tuple[float, ...], coverage: float) -> None:
    with pytest.raises(ValueError, match=r"are not negative|from 0 to 1"):
        ranges_of(weights, coverage)
