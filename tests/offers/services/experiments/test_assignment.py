"""Whom running experiments assign to what, as collected for decisions."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from engine.conditions import ArmRequired
from engine.experiments.running import OUTSIDE, Experiments
from offers.models import Experiment, Phase
from offers.services.collection.experiments import collect_arms, collect_experiments
from offers.services.experiments.change import adjust_experiment, change_split
from offers.services.experiments.end import conclude_experiment, stop_experiment
from offers.services.experiments.start import start_experiment
from tests.offers.services.experiments.lab import AT, CUSTOMERS, draft, offer

pytestmark = pytest.mark.django_db
SECOND = int(AT.timestamp())


def arms_now(code: str = "texts", at: int = SECOND) -> dict[str, str]:
    """Return the arm of every customer who is in the experiment."""
    experiments = collect_experiments()
    assigned = {unit: experiments.assignment_of(unit, at).arms for unit in CUSTOMERS}
    return {unit: arms[code] for unit, arms in assigned.items() if code in arms}


def started(code: str = "texts", **columns: object) -> Experiment:
    experiment = draft(code, **columns)  # type: ignore[arg-type]
    start_experiment(experiment=experiment, at=AT)
    return experiment


def test_split__of_three_arms__follows_the_shares() -> None:
    started(weights={"control": 5000, "a": 3000, "b": 2000})

    arms = list(arms_now().values())

    assert len(arms) == len(CUSTOMERS)
    # Within four standard errors of a binomial share.
    for arm, share in (("control", 0.5), ("a", 0.3), ("b", 0.2)):
        error = (share * (1 - share) / len(arms)) ** 0.5
        assert abs(arms.count(arm) / len(arms) - share) < 4 * error


def test_experiment__before_its_start_and_from_its_end__assigns_nobody() -> None:
    started(starts_at=AT + timedelta(hours=1), ends_at=AT + timedelta(hours=2))

    assert arms_now(at=SECOND + 3599) == {} != arms_now(at=SECOND + 3600)
    assert arms_now(at=SECOND + 7199) != {} == arms_now(at=SECOND + 7200)


def test_coverage__ramp__adds_shoppers_and_moves_nobody() -> None:
    experiment = started(coverage_bp=2000)
    before = arms_now()

    adjust_experiment(experiment=experiment, coverage_bp=6000, ends_at=None, at=AT)
    after = arms_now()

    assert 40 < len(before) < 130 < len(after) < 320
    assert before.items() <= after.items()
    assert Phase.objects.get().coverage_bp == 6000
    with pytest.raises(ValidationError, match="can only grow"):
        adjust_experiment(experiment=experiment, coverage_bp=5999, ends_at=None, at=AT)


def test_split__changed__begins_a_phase_that_assigns_everybody_anew() -> None:
    experiment = started()
    before = arms_now()
    later = AT + timedelta(days=3)

    change_split(experiment=experiment, weights={"control": 2000, "new": 8000}, at=later)
    after = arms_now(at=int(later.timestamp()))

    first, second = Phase.objects.order_by("number")
    assert (first.ended_at, second.started_at, second.ended_at) == (later, later, None)
    assert first.seed != second.seed
    # A ramp of the new arm would keep everybody in it who was there: 100 %, against 80 % by chance.
    stayed = [unit for unit, arm in before.items() if arm == "new" and after[unit] == "new"]
    assert 0.65 < len(stayed) / list(before.values()).count("new") < 0.92


@pytest.mark.parametrize(
    ("weights", "refusal"),
    [
        ({"control": 5000, "new": 5000}, "The shares are the same as before."),
        ({"control": 5000, "new": 4000}, "The shares of the arms must add up to 100%, not to 90%."),
        ({"control": 10_000, "new": 0}, "Each arm needs a share."),
        ({"control": 10_000}, "Enter the share of every arm."),
    ],
)
def test_split__changed_to_wrong_shares__is_refused(weights: dict[str, int], refusal: str) -> None:
    experiment = started()

    with pytest.raises(ValidationError, match=refusal):
        change_split(experiment=experiment, weights=weights, at=AT)

    assert Phase.objects.count() == 1


def test_groups__of_exclusion__never_share_a_shopper() -> None:
    started("one", exclusion_group="cart", group_share_bp=4000)
    started("two", exclusion_group="cart", group_share_bp=6000)

    one, two = arms_now("one").keys(), arms_now("two").keys()

    assert not one & two
    assert one | two == set(CUSTOMERS)


def test_group__full__lets_nobody_start_until_a_slice_is_free() -> None:
    first = started("one", exclusion_group="cart", group_share_bp=6000)
    second = draft("two", exclusion_group="cart", group_share_bp=5000)
    with pytest.raises(ValidationError, match="has only 40% left in one piece"):
        start_experiment(experiment=second, at=AT)

    stop_experiment(experiment=first, at=AT)
    start_experiment(experiment=second, at=AT)

    assert (second.group_start_bp, first.group_start_bp) == (0, None)


def test_arms__of_offers__name_the_outside_for_the_control() -> None:
    old, new, both = offer("old"), offer("new"), offer("both")

    started(offers={"control": [old, both], "new": [new, both]})

    assert collect_arms() == {
        old.pk: ArmRequired("texts", frozenset({"control", OUTSIDE})),
        new.pk: ArmRequired("texts", frozenset({"new"})),
    }
    assert collect_experiments().running[0].offers == {old.pk, new.pk}


def test_stop__keeps_the_offers_of_the_arms_to_the_control() -> None:
    experiment = started()
    restricted = collect_arms()

    stop_experiment(experiment=experiment, at=AT)

    assert collect_experiments() == Experiments()
    assert collect_arms() == restricted != {}
    assert Phase.objects.get().ended_at == AT
    with pytest.raises(ValidationError, match="not running"):
        stop_experiment(experiment=experiment, at=AT)


@pytest.mark.parametrize("is_stopped_first", [False, True])
def test_conclude__frees_the_winner_and_pauses_the_others(is_stopped_first: bool) -> None:
    old, new, both = offer("old"), offer("new"), offer("both")
    experiment = started(offers={"control": [old, both], "new": [new, both]})
    if is_stopped_first:
        stop_experiment(experiment=experiment, at=AT)

    paused = conclude_experiment(experiment=experiment, winner=experiment.arms.get(code="new"), at=AT)

    assert paused == [old]
    assert [one.is_active for one in (type(old).objects.get(pk=one.pk) for one in (old, new, both))] == [
        False,
        True,
        True,
    ]
    assert collect_arms() == {}
    assert collect_experiments() == Experiments()


def test_conclude__draft_or_another_experiments_arm__is_refused() -> None:
    experiment, other = draft("one"), started("two")

    with pytest.raises(ValidationError, match="running or stopped"):
        conclude_experiment(experiment=experiment, winner=experiment.arms.get(code="new"), at=AT)
    with pytest.raises(ValidationError, match="an arm of this experiment"):
        conclude_experiment(experiment=other, winner=experiment.arms.get(code="new"), at=AT)
