"""What an experiment needs before it can start, and what its start does."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalog.models import Revision
from offers.models import Experiment, LifecycleState, OfferStrategy, Phase
from offers.services.experiments.end import conclude_experiment
from offers.services.experiments.start import start_experiment
from tests.offers.services.experiments.lab import AT, draft, offer

pytestmark = pytest.mark.django_db


def refusals(experiment: Experiment) -> list[str]:
    with pytest.raises(ValidationError) as error:
        start_experiment(experiment=experiment, at=AT)
    assert not Phase.objects.filter(experiment=experiment).exists()
    return error.value.messages


def test_start__draft__runs_from_now_with_a_first_phase_and_a_new_revision() -> None:
    experiment = draft(weights={"control": 9000, "new": 1000}, coverage_bp=2000)

    start_experiment(experiment=experiment, at=AT)

    assert (experiment.state, experiment.starts_at) == (LifecycleState.RUNNING, AT)
    phase = Phase.objects.get(experiment=experiment)
    assert (phase.number, phase.started_at, phase.ended_at) == (1, AT, None)
    assert (phase.weights, phase.coverage_bp) == ({"control": 9000, "new": 1000}, 2000)
    assert Revision.objects.get(domain="offers").number == 1


def test_start__planned_for_later__begins_then() -> None:
    later = AT + timedelta(days=2)
    experiment = draft(starts_at=later)

    start_experiment(experiment=experiment, at=AT)

    assert experiment.starts_at == Phase.objects.get().started_at == later


def test_start__paused_offers_of_its_arms__are_published() -> None:
    paused = offer("paused", is_active=False)
    OfferStrategy.objects.create(offer=paused, strategy="popular")
    experiment = draft(offers={"control": [offer("shown")], "new": [paused]})

    published = start_experiment(experiment=experiment, at=AT)

    paused.refresh_from_db()
    assert published == [paused]
    assert paused.is_active


def test_start__paused_offer_that_applies_to_nothing__is_refused() -> None:
    experiment = draft(offers={"new": [offer("empty", is_active=False)]})

    assert refusals(experiment) == ["These offers do not apply to anything: empty"]


@pytest.mark.parametrize(
    ("weights", "refusal"),
    [
        ({"control": 10_000}, "An experiment needs at least two arms."),
        ({"control": 5000, "new": 4000}, "The shares of the arms must add up to 100%, not to 90%."),
    ],
)
def test_start__wrong_arms__is_refused(weights: dict[str, int], refusal: str) -> None:
    assert refusal in refusals(draft(weights=weights))


def test_start__no_control__is_refused() -> None:
    experiment = draft()
    experiment.arms.update(is_control=False)

    assert refusals(experiment) == ["Choose one arm as the control."]


def test_start__same_offers_in_all_arms__is_refused() -> None:
    both = offer("both")

    experiment = draft(offers={"control": [both], "new": [both]})

    assert refusals(experiment) == ["All arms are the same, so there is nothing to compare."]


def test_start__end_in_the_past__is_refused_at_the_field() -> None:
    experiment = draft(ends_at=AT)

    with pytest.raises(ValidationError) as error:
        start_experiment(experiment=experiment, at=AT)

    assert error.value.message_dict == {"ends_at": ["The end must be later than the start."]}


def test_start__twice__is_refused() -> None:
    experiment = draft()
    start_experiment(experiment=experiment, at=AT)

    with pytest.raises(ValidationError, match="Only a draft can be started"):
        start_experiment(experiment=experiment, at=AT)

    assert Phase.objects.count() == 1


def test_offer__of_another_experiment__is_free_once_that_is_concluded() -> None:
    shared = offer("shared")
    first, second = draft("first", offers={"new": [shared]}), draft("second", offers={"new": [shared]})
    refusal = ["These offers are in another experiment that is not concluded: shared"]
    assert refusals(second) == refusal

    Experiment.objects.filter(pk=second.pk).update(state=LifecycleState.CONCLUDED, starts_at=AT)
    start_experiment(experiment=first, at=AT)
    conclude_experiment(experiment=first, winner=first.arms.get(code="new"), at=AT)
    third = draft("third", offers={"new": [shared]})
    start_experiment(experiment=third, at=AT)

    assert third.state == LifecycleState.RUNNING


def test_start__discount_in_one_arm__needs_to_be_acknowledged() -> None:
    cheaper = offer("cheaper", benefit_kind="percent", benefit_value=1000)
    experiment = draft(offers={"control": [offer("usual")], "new": [cheaper]})

    (refusal,) = refusals(experiment)
    assert refusal.startswith("The arms have different prices")

    experiment.acknowledged_prices = True
    experiment.save()
    start_experiment(experiment=experiment, at=AT)
    assert experiment.state == LifecycleState.RUNNING


def test_start__same_discount_with_other_texts__needs_no_acknowledgement() -> None:
    one, other = (
        offer(code, headline_en=code, benefit_kind="percent", benefit_value=1000) for code in ("one", "other")
    )

    start_experiment(experiment=draft(offers={"control": [one], "new": [other]}), at=AT)

    assert Phase.objects.exists()


@pytest.mark.parametrize("code", ["holdout", ""])
def test_code__reserved_or_empty__is_refused_by_the_database(code: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Experiment.objects.create(code=code, name_en="Holdout")
