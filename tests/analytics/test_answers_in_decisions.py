"""From events to decisions: what shoppers accept comes first after a recompute."""

from pathlib import Path
from typing import Any

import pytest

from analytics.services.recompute import run_recompute
from catalog.models import Category, Product
from engine.decision import decide
from engine.decision.types import CandidateTrace, DecisionRequest
from engine.journal.record import JournalCircumstances
from offers.models import CuratedProduct, Event, Offer, OfferStrategy, Placement
from offers.services.serving import serving_snapshot
from tests.analytics.services.totals.shop import NOON, create_products, happen, store
from tests.engine.journal.records import record, slot
from tests.support.recompute import claimed

pytestmark = pytest.mark.django_db

DECISIONS = 20


@pytest.fixture
def offers() -> dict[str, int]:
    """Create an offer on butter, which earns more, and one on jam, on pages of tea."""
    create_products()
    Product.objects.filter(sku="tea").update(category=Category.objects.create(name="Drinks", path="Drinks"))
    page = Placement.objects.create(code="cart", name="Product page", slot_count=2)
    keys = {}
    for sku in ("butter", "jam"):
        offer = Offer.objects.create(code=f"with-{sku}", name=sku, kind="cross_sell", currency="JPY")
        offer.placements.add(page)
        OfferStrategy.objects.create(offer=offer, strategy="curated")
        CuratedProduct.objects.create(offer=offer, product=Product.objects.get(sku=sku), position=1)
        keys[sku] = offer.pk
    return keys


def show(folder: Path, offers: dict[str, int], **changes: Any) -> None:
    """Journal decisions on pages of tea that show butter, then jam."""
    shown = tuple(
        slot(offer=f"with-{sku}", offer_id=offers[sku], products=((sku, 1),), position=place, relevance=0.08)
        for place, sku in enumerate(offers, 1)
    )
    made = [
        record(number, at=int(NOON.timestamp() * 1000), shown=shown, circumstances=TEA, **changes)
        for number in range(DECISIONS)
    ]
    store(folder, made, NOON)


TEA = JournalCircumstances("tea", (), "ja-JP", "JPY", "JP", {})


def shown() -> tuple[list[str], dict[str, CandidateTrace]]:
    """Return what a page of tea shows, in order, and the explanation by product."""
    snapshot = serving_snapshot()
    assert snapshot is not None
    request = DecisionRequest(placement="cart", at=int(NOON.timestamp()), product="tea", explain=True)
    decision = decide(snapshot=snapshot, request=request)
    traced = {one.sku: one for offer in decision.trace or () for one in offer.candidates}
    return [one.products[0].sku for one in decision.proposals], traced


def test_recompute__jam_is_accepted__shows_it_first(tmp_path: Path, offers: dict[str, int]) -> None:
    show(tmp_path, offers)
    run_recompute(run=claimed(), at=NOON)
    assert shown()[0] == ["butter", "jam"]
    for number in range(0, DECISIONS, 2):
        happen(number, "jam", "accept", customer=f"c{number}")
    Event.objects.filter(offer_code="with-jam").update(position=2)

    run_recompute(run=claimed(), at=NOON)

    order, traced = shown()
    assert order == ["jam", "butter"]
    assert traced["jam"].detail["answers_accepted"] == DECISIONS / 2
    assert float(traced["jam"].detail["acceptance_ratio"]) > 1
    assert float(traced["butter"].detail["acceptance_ratio"]) < 1


def test_recompute__butter_does_not_fit_tea__shows_it_later_on_such_pages(
    tmp_path: Path, offers: dict[str, int]
) -> None:
    show(tmp_path, offers)
    for number in range(DECISIONS):
        happen(number, "butter", "decline", customer=f"c{number}")
        happen(number, "jam", "accept", customer=f"c{number}")
    Event.objects.filter(type="decline").update(reason="fit")
    Event.objects.filter(offer_code="with-jam").update(position=2)

    run_recompute(run=claimed(), at=NOON)

    order, traced = shown()
    assert order == ["jam", "butter"]
    assert traced["butter"].detail["fit_declined"] == DECISIONS
    assert float(traced["butter"].detail["fit_share"]) < 0.5
    assert "fit_share" not in traced["jam"].detail
