"""The examples of each kind of offer."""

from typing import Literal

import msgspec

from engine.pricing import (
    Acceptance,
    Benefit,
    Cart,
    Gift,
    OfferIndex,
    Option,
    PricingBundle,
    PricingCartLine,
    PricingOffer,
    PricingProduct,
    Rules,
    Tier,
    Tiers,
    find_tier_fault,
    price_cart,
)
from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from tests.engine.pricing.build import (
    FREE,
    amount,
    fixed,
    goods,
    offer,
    only,
    percent,
    price,
    tiers,
)
from tests.engine.pricing.examples.table import BEANS, COFFEE_SET, Table, missing_of, units_of, yen


def upgrade() -> Table:
    """Take the better product instead of some units of the replaced one."""
    rows = [["cart contains", "taken", "replaced product left", "better product", "pays"]]
    step = offer(UpgradeTerms(only(1), frozenset([2]), amount(200)))
    for held, taken in ((1, 1), (3, 2)):
        cart = Cart(
            (PricingCartLine(PricingProduct(1, 1000), held),),
            accepted=(Acceptance(1, PricingProduct(2, 1500), 1, taken),),
        )
        priced = price_cart(cart=cart, offers=OfferIndex([step]), rules=Rules())
        left = sum(line.quantity for line in priced.lines if line.product == 1)
        fine = units_of(priced, len(priced.lines) - 1)
        rows.append([f"{held} × ¥1,000", str(taken), str(left), fine, yen(priced.total_minor)])
    return rows


def cross_sell() -> Table:
    """Give a fifth off one unit while the trigger is there."""
    rows = [["triggers ¥1,000", "targets ¥500", "targets cost", "saving"]]
    terms = CrossSellTerms(only(2), percent(20), trigger=only(1), max_units=1)
    for triggers, targets in ((1, 1), (1, 2), (0, 1)):
        cart = {product: units for product, units in ((1, triggers), (2, targets)) if units}
        priced = price(goods({1: 1000, 2: 500}, cart), offer(terms))
        line = len(priced.lines) - 1
        rows.append([str(triggers), str(targets), units_of(priced, line), yen(priced.discount_minor)])
    return rows


def bundle() -> Table:
    """Price three parts together in each way a bundle is priced."""
    rows = [["price rule", "bundle", "¥398", "¥248", "¥198"]]
    rules: list[tuple[str, Benefit]] = [
        ("together ¥780", fixed(780)),
        ("¥100 off", amount(100)),
        ("10 % off", percent(10)),
        ("together ¥900", fixed(900)),
    ]
    for words, benefit in rules:
        terms = BundleTerms((PricingBundle(((1, 1), (2, 1), (3, 1)), benefit),))
        priced = price(goods(COFFEE_SET, {1: 1, 2: 1, 3: 1}), offer(terms))
        rows.append([words, yen(priced.total_minor), *(yen(line.total_minor) for line in priced.lines)])
    return rows


def quantity() -> Table:
    """Price one to five units under each mode and each way to go on."""
    rows = [["mode", "after the last tier", *(f"{units} × ¥1,000" for units in range(1, 6))]]
    modes: list[Literal["graduated", "volume"]] = ["graduated", "volume"]
    ways: list[Literal["hold", "repeat", "list"]] = ["hold", "repeat", "list"]
    for mode in modes:
        for after in ways:
            steps = msgspec.structs.replace(tiers(u2=10, u3=20), mode=mode, after=after)
            bulk = offer(QuantityTerms(only(1), steps))
            totals = [price(goods(BEANS, {1: units}), bulk).total_minor for units in range(1, 6)]
            rows.append([mode, after, *map(yen, totals)])
    return rows


def counting() -> Table:
    """Price the same three products counted together, the deepest tier at either end."""
    rows = [["order", "¥1,000", "¥500", "¥100", "together"]]
    orders: list[Literal["cheapest_first", "most_expensive_first"]] = [
        "cheapest_first",
        "most_expensive_first",
    ]
    for order in orders:
        terms = QuantityTerms(only(1, 2, 3), tiers(u2=10, u3=20), counting="set", order=order)
        priced = price(goods({1: 1000, 2: 500, 3: 100}, {1: 1, 2: 1, 3: 1}), offer(terms))
        rows.append([order, *(yen(line.total_minor) for line in priced.lines), yen(priced.total_minor)])
    return rows


