"""The worked examples of docs/pricing.md: each a table whose every figure the core computes.

A table is its heading and its rows; carts and offers are built here, so that a figure that a rule
takes in and one that it gives out stand side by side.
"""

import itertools
from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from engine.pricing import (
    Acceptance,
    Benefit,
    Cart,
    Gift,
    LaneMode,
    OfferIndex,
    Option,
    PricedCart,
    PricingBundle,
    PricingCartLine,
    PricingLane,
    PricingOffer,
    PricingProduct,
    Rules,
    Tier,
    Tiers,
    find_tier_fault,
    floor_price,
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
from engine.pricing.rules import Rounding, RoundingMode
from engine.pricing.tax import price_in_mode
from tests.engine.pricing.build import (
    FREE,
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

Table = list[list[str]]

BEANS = {1: 1000}
COFFEE_SET = {1: 398, 2: 248, 3: 198}


def yen(minor: int) -> str:
    return f"¥{minor:,}"


def plus(minors: Iterable[int]) -> str:
    return " + ".join(yen(minor) for minor in minors)


def units_of(priced: PricedCart, line: int = 0) -> str:
    """Read a line's units: `¥1,000 + 2 × ¥900`."""
    return " + ".join(
        (f"{unit.quantity} × " if unit.quantity > 1 else "") + yen(unit.unit_minor)
        for unit in priced.lines[line].units
    )


def missing_of(priced: PricedCart) -> str:
    outcome = priced.outcomes[1]
    lacking = [
        f"{yen(one.amount) if one.kind == 'spend' else one.amount} {one.kind}" for one in outcome.missing
    ]
    return ", ".join([outcome.status, *lacking])


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
    orders: list[Literal["cheapest_first", "dearest_first"]] = ["cheapest_first", "dearest_first"]
    for order in orders:
        terms = QuantityTerms(only(1, 2, 3), tiers(u2=10, u3=20), counting="set", order=order)
        priced = price(goods({1: 1000, 2: 500, 3: 100}, {1: 1, 2: 1, 3: 1}), offer(terms))
        rows.append([order, *(yen(line.total_minor) for line in priced.lines), yen(priced.total_minor)])
    return rows


def faults() -> Table:
    """Show tiers that contradict themselves, and the two quantities that prove it."""
    rows = [["volume tiers", "counted", "refused, because", "but"]]
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


def upgrade() -> Table:
    """Take the better product instead of some units of the replaced one."""
    rows = [["cart holds", "taken", "replaced product left", "better product", "pays"]]
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


def floors() -> Table:
    """Cut half off by each floor."""
    half = offer(CrossSellTerms(only(1), percent(50)))
    product = PricingProduct(1, 1000, tax_basis_points=1000, cost_minor=600)
    capped = {
        "none": half,
        "at most ¥300": msgspec.structs.replace(half, max_discount_minor=300),
        "margin 30 % at cost ¥600, tax 10 %": msgspec.structs.replace(half, margin_basis_points=3000),
    }
    rows = [["floor", "¥1,000 at −50 % costs", "the offer says"]]
    for words, one in capped.items():
        priced = price([PricingCartLine(product)], one)
        rows.append([words, yen(priced.total_minor), ", ".join(priced.outcomes[1].cuts)])
    lowest = floor_price(product, 3000)
    if rows[-1][1] != yen(lowest):
        raise ValueError("the floor is not where it should be")
    return rows


def allocation() -> Table:
    """Split ¥100 over three lines."""
    terms = ThresholdTerms("spend", 800, benefit=amount(100))
    priced = price(goods(COFFEE_SET, {1: 1, 2: 1, 3: 1}), offer(terms))
    whole = priced.list_minor
    rows = [["line", "exact share", "share", "pays"]]
    for line in priced.lines:
        hundredths = 100 * 100 * line.list_minor // whole
        exact = f"¥{hundredths // 100}.{hundredths % 100:02d}…"
        rows.append([yen(line.list_minor), exact, yen(line.discount_minor), yen(line.total_minor)])
    return rows


def taxes() -> Table:
    """Tax three lines by line and by document, rounded half up and down."""
    rows = [["prices", "rounded per", "mode", "net", "tax by line", "gross"]]
    lines = tuple(PricingCartLine(PricingProduct(number, 105, tax_basis_points=1000)) for number in (1, 2, 3))
    roundings: list[Rounding] = ["line", "document"]
    modes: list[RoundingMode] = ["half_up", "down", "up"]
    for included, rounding, mode in itertools.product((False, True), roundings, modes):
        priced = price_cart(
            cart=Cart(lines, tax_included=included),
            offers=OfferIndex([]),
            rules=Rules(rounding=rounding, rounding_mode=mode),
        )
        words = "3 × ¥105 including 10 % tax" if included else "3 × ¥105 plus 10 % tax"
        by_line = plus(line.tax_minor for line in priced.lines)
        rows.append([words, rounding, mode, yen(priced.net_minor), by_line, yen(priced.gross_minor)])
    return rows


def conversion() -> Table:
    """Show products that are priced the other way than the shop shows prices."""
    rows = [["price in the catalogue", "shop shows", "unit", "quantity", "net", "tax", "gross"]]
    for minor, rate, included in (
        (1000, 1000, False),
        (98, 800, False),
        (1100, 1000, True),
        (105, 1000, True),
    ):
        unit = price_in_mode(minor, rate, tax_included=included, wanted=not included, mode="half_up")
        words = f"{yen(minor)} {'including' if included else 'plus'} {rate // 100} % tax"
        shown = "prices without tax" if included else "prices with tax"
        for quantity in (1, 10):
            line = PricingCartLine(PricingProduct(1, unit, tax_basis_points=rate), quantity)
            cart = Cart((line,), tax_included=not included)
            priced = price_cart(cart=cart, offers=OfferIndex([]), rules=Rules())
            amounts = (priced.net_minor, priced.tax_minor, priced.gross_minor)
            rows.append([words, shown, yen(unit), str(quantity), *map(yen, amounts)])
    return rows


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


EXAMPLES: dict[str, Callable[[], Table]] = {
    example.__name__: example
    for example in (
        quantity,
        counting,
        faults,
        upgrade,
        cross_sell,
        bundle,
        subscription,
        add_on,
        threshold,
        buy_get,
        lanes,
        choice,
        sequence,
        holding,
        limits,
        exclusion,
        exclusion_across_lanes,
        floors,
        allocation,
        taxes,
        conversion,
    )
}


def markdown(table: Table) -> str:
    """Return the table as the documents write it."""
    heading, *rows = table
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
