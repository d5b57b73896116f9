"""What a snapshot knows of prices."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from catalog.models import Category, PriceChange, Product
from engine.conditions import AudienceRequired, MinimumSubtotal, PromotionCodes, Schedule, UsageLimits
from engine.pricing import (
    Benefit,
    Cart,
    PricingCartLine,
    PricingLane,
    PricingOffer,
    PricingProduct,
    Selector,
    price_cart,
)
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from engine.snapshot.reader import Snapshot
from engine.snapshot.writer import write_snapshot
from offers.models import CuratedProduct, Lane, Offer, OfferStrategy, OfferVersion, PromotionCode
from offers.services.collection.snapshot import collect_origin, collect_snapshot
from offers.services.snapshot import refresh_snapshot
from tests.engine.shop import Shop

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def build(folder: Path) -> Snapshot:
    data = collect_snapshot(collect_origin(AT))
    return Snapshot.open(folder / write_snapshot(data=data, directory=folder))


def treat(product: Product, code: str = "treat", **columns: Any) -> Offer:
    """Make a cross-sell that takes 10 % off the product in every cart."""
    given: dict[str, Any] = {"name": code, "kind": "cross_sell", "currency": "JPY"} | columns
    offer = Offer.objects.create(code=code, benefit_kind="percent", benefit_value=1000, **given)
    OfferStrategy.objects.create(offer=offer, strategy="curated")
    CuratedProduct.objects.create(offer=offer, product=product)
    return offer


@pytest.fixture
def tea() -> Product:
    food = Category.objects.create(name="Food", path="Food")
    teas = Category.objects.create(name="Teas", path="Food > Teas", parent=food)
    return Product.objects.create(
        sku="tea",
        name="Tea",
        currency="JPY",
        price_minor=500,
        cost_minor=200,
        tax_rate_bp=800,
        is_tax_included=False,
        category=teas,
    )


def test_pricing_book__product__matches_the_catalogue(tea: Product, tmp_path: Path) -> None:
    Product.objects.create(sku="cup", name="Cup", currency="JPY", price_minor=330, tax_rate_bp=1000)

    snapshot = build(tmp_path)

    book, row = snapshot.pricing, snapshot.products.find("tea")
    teas, food = tea.category_id, Category.objects.get(name="Food").pk
    assert teas is not None
    assert book.product(row) == PricingProduct(tea.pk, 500, (teas, food), 800, 200)
    cup = snapshot.products.find("cup")
    # 330 with 10 % tax, as the shop shows it: like its first product, without tax.
    assert book.product(cup) == PricingProduct(snapshot.products.pk[cup], 300, tax_basis_points=1000)
    assert (snapshot.products.price[cup], book.in_shop_mode(cup, 220)) == (300, 200)
    assert not book.tax_included


def test_pricing_book__active_offers__are_indexed_with_their_terms(tea: Product, tmp_path: Path) -> None:
    live = treat(tea, ends_at=AT)
    treat(tea, "off", is_active=False)

    book = build(tmp_path).pricing

    terms = CrossSellTerms(Selector(frozenset([tea.pk])), Benefit("percent", 1000))
    ending = Schedule(None, int(AT.timestamp()))
    assert book.index.offers == (PricingOffer(id=live.pk, terms=terms, currency="JPY", schedule=ending),)
    assert book.offer_code(live.pk) == "treat"
    assert set(book.offers) == {live.pk}


def test_pricing_book__cart__is_priced_by_it(tea: Product, tmp_path: Path) -> None:
    treat(tea)
    snapshot = build(tmp_path)
    book = snapshot.pricing
    cart = Cart((PricingCartLine(book.product(snapshot.products.find("tea")), 2),))

    priced = price_cart(cart=cart, offers=book.index, rules=book.rules(AT))

    assert priced.total_minor == 900


def test_offer_record__from_the_database__contains_conditions_and_requirements(
    tea: Product, tmp_path: Path
) -> None:
    offer = treat(
        tea, audience="known", min_subtotal_minor=800, usage_limit=5, refund_policy="claw_back", version=3
    )
    PromotionCode.objects.create(offer=offer, code="SPRING")
    PromotionCode.objects.create(offer=offer, code="WINTER", is_active=False)
    changed_at = offer.created_at + timedelta(days=1)
    OfferVersion.objects.create(offer=offer, number=3, terms={}, changed_at=changed_at)

    record = build(tmp_path).pricing.offers[offer.pk]

    assert record.conditions == (
        PromotionCodes(frozenset(["SPRING"])),
        AudienceRequired("known"),
        MinimumSubtotal("JPY", 800),
        UsageLimits(offer.pk, uses=5),
    )
    assert (record.version, record.refund_policy) == (3, "claw_back")
    assert record.reduced_at == int(changed_at.timestamp())


def test_pricing_book__upgrades_to_the_same_products__share_them(tmp_path: Path) -> None:
    shop = Shop()
    shop.sell(*"abcd")
    better = frozenset(map(shop.pk, "bcd"))
    for code in ("one", "two"):
        shop.priced(code, UpgradeTerms(shop.only("a"), better))

    index = shop.publish(tmp_path).pricing.index

    first, second = (offer.terms for offer in index.offers if isinstance(offer.terms, UpgradeTerms))
    assert first.products == better
    assert first.products is second.products


def test_rules__lanes_with_a_saved_position__keep_it(tmp_path: Path) -> None:
    Lane.objects.create(code="cart", mode="stack", position=0)
    Lane.objects.create(code="line", mode="first", position=2)

    rules = build(tmp_path).pricing.rules(AT)

    assert rules.lanes == (
        PricingLane("cart", "stack"),
        PricingLane("bundle", "best"),
        PricingLane("line", "first"),
    )
    assert (rules.rounding, rules.at) == ("line", AT)


@pytest.mark.usefixtures("snapshot_dir")
def test_refresh__other_rounding__rebuilds(settings: Settings) -> None:
    refresh_snapshot(at=AT)

    settings.AWASE_TAX_ROUNDING = "document"

    assert refresh_snapshot(at=AT)
    assert not refresh_snapshot(at=AT)


def test_collect__more_offers__take_no_more_queries(tea: Product) -> None:
    treat(tea)
    with CaptureQueriesContext(connection) as few:
        collect_snapshot(collect_origin(AT))
    for number in range(5):
        treat(tea, f"treat-{number}")

    with CaptureQueriesContext(connection) as many:
        collect_snapshot(collect_origin(AT))

    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("changes", "prior"),
    [
        ([(90, 600), (10, 450), (5, 500)], 450),  # the lowest of the 30 days
        ([(90, 400), (40, 600), (20, 650), (10, 620)], 600),  # the one with which they began counts
        ([(90, 500)], 500),  # it kept its price
        ([(-1, 700)], None),  # new since the reduction
    ],
)
def test_prior_price__before_the_reduction__is_the_lowest_of_30_days(
    tea: Product, tmp_path: Path, changes: list[tuple[int, int]], prior: int | None
) -> None:
    began = AT - timedelta(days=2)
    OfferVersion.objects.create(offer=treat(tea), number=1, terms={}, changed_at=began)
    for days, price in changes:
        PriceChange.objects.create(
            product=tea, currency="JPY", price_minor=price, changed_at=began - timedelta(days=days)
        )

    snapshot = build(tmp_path)

    assert snapshot.prior_prices.before(0, int(began.timestamp())) == prior


def test_prior_price__of_a_reduction_from_long_ago__is_not_known(tea: Product, tmp_path: Path) -> None:
    began = AT - timedelta(days=500)
    OfferVersion.objects.create(offer=treat(tea), number=1, terms={}, changed_at=began)

    assert build(tmp_path).prior_prices.before(0, int(began.timestamp())) is None
