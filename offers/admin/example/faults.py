"""What is wrong with an offer in money: said while it is edited, and refused when it is saved."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from catalog.services.amounts import money, percent
from engine import pricing
from offers.admin.example.shelf import Goods, Shelf
from offers.models import OfferKind
from offers.services.source import OfferSource

# So many prices of a selection are tried where it has more.
MAX_PRICES = 20


def find_faults(source: OfferSource, shelf: Shelf) -> Iterator[str]:
    """Yield why the offer cannot be saved like this."""
    if source.kind in {OfferKind.UPGRADE, OfferKind.CROSS_SELL} and not source.strategies:
        yield _("Say where the proposals come from: add a source.")
    yield from _other_currencies(source, shelf)
    yield from _tier_faults(source, shelf)
    if source.kind == OfferKind.THRESHOLD:
        yield from _threshold_faults(source, shelf)
    if source.kind == OfferKind.ADD_ON:
        yield from _option_faults(source)
    for goods in shelf.named(_discounted(source)):
        yield from _price_faults(source, goods)


def find_warnings(source: OfferSource, shelf: Shelf) -> Iterator[str]:
    """Yield what somebody should know who wants the offer like this."""
    if source.margin_floor_bp is not None:
        return
    for goods in shelf.named(_discounted(source)):
        price, cost = (
            _lowest_price(source, goods),
            pricing.floor_price(goods.product, 0, tax_included=goods.is_tax_included),
        )
        if price < cost:
            yield _("“%(product)s” would cost %(price)s, less than it costs the shop (%(cost)s).") % {
                "product": goods.name,
                "price": money(price, goods.currency),
                "cost": money(cost, goods.currency),
            }


def _other_currencies(source: OfferSource, shelf: Shelf) -> Iterator[str]:
    for goods in shelf.named(source.triggers.products | source.picks):
        if goods.currency != shelf.currency:
            yield _("“%(product)s” costs %(other)s, this offer %(currency)s.") % {
                "product": goods.name,
                "other": goods.currency,
                "currency": shelf.currency,
            }


def _tier_faults(source: OfferSource, shelf: Shelf) -> Iterator[str]:
    """Try the tiers on what they count: more units must never cost less in all."""
    if not source.tiers:
        return
    tiers = pricing.Tiers(source.tiers, source.mode, source.after_last)
    together = None if source.counting == "product" else source.unit_order
    fault = pricing.find_tier_fault(tiers, shelf.prices(source.triggers, MAX_PRICES), together=together)
    if fault is None:
        return
    unit, added = (money(minor, shelf.currency) for minor in (fault.unit_minor, fault.added_minor))
    more = f"{fault.more} × {unit}" if added == unit else f"{fault.fewer} × {unit} + {added}"
    yield _(
        "%(more)s would cost %(more_total)s, but %(fewer)s cost %(fewer_total)s: more would be cheaper."
    ) % {
        "more": more,
        "more_total": money(fault.more_minor, shelf.currency),
        "fewer": f"{fault.fewer} × {unit}",
        "fewer_total": money(fault.fewer_minor, shelf.currency),
    }


def _threshold_faults(source: OfferSource, shelf: Shelf) -> Iterator[str]:
    """Refuse an amount off that is as large as the whole spend it is given for."""
    benefit = source.benefit
    is_whole = source.measure == "spend" and benefit.kind == "amount" and source.discounted is None
    if is_whole and source.at_least is not None and benefit.value >= source.at_least:
        yield _("%(amount)s off from %(spend)s on: the cart would cost nothing.") % {
            "amount": money(benefit.value, shelf.currency),
            "spend": money(source.at_least, shelf.currency),
        }


def _option_faults(source: OfferSource) -> Iterator[str]:
    """Refuse more included options than one may choose."""
    if source.max_count is not None and source.included_count > source.max_count:
        yield _("%(included)d options are included, but only %(most)d may be chosen.") % {
            "included": source.included_count,
            "most": source.max_count,
        }


def _price_faults(source: OfferSource, goods: Goods) -> Iterator[str]:
    """Hold the offer's price of a named product against its list price and its margin."""
    for benefit in _benefits(source):
        if benefit.kind == "fixed" and benefit.value >= goods.price_minor:
            yield _("“%(product)s” costs %(list)s anyway: a fixed price of %(fixed)s saves nothing.") % {
                "product": goods.name,
                "list": money(goods.price_minor, goods.currency),
                "fixed": money(benefit.value, goods.currency),
            }
    if source.margin_floor_bp is None:
        return
    price = _lowest_price(source, goods)
    floor = pricing.floor_price(goods.product, source.margin_floor_bp, tax_included=goods.is_tax_included)
    if price < floor and price < goods.price_minor:
        yield _("“%(product)s” would cost %(price)s; a margin of %(margin)s needs %(floor)s at least.") % {
            "product": goods.name,
            "price": money(price, goods.currency),
            "margin": percent(source.margin_floor_bp),
            "floor": money(floor, goods.currency),
        }


def _lowest_price(source: OfferSource, goods: Goods) -> int:
    """Return the lowest price of one unit under the offer's own rules, floors aside."""
    return min(
        (pricing.price_with(benefit, goods.price_minor) for benefit in _benefits(source)),
        default=goods.price_minor,
    )


def _benefits(source: OfferSource) -> list[pricing.Benefit]:
    """Return every benefit that a unit of the discounted products can get."""
    if source.kind == OfferKind.QUANTITY:
        return [tier.benefit for tier in source.tiers]
    if source.kind == OfferKind.SUBSCRIPTION and source.intro_cycles:
        return [source.intro, source.benefit]
    if source.kind == OfferKind.THRESHOLD and source.benefit.kind != "percent":
        return []
    return [source.benefit]


def _discounted(source: OfferSource) -> frozenset[int]:
    """Return the products that the offer names and whose price it changes."""
    match source.kind:
        case OfferKind.QUANTITY | OfferKind.SUBSCRIPTION:
            return source.triggers.products
        case OfferKind.THRESHOLD | OfferKind.BUY_GET if source.discounted is None:
            return source.triggers.products
        case OfferKind.BUNDLE:
            return frozenset()
    return source.picks
