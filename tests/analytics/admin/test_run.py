"""Requesting a recompute in the admin, and the pages of runs."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.stats.quality import QuestionQuality, pack_quality
from tests.support.admin_cast import Cast

REQUEST, LIST = "admin:analytics_recomputerun_request", "admin:analytics_recomputerun_changelist"


def test_request__by_a_merchandiser__creates_one_run(cast: Cast) -> None:
    answer = cast.merchandiser.post(reverse(REQUEST), follow=True)

    run = RecomputeRun.objects.get()
    assert (run.state, run.trigger, run.attempt_count) == (RunState.REQUESTED, RunTrigger.ADMIN, 0)
    assert run.requested_by is not None
    assert run.requested_by.username == "merchandiser"
    assert "A recompute has been requested" in answer.text


@pytest.mark.parametrize("state", [RunState.REQUESTED, RunState.RUNNING])
def test_request__while_one_is_in_progress__is_not_duplicated(state: RunState, cast: Cast) -> None:
    RecomputeRun.objects.create(trigger=RunTrigger.SCHEDULE, state=state, requested_at=now())

    answer = cast.merchandiser.post(reverse(REQUEST), follow=True)

    assert RecomputeRun.objects.count() == 1
    assert "already in progress" in answer.text


def test_request__without_permission__is_refused(cast: Cast) -> None:
    statuses = [
        who.post(reverse(REQUEST)).status_code for who in (cast.analyst, cast.outsider, cast.stranger)
    ]

    assert statuses == [403, 403, 302]
    assert not RecomputeRun.objects.exists()


def test_request__by_get__is_refused(cast: Cast) -> None:
    assert cast.merchandiser.get(reverse(REQUEST)).status_code == 405


def test_list__with_an_unclaimed_request__asks_about_the_worker(cast: Cast) -> None:
    RecomputeRun.objects.create(trigger=RunTrigger.ADMIN, requested_at=now() - timedelta(minutes=5))

    text = cast.analyst.get(reverse(LIST)).text

    assert "waiting for a worker" in text
    assert "Is a Celery worker with beat running?" in text


def test_list__with_a_failed_run__shows_its_error(cast: Cast) -> None:
    RecomputeRun.objects.create(
        trigger=RunTrigger.COMMAND,
        state=RunState.FAILED,
        requested_at=now(),
        error="Killed.\nLater lines",
    )

    assert "Killed." in cast.analyst.get(reverse(LIST)).text


def test_page__of_a_run__shows_counts_exclusions_and_quality(cast: Cast) -> None:
    row = QuestionQuality(
        question="next_basket",
        method="own_frequency",
        constants={},
        basket_count=900,
        hit_rate=0.6,
        baseline_hit_rate=0.35,
    )
    run = RecomputeRun.objects.create(
        trigger=RunTrigger.COMMAND,
        state=RunState.SUCCEEDED,
        requested_at=now(),
        counts={"orders": 1204, "future_orders": 3, "capped_orders": 0},
        quality=pack_quality([row]),
        timings={"publish": 0.5, "read": 1.25},
    )

    text = cast.analyst.get(reverse("admin:analytics_recomputerun_change", args=[run.pk])).text

    assert "reading: 1.25<br>publishing: 0.50" in text
    assert "orders: 1,204" in text
    assert "orders dated in the future; excluded: 3" in text
    assert "exceptionally high value" not in text
    assert (
        "60 of 100 next orders contained one of the top 10 recommendations. Best sellers alone: 35." in text
    )
