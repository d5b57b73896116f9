from typing import Any

import pytest
from django.utils.timezone import now
from django.utils.translation import override

from catalog.models import Product, Revision, UpgradeLadder, UpgradeTier
from engine.decision import decide
from engine.decision.types import DecisionRequest
from offers.models import Offer, OfferStrategy, OfferVersion, Placement
from offers.services.serving import serving_snapshot
from offers.services.starter import STARTER_OFFERS, USUAL_PLACEMENTS, Created, set_up_shop
from tests.offers.market import publish

PLACEMENTS = [
    *("product_page", "cart", "checkout", "after_purchase", "home"),
    *("category", "search", "popup", "email"),
]
MODELS = (Placement, Offer, OfferStrategy, OfferVersion)

pytestmark = pytest.mark.django_db


def set_up(currency: str = "JPY") -> Created:
    return set_up_shop(currency=currency, by=None, at=now())


def test_set_up_shop__new_shop__has_the_usual_placements_and_valid_offers_at_list_price() -> None:
    created = set_up(currency="EUR")

    assert [placement.code for placement in created.placements] == PLACEMENTS
    assert {offer.code for offer in Offer.objects.all()} == {plan.code for plan in STARTER_OFFERS}
    for offer in Offer.objects.all():
        offer.full_clean()
        assert (offer.benefit_kind, offer.benefit_value, offer.currency) == ("none", 0, "EUR")
        assert offer.headline_en
        assert offer.headline_ja
        assert offer.placements.exists()
    assert OfferVersion.objects.count() == len(STARTER_OFFERS)
    assert Revision.objects.get(domain="offers").number == 1


def test_set_up_shop__each_placement__has_best_sellers_as_the_last_resort() -> None:
    set_up()

    lowest = Offer.objects.order_by("priority").first()

    assert lowest is not None
    assert lowest.placements.count() == len(USUAL_PLACEMENTS)
    assert set(lowest.strategies.values_list("strategy", flat=True)) == {"category_popular", "popular"}


def test_set_up_shop__again__creates_nothing_and_keeps_every_change() -> None:
    set_up()
    Offer.objects.filter(code="buy-again").update(is_active=False, priority=77)
    Placement.objects.filter(code="cart").update(slot_count=1)
    before = rows()

    created = set_up()

    assert created == Created((), ())
    assert rows() == before


def test_set_up_shop__part_exists__creates_the_rest() -> None:
    own = Placement.objects.create(code="cart", name="My cart", slot_count=9)

    created = set_up()

    assert own not in created.placements
    assert len(created.placements) == len(USUAL_PLACEMENTS) - 1
    assert Offer.objects.filter(placements=own).exists()


@pytest.mark.parametrize(("language", "name"), [("en", "Product page"), ("ja", "商品ページ")])
def test_set_up_shop__language__names_are_in_it(language: str, name: str) -> None:
    with override(language):
        set_up()

    assert Placement.objects.get(code="product_page").name == name


def test_set_up_shop__ladder__is_proposed_at_list_price() -> None:
    plain, fine = (
        Product.objects.create(sku=sku, name=sku, price_minor=price, currency="JPY")
        for sku, price in (("plain", 1000), ("fine", 1400))
    )
    ladder = UpgradeLadder.objects.create(name="Tea")
    for position, product in enumerate((plain, fine)):
        UpgradeTier.objects.create(ladder=ladder, product=product, position=position, label=product.sku)
    set_up()
    publish()

    snapshot = serving_snapshot()
    assert snapshot is not None
    request = DecisionRequest(placement="product_page", at=int(now().timestamp()), product="plain")
    (proposal,) = decide(request=request, snapshot=snapshot).proposals

    assert (proposal.offer, proposal.products[0].sku) == ("next-tier", "fine")
    assert proposal.offer_minor == proposal.list_minor == 1400


def rows() -> list[Any]:
    return [list(model._default_manager.order_by("pk").values()) for model in MODELS]
