"""Which units an offer saves something on: only those use up its limits, and only those does it hold."""

from engine.pricing.benefit import HALF, Benefit, discount_of
from engine.pricing.floors import floor_price
from engine.pricing.offer import PricingOffer
from engine.pricing.running_prices import RunningPrices, Stock


def gains(stock: Stock, benefit: Benefit, offer: PricingOffer, prices: RunningPrices) -> bool:
    """Tell whether the benefit saves something on each of the units, after the offer's margin floor."""
    product = prices.lines[stock.line].product
    price = prices.runs[stock.line][stock.run].price_minor
    off = discount_of(
        benefit, list_minor=product.list_minor, running_minor=price, of_list=offer.base == "list"
    )
    if not off or offer.margin_basis_points is None:
        return off > 0
    return price > floor_price(product, offer.margin_basis_points, prices.tax_rule)


def _gains_on_all(pool: list[Stock], benefit: Benefit, offer: PricingOffer) -> bool:
    """Tell whether it is plain that the benefit saves something on every unit: the most common case."""
    if benefit.kind != "percent" or offer.base != "running" or offer.margin_basis_points is not None:
        return False
    return all(stock.price_minor * benefit.value >= HALF for stock in pool)


def gaining_first(pool: list[Stock], benefit: Benefit, offer: PricingOffer, prices: RunningPrices) -> None:
    """Put the units on which the benefit saves something before the others; both keep their order."""
    if len(pool) > 1 and not _gains_on_all(pool, benefit, offer):
        pool.sort(key=lambda stock: not gains(stock, benefit, offer, prices))
