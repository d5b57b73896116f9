"""What makes no sense in money is found by a service: for the admin, imports and the API alike."""

from typing import Any

import pytest
from pytest_django import Settings

from catalog.models import Product
from offers.kinds.quantity.models import QuantityOffer
from offers.kinds.registry import kind_of
from offers.kinds.subscription.models import SubscriptionOffer
from offers.kinds.threshold.models import ThresholdOffer
from offers.models import CuratedProduct, Offer, OfferStrategy
from offers.services.collection.sources import collect_offer_sources
from offers.services.faults import find_faults, find_warnings, samples_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea() -> Product:
    return Product.objects.create(sku="tea", name="Tea", currency="JPY", price_minor=1000, cost_minor=600)


def saved(kind: str, tea: Product, **columns: Any) -> Offer:
    offer: Offer = kind_of(kind).model(code="one", name="One", kind=kind, **{"currency": "JPY", **columns})
    offer.save()
    offer.trigger_products.add(tea)
    return offer


def faults_of(offer: Offer) -> list[tuple[str, str | None]]:
    (source,) = collect_offer_sources(Offer.objects.filter(pk=offer.pk))
    return [(fault.code, fault.column) for fault in find_faults(source, samples_for(source))]


def test_offer__that_is_sound__has_no_fault(tea: Product) -> None:
    assert faults_of(saved("buy_get", tea, benefit_kind="percent", benefit_value=10_000)) == []


@pytest.mark.parametrize("kind", ["quantity", "add_on", "cross_sell"])
def test_offer__that_names_too_little__is_incomplete(kind: str, tea: Product) -> None:
    assert ("incomplete", None) in faults_of(saved(kind, tea))


@pytest.mark.parametrize("kind", ["upgrade", "bundle"])
def test_offer__that_waits_for_the_catalogue__is_not_incomplete(kind: str, tea: Product) -> None:
    assert ("incomplete", None) not in faults_of(saved(kind, tea))


@pytest.mark.parametrize("kind", ["upgrade", "cross_sell"])
def test_offer__without_a_source__is_reported(kind: str, tea: Product) -> None:
    assert ("no_source", None) in faults_of(saved(kind, tea))


def test_tiers__in_which_more_units_cost_less__are_a_fault(tea: Product) -> None:
    offer = saved("quantity", tea, mode="volume")
    assert isinstance(offer, QuantityOffer)
    offer.tiers.create(from_quantity=10, benefit_kind="percent", benefit_value=2000)

    assert faults_of(offer) == [("more_is_cheaper", None)]


@pytest.mark.parametrize(
    ("included", "display", "off", "codes"),
    [
        # Shown at ¥909: two units at ¥429 cost less than one. At ¥1,000, they would not.
        (True, "net", 480, ["more_is_cheaper"]),
        (True, "gross", 480, []),
        # Shown at ¥1,100: two units at ¥580 cost more than one. At ¥1,000, they would not.
        (False, "gross", 520, []),
        (False, "net", 520, ["more_is_cheaper"]),
    ],
)
def test_tiers__of_a_product_priced_the_other_way__are_tried_at_the_price_that_is_charged(
    tea: Product, settings: Settings, display: str, off: int, codes: list[str], *, included: bool
) -> None:
    settings.AWASE_TAX_DISPLAY = display
    Product.objects.update(tax_rate_bp=1000, is_tax_included=included)
    offer = saved("quantity", tea, mode="volume")
    assert isinstance(offer, QuantityOffer)
    offer.tiers.create(from_quantity=2, benefit_kind="amount", benefit_value=off)

    assert [code for code, _column in faults_of(offer)] == codes


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({}, ("no_reward", "benefit_kind")),
        ({"benefit_kind": "amount", "benefit_value": 5000}, ("cart_for_nothing", None)),
    ],
)
def test_reward__zero_or_free_cart__is_a_fault(
    columns: dict[str, Any], fault: tuple[str, str | None], tea: Product
) -> None:
    assert faults_of(saved("threshold", tea, at_least=5000, **columns)) == [fault]


def test_gift__in_another_currency__is_a_fault_of_its_column(tea: Product) -> None:
    mug = Product.objects.create(sku="mug", name="Mug", currency="USD", price_minor=500)
    offer = saved("threshold", tea, at_least=5000, gift=mug)
    assert isinstance(offer, ThresholdOffer)

    assert faults_of(offer) == [("other_currency", "gift")]


def test_introductory_price__for_no_delivery__is_a_fault_of_its_column(tea: Product) -> None:
    offer = saved("subscription", tea, purchase="subscription", intro_kind="percent", intro_value=3000)
    assert isinstance(offer, SubscriptionOffer)

    assert faults_of(offer) == [("intro_never_holds", "intro_cycles")]


def test_options__more_included_than_may_be_chosen__are_a_fault(tea: Product) -> None:
    offer = saved("add_on", tea, max_count=1, included_count=2)
    CuratedProduct.objects.create(offer=offer, product=tea)

    assert faults_of(offer) == [("more_included_than_chosen", None)]


@pytest.mark.parametrize(
    ("columns", "codes"),
    [
        ({"benefit_kind": "fixed", "benefit_value": 1200}, ["saves_nothing"]),
        ({"benefit_kind": "percent", "benefit_value": 5000, "margin_floor_bp": 3000}, ["below_margin_floor"]),
        ({"benefit_kind": "percent", "benefit_value": 1000, "currency": "USD"}, ["other_currency"]),
    ],
)
def test_price__of_a_named_product__is_compared_with_list_price_margin_and_currency(
    columns: dict[str, Any], codes: list[str], tea: Product
) -> None:
    offer = saved("cross_sell", tea, **columns)
    OfferStrategy.objects.create(offer=offer, strategy="curated")
    CuratedProduct.objects.create(offer=offer, product=tea)

    assert [code for code, _column in faults_of(offer)] == codes


def test_price__below_cost__is_a_warning_unless_there_is_a_floor(tea: Product) -> None:
    offer = saved("buy_get", tea, benefit_kind="percent", benefit_value=5000)
    (source,) = collect_offer_sources(Offer.objects.filter(pk=offer.pk))

    warnings = [fault.code for fault in find_warnings(source, samples_for(source))]

    assert warnings == ["below_cost"]
