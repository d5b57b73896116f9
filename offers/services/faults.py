"""Faults that prevent saving an offer, and warnings about its prices."""

from collections.abc import Iterator
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext as _

from catalog.services.amounts import money, percent
from engine import pricing
from offers.kinds.base import Fault
from offers.kinds.registry import kind_of
from offers.services.samples import SampleProduct, SampleProducts
from offers.services.source import OfferSource
from offers.services.terms import build_pricing_offer


def samples_for(source: OfferSource[Any]) -> SampleProducts:
    """Return the products that the offer can be tried on: those of its currency."""
    return SampleProducts(source.currency or settings.AWASE_CURRENCY)


def find_faults(source: OfferSource[Any], samples: SampleProducts) -> Iterator[Fault]:
    """Yield why the offer cannot be saved like this."""
    kind = kind_of(source.kind)
    if source.has_nothing_left:
        yield from _nothing_left(source) if source.is_active else ()
    elif is_incomplete(source):
        yield Fault("incomplete", str(kind.lacking))
    if source.is_active and source.is_unmet:
        words = _("They can never be met, because something in them was deleted. Choose something else.")
        yield Fault("never_met", words, column="conditions")
    yield from _other_currencies(source, samples)
    yield from kind.find_faults(source, samples)
    for product in samples.named(kind.discounted(source)):
        yield from _price_faults(source, product)


def is_incomplete(source: OfferSource[Any]) -> bool:
    """Tell whether the offer can apply to nothing, whatever the catalogue holds."""
    if source.has_nothing_left:
        return True
    return not kind_of(source.kind).waits_for_catalogue and build_pricing_offer(source) is None


def find_lacks(source: OfferSource[Any]) -> list[str]:
    """Return what the offer lacks to have a price, nothing if it has one."""
    if source.has_nothing_left:
        return [fault.text for fault in _nothing_left(source)]
    return [str(kind_of(source.kind).lacking)] if build_pricing_offer(source) is None else []


def _nothing_left(source: OfferSource[Any]) -> Iterator[Fault]:
    """Yield which restriction names nothing, at the field that can lift it."""
    if source.triggers == pricing.NOTHING:
        words = _("Choose a product or a category, or “everything”. Otherwise, the offer applies to nothing.")
        yield Fault("nothing_chosen", words, column="trigger_scope")
    if source.discounted == pricing.NOTHING:
        words = _("Choose a product or a category to discount, or “the products that count”.")
        yield Fault("nothing_chosen", words, column="target_scope")
    if source.named_bundles == ():
        words = _("Choose a bundle, or “every active bundle”. Otherwise, the offer applies to nothing.")
        yield Fault("nothing_chosen", words, column="bundle_scope")


def find_warnings(source: OfferSource[Any], samples: SampleProducts) -> Iterator[Fault]:
    """Yield what somebody should know who wants the offer like this."""
    if samples.is_empty():
        words = _("No product is priced in %(currency)s, so the offer applies to nothing.")
        yield Fault("no_product", words % {"currency": samples.currency}, column="currency")
    yield from kind_of(source.kind).find_warnings(source)
    if source.margin_floor_bp is None:
        yield from _below_cost(source, samples)


def _below_cost(source: OfferSource[Any], samples: SampleProducts) -> Iterator[Fault]:
    for product in samples.named(kind_of(source.kind).discounted(source)):
        price = _lowest_price(source, product)
        cost = pricing.floor_price(product.facts, 0, _tax_rule(product))
        if price < cost:
            words = _("“%(product)s” would be sold at %(price)s, below its cost (%(cost)s).")
            yield Fault(
                "below_cost",
                words
                % {
                    "product": product.name,
                    "price": money(price, product.currency),
                    "cost": money(cost, product.currency),
                },
            )


def _tax_rule(product: SampleProduct) -> pricing.TaxRule:
    return pricing.TaxRule(
        product.is_tax_included, cast(pricing.RoundingMode, settings.AWASE_TAX_ROUNDING_MODE)
    )


def _other_currencies(source: OfferSource[Any], samples: SampleProducts) -> Iterator[Fault]:
    for product in samples.named(source.triggers.products | source.picks):
        if product.currency != samples.currency:
            words = _("“%(product)s” is priced in %(other)s, but this offer in %(currency)s.") % {
                "product": product.name,
                "other": product.currency,
                "currency": samples.currency,
            }
            yield Fault("other_currency", words)


def _price_faults(source: OfferSource[Any], product: SampleProduct) -> Iterator[Fault]:
    """Compare the offer's price of a named product with its list price and its margin."""
    for benefit in kind_of(source.kind).benefits(source):
        if benefit.kind == "fixed" and benefit.value >= product.price_minor:
            words = _("“%(product)s” already costs %(list)s: a fixed price of %(fixed)s saves nothing.") % {
                "product": product.name,
                "list": money(product.price_minor, product.currency),
                "fixed": money(benefit.value, product.currency),
            }
            yield Fault("saves_nothing", words)
    if source.margin_floor_bp is None:
        return
    price = _lowest_price(source, product)
    floor = pricing.floor_price(product.facts, source.margin_floor_bp, _tax_rule(product))
    if price < floor and price < product.price_minor:
        words = _(
            "“%(product)s” would cost %(price)s. A margin of %(margin)s requires at least %(floor)s."
        ) % {
            "product": product.name,
            "price": money(price, product.currency),
            "margin": percent(source.margin_floor_bp),
            "floor": money(floor, product.currency),
        }
        yield Fault("below_margin_floor", words)


def _lowest_price(source: OfferSource[Any], product: SampleProduct) -> int:
    """Return the lowest price of one unit under the offer's own rules, floors aside."""
    prices = (
        pricing.price_with(benefit, product.price_minor) for benefit in kind_of(source.kind).benefits(source)
    )
    return min(prices, default=product.price_minor)
