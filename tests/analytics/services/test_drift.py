"""What is measured after a recompute, and how the first page says it."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.urls import reverse

from analytics.models import ALL_HOURS, DailyResult, RecomputeRun, RunState, RunTrigger
from analytics.reports.drift import read_changes
from analytics.services.drift import find_drift, sampled_partners
from analytics.services.drift_signals import DriftSignal, read_drift
from analytics.services.totals.sql import MEASURES
from engine.learned.generations import PARTNER
from offers.models import Generation, Offer, ProductPartners
from tests.analytics.shop import OPENED_AT, open_shop, place_order
from tests.support.admin_cast import create_people, sign_in
from tests.support.languages import in_both_languages
from tests.support.recompute import AT, learn_now

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def quality(rate: float) -> dict[str, Any]:
    row = {"method": "ease", "constants": {}, "basket_count": 900, "hit_rate": rate, "standard_error": 0.01}
    return {"cart_completion": row}


def done(days_ago: int = 0, **changes: Any) -> RecomputeRun:
    at = AT - days_ago * DAY
    values: dict[str, Any] = {"trigger": RunTrigger.COMMAND, "state": RunState.SUCCEEDED}
    return RecomputeRun.objects.create(requested_at=at, finished_at=at, **values | changes)


def total(offer: str, days_ago: int, **measures: int) -> None:
    keys = {"placement": "cart", "channel": "web", "kind": "cross_sell", "strategy": ""}
    DailyResult.objects.create(
        day=(AT - days_ago * DAY).date(),
        part=ALL_HOURS,
        offer=offer,
        audience=0,
        currency="JPY",
        **keys,
        **dict.fromkeys(MEASURES, 0) | measures,
    )


def drift(run: RecomputeRun, **changes: Any) -> dict[tuple[str, str], DriftSignal]:
    said: dict[str, Any] = {"training": {}, "before": {}, "at": AT} | changes
    return {(each.code, each.subject): each for each in read_drift(find_drift(run_pk=run.pk, **said))}


def test_hit_rate__four_errors_below_earlier_runs__calls_for_action() -> None:
    for days_ago in (3, 2, 1):
        done(days_ago, quality=quality(0.31))

    # (.25 - .31) / √(2 × .01²) = -4.2
    found = drift(done(quality=quality(0.25)))["hit_rate", "cart_completion"]

    assert (found.level, found.figures) == ("act", {"now": 0.25, "before": pytest.approx(0.31)})
    assert drift(done(quality=quality(0.30)))["hit_rate", "cart_completion"].level == "stable"


def test_acceptance_and_showing__that_stopped__are_named_by_offer() -> None:
    for code in ("fell", "gone", "kept"):
        Offer.objects.create(code=code, name=code.title(), kind="cross_sell", currency="JPY")
        total(code, 10, decided=500, seen=500, accepted=50)
    total("fell", 3, decided=500, seen=500, accepted=10)
    total("kept", 3, decided=500, seen=500, accepted=50)
    total("gone", 0, decided=500)

    found = drift(done())

    assert found["acceptance", "fell"].figures == {"now": 0.02, "before": 0.1}
    assert found["unshown", "gone"].figures == {"before": 500}
    assert set(found) == {("acceptance", "fell"), ("unshown", "gone")}


def test_proposals__that_are_new__are_a_share_of_the_sample() -> None:
    tea, cup, pot = open_shop()
    partners = np.array([(cup.pk, 1, 1, 5), (pot.pk, 1, 1, 5)], PARTNER)
    ProductPartners.objects.create(product=tea, order_count=9, partners=partners.tobytes())

    assert sampled_partners() == {tea.pk: (cup.pk, pot.pk)}
    found = drift(done(), before={tea.pk: (cup.pk, 77), 78: (1,)})["proposals", ""]

    assert (found.level, found.figures) == ("look", {"share": 0.5, "products": 1})


def test_orders__that_stopped__are_missed_by_their_usual_rate() -> None:
    tea, *_ = open_shop()
    data_until = OPENED_AT + 3 * DAY
    Generation.objects.create(published_at=AT, data_until=data_until)

    # Three orders in four weeks: 17 days without one are no surprise.
    assert drift(done())["orders", ""].level == "stable"
    for _number in range(12):
        place_order(tea)
    # With 15, they are: e to the power of -15 / 28 × 18 is .00006.
    found = drift(done(), at=data_until + 18 * DAY)["orders", ""]

    assert (found.level, found.figures) == ("act", {"days": 18})


def test_run__of_a_recompute__keeps_what_was_measured() -> None:
    open_shop()
    learn_now()

    run = learn_now()

    assert {row["code"] for row in run.drift} >= {"proposals", "orders"}
    assert next(row for row in run.drift if row["code"] == "proposals")["figures"]["share"] == 0


@in_both_languages
def test_dashboard__says_what_has_changed_with_links(language: str) -> None:
    offer = Offer.objects.create(code="tea", name="Green tea", kind="cross_sell", currency="JPY")
    signals = [
        {"code": "unshown", "level": "look", "subject": "tea", "figures": {"before": 1200.0}},
        {"code": "prices", "level": "act", "subject": "", "figures": {"index": 0.312}},
        {"code": "categories", "level": "stable", "subject": "", "figures": {"index": 0.01}},
    ]
    done(drift=signals)
    create_people()

    text = sign_in("owner", language).get("/admin/").text

    section = text.split('id="changes"')[1].split("</section>")[0]
    assert section.index("0.31") < section.index("Green tea")
    assert reverse("admin:offers_offer_change", args=[offer.pk]) in section
    assert "1,200" in section
    assert section.count("<li>") == 2


def test_changes__without_a_run__are_none() -> None:
    assert read_changes() == ()
