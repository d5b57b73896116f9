"""The page of a result, and what the first page says of the holdout, in both languages."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from analytics.models import ExperimentResult
from analytics.reports.experiments.sentence import verdict_sentence
from analytics.services.experiments.recount import recount_due
from analytics.services.experiments.result import ArmVerdict
from analytics.stats.experiments.verdict import PARAMETERS, VerdictKind
from offers.models import HoldoutGroups
from tests.analytics.services.experiments.shop import NOW, START, see, simulate
from tests.analytics.services.experiments.test_recount import run_experiment, start_holdout
from tests.support.admin_cast import Cast, sign_in
from tests.support.languages import in_both_languages

pytestmark = pytest.mark.django_db
PAGE = "/admin/experiments/tea/"
KNOWN: dict[str, Any] = {
    "value": 120.4,
    "low": 30.0,
    "high": 210.0,
    "smallest_effect": 80.0,
    "guardrails": ("margin", "returns"),
    "phase": 2,
    "lost_arm": "tea",
    "missing_share": 0.25,
    "other_share": 0.02,
}


def read_verdict(kind: VerdictKind) -> ArmVerdict:
    said = {name: KNOWN["lost_arm" if name == "arm" else name] for name in PARAMETERS[kind]}
    if "arm" in PARAMETERS[kind]:
        said["lost_arm"] = said.pop("arm")
    return ArmVerdict(arm="tea", kind=kind.value, metric="sales", control_mean=1000.0, **said)


@pytest.mark.parametrize("kind", VerdictKind)
@in_both_languages
def test_sentence__of_each_kind__has_no_gaps(kind: VerdictKind, language: str) -> None:
    with override(language):
        sentence = verdict_sentence(read_verdict(kind), {"tea": "Tea"}, "JPY")

    assert "%(" not in sentence.text
    assert "–" not in sentence.text
    assert sentence.text.endswith("。" if language == "ja" else ".")
    named = kind is not VerdictKind.BROKEN_SPLIT
    assert ("Tea" in sentence.text) == named


def test_sentence__too_early__says_what_could_be_seen() -> None:
    sentence = verdict_sentence(read_verdict(VerdictKind.TOO_EARLY), {"tea": "Tea"}, "JPY")

    assert sentence.text == (
        "Too early to judge “Tea”: sales per shopper between +¥30 and +¥210. A real difference below "
        "¥80 (8.0%) cannot be seen yet."
    )


@pytest.mark.usefixtures("cast")
@in_both_languages
def test_page__of_a_result__shows_it(tmp_path: Path, language: str) -> None:
    run_experiment()
    see(simulate(tmp_path, units=600, rates=(0.1, 0.5)))
    recount_due(at=NOW)

    page = sign_in("analyst", language).get(PAGE)

    assert page.status_code == 200
    assert f'lang="{language}"' in page.text
    assert "awase-verdict awase-good" in page.text
    # One interval for each metric that 600 shoppers say something about.
    assert page.text.count('<svg class="awase-interval') >= 5


def test_page__broken_split__has_no_effects(tmp_path: Path, cast: Cast) -> None:
    experiment = run_experiment()
    experiment.phases.update(weights={"tea": 8000, "nothing": 2000})
    see(simulate(tmp_path, units=600, rates=(0.1, 0.5)))
    recount_due(at=NOW)

    page = cast.analyst.get(PAGE).text

    assert "not divided as configured" in page
    assert "awase-interval" not in page


def test_page__nothing_counted__says_so(cast: Cast) -> None:
    run_experiment()

    assert "Nothing has been counted yet" in cast.analyst.get(PAGE).text


@pytest.mark.parametrize("person", ["outsider", "stranger"])
def test_page__for_others__is_refused(cast: Cast, person: str) -> None:
    run_experiment()
    client: Client = getattr(cast, person)

    assert client.get(PAGE).status_code in {302, 403}
    assert client.post(f"{PAGE}recount/").status_code in {302, 403}
    assert not ExperimentResult.objects.exists()


def test_page__unknown_experiment__is_not_found(cast: Cast) -> None:
    assert cast.superuser.get("/admin/experiments/nothing/").status_code == 404


def test_button__requests_a_recount(cast: Cast) -> None:
    run_experiment()

    answer = cast.superuser.post(f"{PAGE}recount/", follow=True)

    assert "has been requested" in answer.text
    assert ExperimentResult.objects.get().requested_at is not None
    assert "already in progress" in cast.superuser.post(f"{PAGE}recount/", follow=True).text


def test_page__of_the_first_page__without_a_holdout__says_what_is_missing(cast: Cast) -> None:
    assert "Without a holdout, nobody can tell" in cast.analyst.get("/admin/").text


def test_first_page__with_a_holdout__shows_what_was_added_first(tmp_path: Path, cast: Cast) -> None:
    start_holdout()
    see(simulate(tmp_path, units=600, rates=(0.1, 0.5), arms=("holdout", "everything"), code="holdout"))
    recount_due(at=NOW)

    page = cast.analyst.get("/admin/").text

    section = page.split('id="incremental"')[1].split("</section>")[0]
    assert "“All offers” is better: sales per shopper +¥" in section
    assert "all shoppers together: +¥" in section
    assert "Attributed in the same days: ¥0 in 0 orders" in section
    assert page.index('id="incremental"') < page.index("Live offers")


def test_first_page__holdout_just_started__waits_for_midnight(cast: Cast) -> None:
    HoldoutGroups.objects.create(is_on=True, seed="s", started_at=START)

    assert "The first result is counted after midnight" in cast.analyst.get("/admin/").text
