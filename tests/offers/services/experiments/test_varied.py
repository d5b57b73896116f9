"""Experiments whose arms rank, order or hold back differently, from the draft to the snapshot."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from engine.experiments.variation import Variation
from offers.models import Arm, Experiment, Placement, RestraintPolicy
from offers.services.collection.experiments import collect_experiments
from offers.services.collection.restraint import collect_restraint
from offers.services.experiments.start import start_experiment
from tests.offers.services.experiments.lab import AT, draft

pytestmark = pytest.mark.django_db


def varied(code: str, arm: str = "new", **columns: object) -> Experiment:
    """Return a draft without offers of which an arm has these columns."""
    experiment = draft(code, offers={})
    Arm.objects.filter(experiment=experiment, code=arm).update(**columns)
    return experiment


def variations() -> dict[str, Variation]:
    [running] = collect_experiments().running
    return dict(running.variations)


def test_order_and_ranking__of_an_arm__reach_the_snapshot() -> None:
    shown, board = (Placement.objects.create(code=code, name=code) for code in ("shown", "tried"))

    start_experiment(experiment=varied("a", placement=shown, board=board, ranking="picked"), at=AT)

    assert variations() == {"new": Variation("picked", {"shown": "tried"})}


def test_policies__switched_in_an_arm__are_off_or_on() -> None:
    on, off = (
        RestraintPolicy.objects.create(
            outcome="shown", count=count, pause_days=7, is_active=count == 3, counts_from=AT
        )
        for count in (3, 5)
    )
    experiment = draft("a", offers={})
    experiment.arms.get(code="new").switched_policies.set([on, off])

    start_experiment(experiment=experiment, at=AT)

    tried = variations()["new"].restraint
    assert tried is not None
    assert [policy.count for policy in tried.policies] == [5]
    usual = collect_restraint()
    assert ([one.count for one in usual.policies], [one.count for one in usual.tried]) == ([3], [5])


@pytest.mark.parametrize(
    ("arm", "ranking", "refusal"),
    [("control", "picked", "The control ranks"), ("new", "learned", "All arms are the same")],
)
def test_start__with_nothing_to_compare__is_refused(arm: str, ranking: str, refusal: str) -> None:
    with pytest.raises(ValidationError, match=refusal):
        start_experiment(experiment=varied("a", arm, ranking=ranking), at=AT)


def test_start__while_another_varies_the_same__is_refused() -> None:
    start_experiment(experiment=varied("a", ranking="picked"), at=AT)

    with pytest.raises(ValidationError, match="vary the same: a"):
        start_experiment(experiment=varied("b", ranking="unanswered"), at=AT)


def test_board__of_the_placement_itself__is_refused() -> None:
    shown = Placement.objects.create(code="shown", name="shown")

    with pytest.raises(IntegrityError):
        varied("a", placement=shown, board=shown)
