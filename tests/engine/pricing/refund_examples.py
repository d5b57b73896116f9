"""The worked examples of returns in docs/pricing.md, computed as those of `examples`."""

from collections.abc import Callable, Mapping

from engine.pricing import Cart, Gift, PricingCartLine, PricingProduct
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.promise.frozen_quote import FrozenQuote
from engine.promise.refunds import balance_of
from tests.engine.pricing.build import amount, goods, offer, only, percent, tiers
from tests.engine.pricing.examples.table import Table, yen
from tests.engine.promise.freezing import owed, quote_of


def step_by_step(quote: FrozenQuote, steps: list[tuple[str, Mapping[int, int]]]) -> Table:
    """Return a row a return: what it is owed if offers are kept, and if they are clawed back."""
    rows = [["returned", "kept", "clawed back", "refunded so far, clawed back"]]
    kept = clawed = 0
    for name, returned in steps:
        keep, claw_back = owed(quote, returned)
        rows.append([name, yen(keep - kept), yen(max(claw_back - clawed, 0)), yen(max(claw_back, clawed))])
        kept, clawed = keep, max(claw_back, clawed)
    return rows


def refund_of_tiers() -> Table:
    """Return three units of a quantity discount one by one."""
    quote = quote_of(Cart(goods({1: 1000}, {1: 3})), [offer(QuantityTerms(only(1), tiers(u2=10, u3=20)))])
    names = ("one of three, charged ¥1,000 + ¥900 + ¥800", "the second", "the last")
    return step_by_step(quote, [(name, {0: count}) for count, name in enumerate(names, start=1)])


def refund_of_units() -> Table:
    """Return the units of a line one by one, tax included."""
    rows = [["line, 8 % tax included", "first unit", "its net", "its tax", "second unit", "both"]]
    for unit, off in ((50, 0), (98, 0), (50, 1)):
        product = PricingProduct(1, unit, tax_basis_points=800)
        reward = offer(ThresholdTerms("spend", 0, benefit=amount(off)))
        quote = quote_of(Cart((PricingCartLine(product, 2),)), [reward] if off else [])
        first, both = (balance_of(quote=quote, returned={0: count}).shares[0] for count in (1, 2))
        second = both.gross_minor - first.gross_minor
        figures = (first.gross_minor, first.net_minor, first.tax_minor, second, both.gross_minor)
        rows.append([f"2 × {yen(unit)}" + (f", {yen(off)} off" if off else ""), *map(yen, figures)])
    return rows


def refund_of_threshold() -> Table:
    """Break a threshold by a return, with an amount off, a percentage and a gift."""
    rows = [["reward from ¥3,000 on", "charged for 3 × ¥1,000", "one returned: keep", "clawed back"]]
    mug = goods({1: 1000, 9: 500}, {9: 1})[0].product
    rewards = {
        "¥300 off": ThresholdTerms("spend", 3000, benefit=amount(300)),
        "10 % off": ThresholdTerms("spend", 3000, benefit=percent(10)),
        "a gift of ¥500, not sent back": ThresholdTerms("spend", 3000, gift=Gift(mug)),
    }
    for name, terms in rewards.items():
        quote = quote_of(Cart(goods({1: 1000}, {1: 3})), [offer(terms)])
        rows.append([name, yen(quote.priced.total_minor), *map(yen, owed(quote, {0: 1}))])
    return rows


REFUND_EXAMPLES: dict[str, Callable[[], Table]] = {
    example.__name__: example for example in (refund_of_units, refund_of_tiers, refund_of_threshold)
}