def faults() -> Table:
    """Show tiers that contradict themselves, and the two quantities that prove it."""
    rows = [["volume tiers", "counted", "rejected: more units", "because fewer units"]]
    for start, points, prices in ((10, 20, [1000]), (2, 60, [1000]), (3, 20, [1000, 100])):
        steps = Tiers((Tier(start, percent(points)),), "volume")
        fault = find_tier_fault(steps, prices, together="cheapest_first")
        if fault is None:
            raise ValueError("the example has no fault")
        added = f" and 1 × {yen(fault.added_minor)}" if fault.added_minor != fault.unit_minor else ""
        more = f"{fault.fewer if added else fault.more} × {yen(fault.unit_minor)}{added}"
        counted = " with ".join(map(yen, prices))
        fewer = f"{fault.fewer} × {yen(fault.unit_minor)} cost {yen(fault.fewer_minor)}"
        tier = f"from {start} units −{points} %"
        rows.append([tier, counted, f"{more} cost {yen(fault.more_minor)}", fewer])
    return rows


def subscription() -> Table:
    """Price several deliveries at 30 % off twice, then 10 %."""
    terms = SubscriptionTerms(only(1), recurring=percent(10), intro=percent(30), intro_cycles=2)
    often = PricingOffer(id=1, terms=terms, purchase="subscription")
    cycles = (1, 2, 3, 4)
    priced = [
        price([PricingCartLine(PricingProduct(1, 1000), interval_days=30, cycle=cycle)], often).total_minor
        for cycle in cycles
    ]
    return [["delivery", *map(str, cycles)], ["¥1,000 at −30 % twice, then −10 %", *map(yen, priced)]]


def add_on() -> Table:
    """Charge the options of a drink beyond the one that is included."""
    rows = [["drinks ¥1,000", "syrups ¥50 each", "shots ¥80 each", "options cost", "together"]]
    terms = AddOnTerms(only(1), frozenset([8, 9]), included_count=1)
    for drinks, syrups, shots in ((1, 1, 0), (1, 1, 1), (2, 2, 1)):
        chosen = ((8, 50, syrups), (9, 80, shots))
        options = tuple(
            Option(PricingProduct(number, cost), count) for number, cost, count in chosen if count
        )
        priced = price([PricingCartLine(PricingProduct(1, 1000), drinks, options=options)], offer(terms))
        surcharge = sum(line.total_minor for line in priced.lines if line.parent is not None)
        rows.append([str(drinks), str(syrups), str(shots), yen(surcharge), yen(priced.total_minor)])
    return rows


def threshold() -> Table:
    """Reward a spend of ¥5,000 in each of the four ways."""
    rows = [["reward from ¥5,000", "at ¥4,500", "at ¥5,000", "pays at ¥5,000", "in addition"]]
    gift = Gift(PricingProduct(9, 400))
    rewards = [
        ("¥500 off", ThresholdTerms("spend", 5000, benefit=amount(500))),
        ("10 % off", ThresholdTerms("spend", 5000, benefit=percent(10))),
        ("a gift", ThresholdTerms("spend", 5000, gift=gift)),
        ("free shipping", ThresholdTerms("spend", 5000, free_shipping=True)),
    ]
    for words, terms in rewards:
        below = price([PricingCartLine(PricingProduct(1, 4500))], offer(terms))
        there = price([PricingCartLine(PricingProduct(1, 5000))], offer(terms))
        extras = [f"1 unit worth {yen(line.list_minor)}" for line in there.lines if line.gift_of]
        extras += ["no shipping fee"] if there.free_shipping else []
        status = there.outcomes[1].status
        rows.append([words, missing_of(below), status, yen(there.total_minor), ", ".join(extras)])
    return rows


def buy_get() -> Table:
    """Give every third unit free, over equal and over mixed prices."""
    rows = [["cart", "times", "pays", "saving"]]
    terms = BuyGetTerms(only(1, 2, 3), 2, only(1, 2, 3), 1, FREE)
    prices = {1: 1000, 2: 600, 3: 100}
    for cart in ({1: 2}, {1: 3}, {1: 5}, {1: 6}, {1: 1, 2: 1, 3: 1}):
        priced = price(goods(prices, cart), offer(terms))
        held = " + ".join(f"{units} × {yen(prices[product])}" for product, units in cart.items())
        times = priced.outcomes[1].times
        rows.append([held, str(times), yen(priced.total_minor), yen(priced.discount_minor)])
    return rows
