"""Bring a cart into one canonical form, whatever the order and the steps in which it was filled."""

from collections.abc import Iterable, Mapping

from engine.pricing.cart import Acceptance, Cart, PricingCartLine, PricingProduct
from engine.pricing.lines import CanonicalLines, Line
from engine.pricing.offer import PricingOffer

# Product, interval, delivery, and the options of one unit as sorted pairs of product and quantity.
LineKey = tuple[int, int, int, tuple[tuple[int, int], ...]]


def canonical_lines(cart: Cart, offers: Mapping[int, PricingOffer]) -> CanonicalLines:
    """Merge equal lines, exchange the units of accepted upgrades, and put options below their line.

    `offers` are the offers that were accepted, by id.

    Raises ValueError for a line without units and for a product that comes with two sets of facts.
    """
    facts: dict[int, PricingProduct] = {}
    held: dict[LineKey, int] = {}
    for line in cart.lines:
        if line.quantity < 1 or line.cycle < 1:
            raise ValueError("a line holds at least one unit of a first or later delivery")
        _remember(facts, line.product)
        options = _options(line, facts) if line.options else ()
        key = (line.product.id, line.interval_days, line.cycle if line.interval_days else 1, options)
        held[key] = held.get(key, 0) + line.quantity
    return _lay_out(held, facts, _accept(cart, offers, held, facts))


def _accept(
    cart: Cart, offers: Mapping[int, PricingOffer], held: dict[LineKey, int], facts: dict[int, PricingProduct]
) -> dict[int, dict[int, int]]:
    """Exchange the units that acceptances exchange; return the accepted units by offer and product."""
    accepted: dict[int, dict[int, int]] = {}
    for taken in sorted(cart.accepted, key=lambda one: (one.offer, one.replaces or 0, one.product.id)):
        offer = offers.get(taken.offer)
        if offer is None or taken.quantity < 1:
            continue
        count = _exchange(taken, offer, held, facts) if offer.terms.exchanges else taken.quantity
        if count:
            products = accepted.setdefault(taken.offer, {})
            products[taken.product.id] = products.get(taken.product.id, 0) + count
    return accepted


def _remember(facts: dict[int, PricingProduct], product: PricingProduct) -> None:
    """Remember the product's facts; raise ValueError if it came with others before."""
    known = facts.setdefault(product.id, product)
    if known is not product and known != product:
        raise ValueError(f"product {product.id} comes with two sets of facts")


def _options(line: PricingCartLine, facts: dict[int, PricingProduct]) -> tuple[tuple[int, int], ...]:
    """Return the options of one unit, equal ones together."""
    counts: dict[int, int] = {}
    for option in line.options:
        if option.quantity < 1:
            raise ValueError("an option is chosen at least once")
        _remember(facts, option.product)
        counts[option.product.id] = counts.get(option.product.id, 0) + option.quantity
    return tuple(sorted(counts.items()))


def _exchange(
    taken: Acceptance, offer: PricingOffer, held: dict[LineKey, int], facts: dict[int, PricingProduct]
) -> int:
    """Replace as many units as the cart holds by the accepted product; return how many."""
    replaced = None if taken.replaces is None else facts.get(taken.replaces)
    if replaced is None or not offer.terms.can_exchange(replaced, taken.product):
        return 0
    left = taken.quantity
    for key in sorted(key for key in held if key[0] == replaced.id):
        if (key[1] > 0) != (offer.purchase == "subscription"):
            continue
        count = min(left, held[key])
        if count > 0:
            _remember(facts, taken.product)
            options = tuple(option for option in key[3] if option[0] in taken.keeps)
            new = (taken.product.id, key[1], key[2], options)
            held[key] -= count
            held[new] = held.get(new, 0) + count
            left -= count
    return taken.quantity - left


def _lay_out(
    held: Mapping[LineKey, int], facts: Mapping[int, PricingProduct], accepted: dict[int, dict[int, int]]
) -> CanonicalLines:
    """Put the lines in order; the options of a line have as many units as its units ask for."""
    lines = CanonicalLines([], {}, accepted)
    for key in _in_order(held):
        row = len(lines.rows)
        lines.rows.append(Line(facts[key[0]], held[key], key[1], key[2]))
        for product, count in key[3]:
            lines.options.setdefault(row, []).append(len(lines.rows))
            lines.rows.append(Line(facts[product], held[key] * count, key[1], key[2], row))
    return lines


def _in_order(held: Mapping[LineKey, int]) -> Iterable[LineKey]:
    return sorted(key for key, quantity in held.items() if quantity)
