"""What a known customer usually pays in a category, read from the packed row of their facts."""

from struct import Struct

from engine.decision.context import UNKNOWN, Context
from engine.snapshot.records import OfferRecord

_COMFORT = Struct("<qqqqI")  # engine.learned.facts.COMFORT: category, low, median, high, lines
_CATEGORY = Struct("<qi")  # engine.learned.facts.CATEGORY: category, last_day


def is_above_comfort_band(context: Context, offer: OfferRecord, product: int, unit_minor: int) -> bool:
    """Tell whether a unit costs more than nine in ten that the customer bought in its category.

    After a product of the category was declined for its price, more than half of them is too much already.
    For an unknown customer, or with too few purchases there in the offer's currency, there is no band.
    """
    customer, snapshot = context.request.customer, context.snapshot
    if customer is None or not customer.comfort:
        return False
    category = snapshot.products.category[product]
    if category == UNKNOWN or snapshot.currencies[offer.currency] != customer.currency:
        return False
    is_careful = category in context.restraint.steps
    high_minor = _high_of(customer.comfort, snapshot.category_pk[category], is_careful=is_careful)
    return high_minor is not None and unit_minor > high_minor


def is_first_in_category(context: Context, product: int) -> bool:
    """Tell whether a customer with purchases never bought from the product's category."""
    customer, snapshot = context.request.customer, context.snapshot
    category = snapshot.products.category[product]
    if customer is None or not customer.categories or category == UNKNOWN:
        return False
    wanted, bought = snapshot.category_pk[category], customer.categories
    return all(
        _CATEGORY.unpack_from(bought, place)[0] != wanted
        for place in range(0, len(bought) - _CATEGORY.size + 1, _CATEGORY.size)
    )


def _high_of(comfort: bytes, category: int, *, is_careful: bool) -> int | None:
    """Return the upper end of a category's band, its median if `is_careful`; bands are sorted, and few."""
    for place in range(0, len(comfort) - _COMFORT.size + 1, _COMFORT.size):
        found, _low, median, high, _lines = _COMFORT.unpack_from(comfort, place)
        if found >= category:
            return int(median if is_careful else high) if found == category else None
    return None
