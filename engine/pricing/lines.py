"""The cart in its one canonical form, whatever the order and the steps in which it was filled."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from engine.pricing.cart import Acceptance, Cart, CartLine, Product
from engine.pricing.offer import Offer, Purchase
from engine.pricing.terms import UpgradeTerms

# Product, interval, delivery, and the options of one unit as sorted pairs of product and quantity.
LineKey = tuple[int, int, int, tuple[tuple[int, int], ...]]


class Line(Struct, gc=False):
    """All equal units of a cart. `parent` is the row whose option this is."""

    product: Product
    quantity: int
    interval_days: int = 0
    cycle: int = 1
    parent: int | None = None

    @property
    def purchase(self) -> Purchase:
        """Return how it is bought."""
        return "subscription" if self.interval_days else "one_time"


class Lines(Struct):
    """The lines sorted by product, each followed by its options, and the upgrades that changed them.

    `options` are the option rows of a row. `accepted` says by offer of which products how many units were
    accepted; of an upgrade, how many came in.
    """

    rows: list[Line]
    options: dict[int, list[int]]
    accepted: dict[int, dict[int, int]]


def canonical_lines(cart: Cart, offers: Mapping[int, Offer]) -> Lines:
    """Merge equal lines, carry out the accepted upgrades, put options under their line.

    `offers` are those by acceptance that were accepted, by id.

    Raises ValueError for a line without units and for a product that comes with two sets of facts.
    """
    facts: dict[int, Product] = {}
    held: dict[LineKey, int] = {}
    for line in cart.lines:
        if line.quantity < 1 or line.cycle < 1:
            raise ValueError("a line holds at least one unit of a first or later delivery")
        _agree(facts, line.product)
        options = _options(line, facts) if line.options else ()
        key = (line.product.id, line.interval_days, line.cycle if line.interval_days else 1, options)
        held[key] = held.get(key, 0) + line.quantity
    return _lay_out(held, facts, _accept(cart, offers, held, facts))


def _accept(
    cart: Cart, offers: Mapping[int, Offer], held: dict[LineKey, int], facts: dict[int, Product]
) -> dict[int, dict[int, int]]:
    """Carry out what was accepted; return the units by offer and product."""
    accepted: dict[int, dict[int, int]] = {}
    for taken in sorted(cart.accepted, key=lambda one: (one.offer, one.replaces or 0, one.product.id)):
        offer = offers.get(taken.offer)
        if offer is None or taken.quantity < 1:
            continue
        is_upgrade = isinstance(offer.terms, UpgradeTerms)
        count = _swap(taken, offer, held, facts) if is_upgrade else taken.quantity
        if count:
            products = accepted.setdefault(taken.offer, {})
            products[taken.product.id] = products.get(taken.product.id, 0) + count
    return accepted


def _agree(facts: dict[int, Product], product: Product) -> None:
    """Remember the product, or find it the same as before."""
    known = facts.setdefault(product.id, product)
    if known is not product and known != product:
        raise ValueError(f"product {product.id} comes with two sets of facts")


def _options(line: CartLine, facts: dict[int, Product]) -> tuple[tuple[int, int], ...]:
    """Return the options of one unit, equal ones together."""
    counts: dict[int, int] = {}
    for option in line.options:
        if option.quantity < 1:
            raise ValueError("an option is chosen at least once")
        _agree(facts, option.product)
        counts[option.product.id] = counts.get(option.product.id, 0) + option.quantity
    return tuple(sorted(counts.items()))


def _swap(taken: Acceptance, offer: Offer, held: dict[LineKey, int], facts: dict[int, Product]) -> int:
    """Let the accepted product replace as many units as the cart holds and the offer sees; count them."""
    terms = offer.terms
    if not isinstance(terms, UpgradeTerms) or taken.product.id not in terms.products - {taken.replaces}:
        return 0
    if (
        taken.replaces is None
        or taken.replaces not in facts
        or not terms.replaces.sees(facts[taken.replaces])
    ):
        return 0
    left = taken.quantity
    for key in sorted(key for key in held if key[0] == taken.replaces):
        if (key[1] > 0) != (offer.purchase == "subscription"):
            continue
        count = min(left, held[key])
        if count > 0:
            _agree(facts, taken.product)
            options = tuple(option for option in key[3] if option[0] in taken.keeps)
            new = (taken.product.id, key[1], key[2], options)
            held[key] -= count
            held[new] = held.get(new, 0) + count
            left -= count
    return taken.quantity - left


def _lay_out(
    held: Mapping[LineKey, int], facts: Mapping[int, Product], accepted: dict[int, dict[int, int]]
) -> Lines:
    """Put the lines in order; the options of a line have as many units as its units ask for."""
    lines = Lines([], {}, accepted)
    for key in _in_order(held):
        row = len(lines.rows)
        lines.rows.append(Line(facts[key[0]], held[key], key[1], key[2]))
        for product, count in key[3]:
            lines.options.setdefault(row, []).append(len(lines.rows))
            lines.rows.append(Line(facts[product], held[key] * count, key[1], key[2], row))
    return lines


def _in_order(held: Mapping[LineKey, int]) -> Iterable[LineKey]:
    return sorted(key for key, quantity in held.items() if quantity)
