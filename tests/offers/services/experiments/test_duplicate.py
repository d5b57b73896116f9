"""A stopped experiment as a new draft."""

import pytest

from offers.models import Arm, LifecycleState
from offers.services.experiments.duplicate import duplicate_experiment
from offers.services.experiments.end import stop_experiment
from offers.services.experiments.start import start_experiment
from tests.offers.services.experiments.lab import AT, draft
from tests.support.admin_cast import Cast

pytestmark = pytest.mark.django_db


def test_duplicate__of_a_stopped_experiment__is_a_draft_with_its_arms() -> None:
    experiment = draft(exclusion_group="cart", group_share_bp=5000)
    start_experiment(experiment=experiment, at=AT)
    stop_experiment(experiment=experiment, at=AT)

    first, second = (duplicate_experiment(experiment=experiment) for _ in range(2))

    assert [first.code, second.code] == ["texts-2", "texts-3"]
    assert (first.state, first.starts_at, first.stopped_at) == (LifecycleState.DRAFT, None, None)
    arms = [
        [(arm.code, arm.weight_bp, arm.is_control, [one.code for one in arm.offers.all()]) for arm in rows]
        for rows in (Arm.objects.filter(experiment=one).order_by("pk") for one in (experiment, first))
    ]
    assert arms[0] == arms[1]
    assert not first.phases.exists()


def test_page__duplicate_of_a_stopped_experiment__leads_to_the_draft(cast: Cast) -> None:
    experiment = draft()
    start_experiment(experiment=experiment, at=AT)

    answer = cast.merchandiser.post(f"/admin/offers/experiment/{experiment.pk}/duplicate/", follow=True)

    assert answer.context["original"].code == "texts-2"
