"""The examples of offers that apply together."""

import msgspec

from engine.pricing import (
    LaneMode,
    PricingBundle,
    PricingLane,
    Rules,
)
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from tests.engine.pricing.build import (
    amount,
    fixed,
    goods,
    offer,
    one_lane,
    only,
    percent,
    price,
    tiers,
)
from tests.engine.pricing.examples.table import BEANS, Table, yen


def lanes() -> Table:
    """Let 10 % (the higher priority) and 20 % meet on one unit in each mode."""
    rows = [["mode", "10 %, priority 5, takes", "20 %, priority 0, takes", "pays"]]
    offers = [
        offer(CrossSellTerms(only(1), percent(10)), number=1, priority=5),
        offer(CrossSellTerms(only(1), percent(20)), number=2),
    ]
    modes: list[LaneMode] = ["best", "first", "stack"]
    for mode in modes:
        priced = price(goods(BEANS, {1: 1}), *offers, rules=one_lane(mode))
        took = [priced.outcomes[number] for number in (1, 2)]
        cells = [yen(one.discount_minor) if one.status == "applied" else one.status for one in took]
        rows.append([mode, *cells, yen(priced.total_minor)])
    of_list = [offers[0], msgspec.structs.replace(offers[1], base="list")]
    priced = price(goods(BEANS, {1: 1}), *of_list, rules=one_lane("stack"))
    took = [priced.outcomes[number] for number in (1, 2)]
    cells = [yen(one.discount_minor) for one in took]
    return [*rows, ["stack, 20 % of list", *cells, yen(priced.total_minor)]]


def choice() -> Table:
    """Let two offers compete for units in a lane that takes the best."""
    rows = [["units ¥1,000", "50 % off one unit", "10 % off each", "pays"]]
    offers = (
        offer(CrossSellTerms(only(1), percent(50), max_units=1), number=1),
        offer(CrossSellTerms(only(1), percent(10)), number=2),
    )
    for units in (1, 2, 3):
        priced = price(goods(BEANS, {1: units}), *offers, rules=Rules(lanes=(PricingLane("line"),)))
        took = [priced.outcomes[number] for number in (1, 2)]
        cells = [f"−{yen(one.discount_minor)}" if one.status == "applied" else one.status for one in took]
        rows.append([str(units), *cells, yen(priced.total_minor)])
    return rows


def sequence() -> Table:
    """Run one cart through the three lanes."""
    offers = (
        offer(CrossSellTerms(only(1), percent(10)), number=1),
        offer(BundleTerms((PricingBundle(((1, 1), (2, 1)), fixed(1200)),)), number=2, lane="bundle"),
        offer(ThresholdTerms("spend", 1000, benefit=percent(10)), number=3, lane="cart"),
    )
    names = ("line: 10 % off the first", "bundle: together ¥1,200", "cart: 10 % from ¥1,000")
    priced = price(goods({1: 1000, 2: 500}, {1: 1, 2: 1}), *offers)
    rows = [["", "¥1,000", "¥500", "together"]]
    for number, name in enumerate(names, start=1):
        took = [line.taken.get(number, 0) for line in priced.lines]
        rows.append([name, *(f"−{yen(minor)}" for minor in took), f"−{yen(sum(took))}"])
    return [*rows, ["pays", *(yen(line.total_minor) for line in priced.lines), yen(priced.total_minor)]]


def holding() -> Table:
    """Let a tenth off everything follow an offer that does not hold all units."""
    rows = [["first offer", "cart", "it takes", "10 % on everything takes", "pays"]]
    tenth = offer(CrossSellTerms(only(1, 2), percent(10)), number=2)
    each = offer(CrossSellTerms(only(1, 2), fixed(500)), priority=5)
    second = offer(QuantityTerms(only(1), tiers(u2=50)), priority=5)
    prices = {1: 1000, 2: 400}
    for words, first, cart in (
        ("¥500 each", each, {1: 1, 2: 1}),
        ("50 % off the second unit", second, {1: 2}),
    ):
        priced = price(goods(prices, cart), first, tenth, rules=one_lane("first"))
        took = [priced.outcomes[number] for number in (1, 2)]
        cells = [yen(one.discount_minor) if one.status == "applied" else one.status for one in took]
        held = " + ".join(f"{units} × {yen(prices[product])}" for product, units in cart.items())
        rows.append([words, held, *cells, yen(priced.total_minor)])
    return rows


def limits() -> Table:
    """Let a fixed price for one unit meet units that already cost less."""
    rows = [["cart", "one unit at ¥1,500 for", "pays"]]
    one = offer(CrossSellTerms(only(1, 2, 3), fixed(1500), max_units=1))
    prices = {1: 4995, 2: 2000, 3: 100}
    for cart in ({3: 1}, {1: 1, 3: 1}, {1: 1, 2: 1, 3: 1}):
        priced = price(goods(prices, cart), one)
        taken = [yen(line.list_minor) for line in priced.lines if line.taken]
        held = " + ".join(yen(prices[product]) for product in cart)
        rows.append([held, "".join(taken) or priced.outcomes[1].status, yen(priced.total_minor)])
    return rows


def exclusion() -> Table:
    """Let two offers in different lanes exclude each other."""
    rows = [["priority of 10 % (line)", "priority of 20 % (cart)", "10 %", "20 %"]]
    for ours, theirs in ((5, 0), (0, 5), (0, 0)):
        first = offer(CrossSellTerms(only(1), percent(10)), number=1, priority=ours)
        offers = (
            msgspec.structs.replace(first, excludes=frozenset([2])),
            offer(CrossSellTerms(only(1), percent(20)), number=2, priority=theirs, lane="cart"),
        )
        priced = price(goods(BEANS, {1: 1}), *offers)
        rows.append([str(ours), str(theirs), *(priced.outcomes[number].status for number in (1, 2))])
    return rows


def exclusion_across_lanes() -> Table:
    """Put the offer that loses into the earlier lane, where it would break the other's condition."""
    rows = [["costs", "20 % (line), priority 2", "¥500 from ¥5,000 (cart), priority 9", "pays"]]
    weaker = offer(CrossSellTerms(only(1), percent(20)), number=1, priority=2)
    weaker = msgspec.structs.replace(weaker, excludes=frozenset([2]))
    reward = ThresholdTerms("spend", 5000, benefit=amount(500))
    stronger = offer(reward, number=2, priority=9, lane="cart")
    for minor in (4999, 6000, 6250):
        priced = price(goods({1: minor}, {1: 1}), weaker, stronger)
        statuses = [priced.outcomes[number].status for number in (1, 2)]
        rows.append([yen(minor), *statuses, yen(priced.total_minor)])
    return rows
