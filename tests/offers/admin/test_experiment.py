"""Experiments in the admin: who may do what, and what the steps say before they are taken."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils.timezone import now

from catalog.models import Revision
from offers.models import Arm, Experiment, LifecycleState, Offer, Phase
from offers.services.experiments.start import start_experiment
from tests.offers.services.experiments.lab import draft, offer
from tests.support.admin_cast import Cast, sign_in

pytestmark = pytest.mark.django_db
# What the form of an arm says of everything that is as in the shop.
ARM = {"ranking": "learned", "least_bp": "1", "most_bp": "100"}
STEPS = ("start", "change_split", "stop", "conclude")


def step(experiment: Experiment, name: str) -> str:
    return reverse(f"admin:offers_experiment_{name}", args=[experiment.pk])


def change_page(experiment: Experiment) -> str:
    return reverse("admin:offers_experiment_change", args=[experiment.pk])


def entries(arms: list[dict[str, Any]], saved: int = 0, **columns: Any) -> dict[str, Any]:
    """Return what the form sends."""
    sent = {
        "name_en": "Texts",
        "code": "texts",
        "coverage_bp": "100",
        "metric": "sales",
        "guardrails": ["returns"],
        "correction": "holm",
        "division": "fixed",
        "arms-TOTAL_FORMS": len(arms),
        "arms-INITIAL_FORMS": saved,
        **columns,
    }
    for row, arm in enumerate(arms):
        sent |= {f"arms-{row}-{name}": value for name, value in (ARM | arm).items()}
    return sent


def control(**columns: Any) -> dict[str, Any]:
    return {"code": "control", "name": "Control", "weight_bp": "90", "is_control": "on"} | columns


def new(*offers: Offer, **columns: Any) -> dict[str, Any]:
    return {"code": "new", "name": "New", "weight_bp": "10", "offers": [one.pk for one in offers]} | columns


def errors_in(page: Any) -> list[str]:
    formset = page.context["inline_admin_formsets"][0].formset
    return list(formset.non_form_errors())


def test_add__arms_with_offers__makes_a_draft(cast: Cast) -> None:
    added = offer("added")

    answer = cast.merchandiser.post(
        reverse("admin:offers_experiment_add"), entries([control(), new(added)], coverage_bp="20")
    )

    assert answer.status_code == 302, errors_in(answer)
    experiment = Experiment.objects.get()
    assert (experiment.state, experiment.coverage_bp, experiment.guardrails) == ("draft", 2000, ["returns"])
    arms = list(experiment.arms.order_by("pk").values_list("code", "weight_bp", "is_control"))
    assert arms == [("control", 9000, True), ("new", 1000, False)]
    assert list(Arm.objects.get(code="new").offers.all()) == [added]


@pytest.mark.usefixtures("cast")
def test_add__wrong_arms__names_the_faults_in_both_languages() -> None:
    arms = [control(weight_bp="80"), new()]
    faults = {}
    for language in ("en", "ja"):
        page = sign_in("merchandiser", language).post(reverse("admin:offers_experiment_add"), entries(arms))
        faults[language] = errors_in(page)

    assert faults["en"] == [
        "The shares of the arms must add up to 100%, not to 90%.",
        "All arms are the same, so there is nothing to compare.",
    ]
    assert faults["ja"] == [
        "群の割合の合計は100%にしてください（現在は90%です）。",
        "すべての群が同じため、比較するものがありません。",
    ]
    assert not Experiment.objects.exists()


def test_change__control_of_a_draft__moves_to_another_arm(cast: Cast) -> None:
    experiment = draft()
    first, second = experiment.arms.order_by("pk")
    shown = list(second.offers.all())
    rows = [
        {"id": first.pk, "experiment": experiment.pk, **control(weight_bp="50", is_control="")},
        {"id": second.pk, "experiment": experiment.pk, **new(*shown, weight_bp="50", is_control="on")},
    ]

    answer = cast.merchandiser.post(change_page(experiment), entries(rows, saved=2))

    assert answer.status_code == 302, errors_in(answer)
    assert list(experiment.arms.order_by("pk").values_list("is_control", flat=True)) == [False, True]


def test_start__confirmed__says_what_will_happen_and_runs(cast: Cast) -> None:
    experiment = draft()

    asked = cast.merchandiser.get(step(experiment, "start"))
    assert "Shoppers are assigned at once." in asked.text
    assert "new (50%) is shown: texts-offer" in asked.text
    assert Experiment.objects.get().state == LifecycleState.DRAFT

    answer = cast.merchandiser.post(step(experiment, "start"))

    assert answer["Location"] == change_page(experiment)
    assert Experiment.objects.get().state == LifecycleState.RUNNING
    assert LogEntry.objects.filter(object_id=experiment.pk).exists()
    history = cast.merchandiser.get(reverse("admin:offers_experiment_history", args=[experiment.pk]))
    assert "Started." in history.text


def test_start__different_prices__is_refused_with_the_reason(cast: Cast) -> None:
    cheaper = offer("cheaper", benefit_kind="percent", benefit_value=1000)
    experiment = draft(offers={"new": [cheaper]})

    answers = [
        cast.merchandiser.get(step(experiment, "start")),
        cast.merchandiser.post(step(experiment, "start")),
    ]

    assert ["The arms have different prices" in answer.text for answer in answers] == [True, True]
    assert Experiment.objects.get().state == LifecycleState.DRAFT


def test_change__running__keeps_all_but_the_coverage_and_the_end(cast: Cast) -> None:
    experiment = draft(coverage_bp=1000)
    start_experiment(experiment=experiment, at=now())
    end = now() + timedelta(days=10)
    sent = {
        "coverage_bp": "30",
        "ends_at_0": f"{end:%Y-%m-%d}",
        "ends_at_1": "12:00",
        "name_en": "Other",
        "arms-TOTAL_FORMS": 2,
        "arms-INITIAL_FORMS": 2,
    }
    for row, arm in enumerate(experiment.arms.order_by("pk")):
        sent |= {f"arms-{row}-id": arm.pk, f"arms-{row}-experiment": experiment.pk}

    answer = cast.merchandiser.post(change_page(experiment), sent)

    assert answer.status_code == 302
    changed = Experiment.objects.get()
    assert (changed.name_en, changed.coverage_bp, Phase.objects.get().coverage_bp) == ("texts", 3000, 3000)
    assert changed.ends_at is not None
    assert list(changed.arms.order_by("pk").values_list("is_control", flat=True)) == [True, False]
    assert Revision.objects.get(domain="offers").number >= 2


def test_change__coverage_of_a_running_one__cannot_shrink(cast: Cast) -> None:
    experiment = draft(coverage_bp=1000)
    start_experiment(experiment=experiment, at=now())

    page = cast.merchandiser.post(change_page(experiment), {"coverage_bp": "5"})

    assert "can only grow" in page.text
    assert Experiment.objects.get().coverage_bp == 1000


def test_split__changed__begins_a_second_phase(cast: Cast) -> None:
    experiment = draft()
    start_experiment(experiment=experiment, at=now())

    refused = cast.merchandiser.post(step(experiment, "change_split"), {"control": "20", "new": "70"})
    answer = cast.merchandiser.post(step(experiment, "change_split"), {"control": "20", "new": "80"})

    assert "must add up to 100%, not to 90%" in refused.text
    assert answer.status_code == 302
    assert Phase.objects.get(ended_at=None).weights == {"control": 2000, "new": 8000}


def test_stop_and_conclude__confirmed__pause_the_losing_offers(cast: Cast) -> None:
    old, better = offer("old"), offer("better")
    experiment = draft(offers={"control": [old], "new": [better]})
    start_experiment(experiment=experiment, at=now())

    cast.merchandiser.post(step(experiment, "stop"))
    assert Experiment.objects.get().state == LifecycleState.STOPPED
    winner = experiment.arms.get(code="new")
    cast.merchandiser.post(step(experiment, "conclude"), {"winner": winner.pk})

    concluded = Experiment.objects.get()
    assert (concluded.state, concluded.winner) == (LifecycleState.CONCLUDED, winner)
    assert not Offer.objects.get(code="old").is_active
    assert cast.merchandiser.get(change_page(experiment)).status_code == 200


def test_delete__experiment_in_force__is_refused(cast: Cast) -> None:
    experiment = draft()
    delete = reverse("admin:offers_experiment_delete", args=[experiment.pk])
    assert cast.superuser.get(delete).status_code == 200

    start_experiment(experiment=experiment, at=now())

    assert cast.superuser.get(delete).status_code == 403


def test_steps__of_those_who_may_not__are_refused(cast: Cast) -> None:
    experiment = draft()

    answers = {
        who: [getattr(cast, who).post(step(experiment, name)).status_code for name in STEPS]
        for who in ("analyst", "outsider", "stranger")
    }

    assert answers == {"analyst": [403] * 4, "outsider": [403] * 4, "stranger": [302] * 4}
    assert cast.analyst.get(change_page(experiment)).status_code == 200
    assert Experiment.objects.get().state == LifecycleState.DRAFT


def test_offer__of_an_experiment__is_named_before_its_deletion(cast: Cast) -> None:
    tested = offer("tested")
    experiment = draft(offers={"new": [tested]})
    start_experiment(experiment=experiment, at=now())

    page = cast.superuser.get(reverse("admin:offers_crossselloffer_delete", args=[tested.pk]))

    assert change_page(experiment) in page.text
    assert "The arms are compared without it from now on." in page.text


def test_offer__of_an_experiment__is_said_on_its_page(cast: Cast) -> None:
    tested = offer("tested")
    experiment = draft(offers={"new": [tested]})

    page = cast.merchandiser.get(reverse("admin:offers_crossselloffer_change", args=[tested.pk]))

    assert change_page(experiment) in page.text


def test_holdout__turned_on_and_off__says_what_it_means(cast: Cast) -> None:
    listed = cast.merchandiser.get(reverse("admin:offers_holdoutgroups_changelist"))
    assert "Holdout of the shop" in listed.text

    asked = cast.merchandiser.get(reverse("admin:offers_holdoutgroups_turn_on", args=[1]))
    cast.merchandiser.post(reverse("admin:offers_holdoutgroups_turn_on", args=[1]))
    page = cast.merchandiser.get(reverse("admin:offers_holdoutgroups_change", args=[1]))

    assert "10% of all shoppers are shown no offers from now on." in " ".join(asked.text.split())
    assert 'name="holdout_share_bp"' not in page.text
    assert cast.analyst.post(reverse("admin:offers_holdoutgroups_turn_off", args=[1])).status_code == 403
    assert cast.merchandiser.post(reverse("admin:offers_holdoutgroups_turn_off", args=[1])).status_code == 302
