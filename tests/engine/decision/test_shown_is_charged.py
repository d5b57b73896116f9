"""What a slot shows is what a quote of the same cart charges once the slot is accepted."""

import os
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from checkout.services.quote.conditions import barred_offers
from engine.conditions import Circumstances, UsageLimits
from engine.conditions.circumstances import Used
from engine.conditions.tree.leaves import LEAVES
from engine.conditions.tree.tree import decode
from engine.decision import decide
from engine.decision.kinds.add_on import Choice
from engine.decision.kinds.subscription import ANY_INTERVAL, Recurring
from engine.decision.kinds.threshold import NextReward
from engine.decision.quoted import asked_of_trees
from engine.decision.types import CartItem, DecisionRequest, KnownCustomer, Proposal
from engine.pricing import (
    EVERYTHING,
    Acceptance,
    Benefit,
    Cart,
    Option,
    PricedCart,
    PricingCartLine,
    PricingLane,
    Rules,
    Terms,
    price_cart,
)
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from engine.pricing.settle import Limits, gifts_out_of_stock, settle
from engine.snapshot.data import PlacementData, SnapshotData
from engine.snapshot.pricing import UNKNOWN_COST
from engine.snapshot.reader import Snapshot
from tests.engine.conditions.tree.strategies import trees
from tests.engine.pricing import strategies as random
from tests.engine.shop import NOON, Shop

SKUS = [str(number) for number in range(1, 7)]
skus = st.sampled_from(SKUS)
carts = st.dictionaries(skus, st.integers(1, 5), max_size=3)
SHOPPERS = trees([1, 2, 3], [100, 101], types=["segment", "orders", "attribute", "audience"])
ABOUT_GOODS = [name for name in LEAVES if name.startswith(("cart_", "page_"))]
TREES = trees([1, 2, 3], [100, 101], types=[*ABOUT_GOODS, "audience"])
# The suite draws the same shops each time: among so few, a random draw may lack a kind. More, and random
# ones: HYPOTHESIS_EXAMPLES=3000.
MORE_EXAMPLES = os.environ.get("HYPOTHESIS_EXAMPLES")
EXAMPLES = int(MORE_EXAMPLES or 100)
# Of the eight kinds, how many must have been proposed.
MANY_KINDS = 6


class Shelf(Shop):
    """A shop whose primary keys are the numbers that the random offers name.

    `used` is what all customers have used of the offers' limits.
    """

    used: dict[int, Used]
    has_trees = False

    def pk(self, sku: str) -> int:
        return int(sku)

    def data(self) -> SnapshotData:
        return replace(super().data(), category_pk=np.array([100, 101, 200]))


@st.composite
def shelves(draw: st.DrawFn, *, has_trees: bool = False) -> Shelf:
    """Any offers of all kinds on six products, all of which go together."""
    shop = Shelf(categories={"even": "all", "odd": "all", "all": None})
    shop.has_trees = has_trees
    if has_trees:
        # The second may refer to the first, and either to itself or to one that is not there.
        shop.audiences = {key: decode(draw(SHOPPERS)) for key in (1, 2)}
    for sku in SKUS:
        price = draw(random.prices)
        cost = draw(st.sampled_from([UNKNOWN_COST, price // 3, price * 9 // 10]))
        tax = {"tax_rate_bp": draw(st.sampled_from([0, 800, 1000])), "is_tax_included": draw(st.booleans())}
        shop.sell(sku, price=price, category=("even", "odd")[int(sku) % 2], cost=cost, **tax)
        shop.together(sku, *((other, 1 / int(other), 0.5) for other in SKUS if other != sku))
    shop.relations = [(sku, other, "substitute") for sku in SKUS for other in SKUS if sku != other]
    shop.sell("9", price=300, stock=draw(st.sampled_from([None, None, 0, 1, 2])))
    shop.placements = [
        PlacementData("page", 8),
        PlacementData("cart", 8, is_about_cart=True),
        PlacementData("after_purchase", 8, is_after_purchase=True),
    ]
    for number in range(1, draw(st.integers(1, 6)) + 1):
        add_offer(draw, shop, f"offer-{number}", draw(random.terms))
    if draw(st.booleans()):
        # An upgrade of random terms hardly ever has a better product.
        better = UpgradeTerms(EVERYTHING, frozenset(map(int, SKUS)), draw(random.benefits()))
        add_offer(draw, shop, "better", better)
    shop.used = {offer.id: draw(used) for offer in shop.offers if draw(st.booleans())}
    return shop


used = st.builds(Used, st.integers(0, 2), st.sampled_from([0, 0, 10, 900]))
limits = st.builds(
    UsageLimits,
    st.just(0),
    uses=st.sampled_from([None, 1, 2]),
    uses_per_customer=st.sampled_from([None, None, 1, 2]),
    budget_minor=st.sampled_from([None, 10, 300, 1000, 3000]),
    is_for_guests=st.booleans(),
)


def add_offer(draw: st.DrawFn, shop: Shelf, code: str, terms: Terms) -> None:
    if isinstance(terms, ThresholdTerms):
        terms = structs.replace(terms, at_least=max(terms.at_least, 1))
    columns: dict[str, Any] = {"priority": draw(st.integers(0, 2)), "curated": draw(st.permutations(SKUS))}
    if isinstance(terms, BundleTerms):
        numbers = range(len(shop.bundles), len(shop.bundles) + len(terms.bundles))
        for number, bundle in zip(numbers, terms.bundles, strict=True):
            rule = {"benefit_kind": bundle.benefit.kind, "benefit_value": bundle.benefit.value}
            shop.bundles.append((f"b{number}", {str(pk): units for pk, units in bundle.parts}, rule))
        columns |= {"strategy": "bundle", "bundles": [f"b{number}" for number in numbers]}
    benefit = getattr(terms, "benefit", None)
    if benefit is not None:
        columns |= {"benefit_kind": benefit.kind, "benefit_value": benefit.value}
    most, margin = draw(random.floors)
    rules = {
        "lane": draw(random.places),
        "base": draw(st.sampled_from(["running", "list"])),
        "excludes": draw(st.sampled_from([frozenset(), frozenset(), frozenset([1])])),
        "max_discount_minor": most,
        "margin_basis_points": margin,
    }
    shop.priced(
        code,
        terms,
        rules=rules,
        min_subtotal_minor=draw(st.sampled_from([None, None, 1000])),
        trigger_products=draw(st.sampled_from([[], [], ["1"], ["2", "3"]])),
        audience=draw(st.sampled_from(["everyone", "everyone", "known", "anonymous"])),
        codes=draw(st.sampled_from([None, None, None, ["SALE"]])),
        limits=limits_of(draw, len(shop.offers) + 1),
        tree=draw(st.none() | TREES) if shop.has_trees else None,
        max_proposals=3,
        **columns,
    )


def limits_of(draw: st.DrawFn, offer: int) -> UsageLimits | None:
    """Return the limits of an offer; half of the offers have none."""
    return structs.replace(draw(limits), offer=offer) if draw(st.booleans()) else None


def quote(
    snapshot: Snapshot,
    lines: list[PricingCartLine],
    accepted: list[Acceptance],
    offer: int,
    customer: KnownCustomer | None,
) -> PricedCart:
    """Price a cart as a quote does: by the objects of conditions and limits, with all offers."""
    rows = {snapshot.products.find_pk(line.product.id): 0 for line in lines}
    for line in lines:
        rows[snapshot.products.find_pk(line.product.id)] += line.quantity
    circumstances = Circumstances(
        at=NOON,
        is_known=customer is not None,
        products=frozenset(line.product.id for line in lines),
        categories=frozenset(category for line in lines for category in line.product.categories),
        subtotals={"JPY": sum(line.product.list_minor * line.quantity for line in lines)},
        accepted=frozenset([offer] if offer else []),
        **asked_of_trees(
            snapshot=snapshot,
            at=NOON,
            units=rows,
            currency="JPY",
            customer=customer,
            language_tag="en",
            own_values={},
        ),
    )
    table = snapshot.pricing
    barred = barred_offers(offers=table.offers.values(), circumstances=circumstances)
    limits = {
        record.id: one
        for record in table.offers.values()
        if (one := record.condition(UsageLimits)) is not None
    }
    left = Limits(limits, snapshot.used, {} if customer is None else customer.own_uses)
    stock = {snapshot.products.pk[row]: units for row, units in enumerate(snapshot.products.stock)}
    units = {product: None if count < 0 else count for product, count in stock.items()}
    return settle(
        cart=Cart(tuple(lines), tax_included=table.tax_included, accepted=tuple(accepted), barred=barred),
        price=lambda cart: price_cart(cart=cart, offers=table.index, rules=table.timeless_rules),
        spent=left.spent,
        sold_out=lambda priced: gifts_out_of_stock(priced, units),
    )[1]


class Buyer:
    """A shopper with a cart who follows a proposal, as docs/api.md says."""

    def __init__(self, snapshot: Snapshot, units: dict[str, int], customer: KnownCustomer | None) -> None:
        self.snapshot, self.units, self.customer = snapshot, units, customer

    def facts(self, sku: str) -> Any:
        return self.snapshot.pricing.product(self.snapshot.find_product(sku))

    def lines(self, units: dict[str, int]) -> list[PricingCartLine]:
        return [PricingCartLine(self.facts(sku), count) for sku, count in units.items()]

    def cost_of(self, sku: str, priced: PricedCart) -> int:
        product = self.facts(sku).id
        return sum(
            line.total_minor for line in priced.lines if line.product == product and line.gift_of is None
        )

    def before(self) -> PricedCart:
        return self.quote(self.lines(self.units), [], 0)

    def quote(self, lines: list[PricingCartLine], accepted: list[Acceptance], offer: int) -> PricedCart:
        return quote(self.snapshot, lines, accepted, offer, self.customer)

    def after(self, proposal: Proposal, offer: int) -> PricedCart:
        """Return the price of the cart once the proposal is accepted."""
        units, accepted = dict(self.units), []
        shown = {product.sku: product.quantity for product in proposal.products}
        own: list[PricingCartLine] = []
        if isinstance(proposal.detail, Recurring):
            interval = next(iter(proposal.detail.intervals), ANY_INTERVAL)
            own = [PricingCartLine(self.facts(sku), count, interval) for sku, count in shown.items()]
            units = {sku: count for sku, count in units.items() if sku not in shown}
        elif isinstance(proposal.detail, Choice):
            parent = proposal.detail.on
            count = units.pop(parent, 1)
            options = tuple(Option(self.facts(sku), many // count) for sku, many in shown.items())
            own = [PricingCartLine(self.facts(parent), count, options=options)]
        elif proposal.replaces is not None:
            units[proposal.replaces] = max(units.get(proposal.replaces, 0), proposal.products[0].quantity)
        else:
            units |= {sku: max(count, units.get(sku, 0)) for sku, count in shown.items()}
        replaced = None if proposal.replaces is None else self.facts(proposal.replaces).id
        if self.snapshot.pricing.index.by_id[offer].terms.is_by_acceptance:
            accepted = [Acceptance(offer, self.facts(sku), replaced, count) for sku, count in shown.items()]
        return self.quote([*self.lines(units), *own], accepted, offer)


def check(snapshot: Snapshot, request: DecisionRequest) -> list[str]:
    """Compare each proposal with the quotes before and after it is accepted; return their kinds."""
    placement = snapshot.placements[request.placement]
    units = {} if placement.is_after_purchase else {line.sku: line.quantity for line in request.cart}
    cart_only = Buyer(snapshot, dict(units), request.customer)
    if request.product is not None and not placement.is_after_purchase and not placement.is_about_cart:
        units.setdefault(request.product, 1)
    buyer = Buyer(snapshot, units, request.customer)
    before = buyer.before()
    decision = decide(snapshot=snapshot, request=request)
    for proposal in decision.proposals:
        offer = snapshot.offers[snapshot.find_offer(proposal.offer)].id
        if isinstance(proposal.detail, NextReward):
            check_reward(cart_only, proposal.detail, offer)
            continue
        after = buyer.after(proposal, offer)
        assert proposal.added_minor == after.total_minor - before.total_minor, proposal
        if not before.lines and len(after.lines) == len(proposal.products):
            assert proposal.offer_minor == after.total_minor, proposal
        for product in proposal.products:
            # Where page or cart hold more units, the price is that of some of them.
            most = 0 if proposal.replaces else product.quantity
            if units.get(product.sku, 0) <= most and proposal.kind != "add_on":
                assert product.offer_minor == buyer.cost_of(product.sku, after), proposal
    return [proposal.kind for proposal in decision.proposals]


def check_reward(buyer: Buyer, reward: NextReward, offer: int) -> None:
    """Check that each product reaches the reward, at the price that is shown."""
    for product in reward.reached_by:
        units = buyer.units | {product.sku: product.quantity}
        after = buyer.quote(buyer.lines(units), [], offer)
        assert after.outcome_of(offer).status == "applied"
        assert product.offer_minor == buyer.cost_of(product.sku, after)


customers = st.builds(
    KnownCustomer,
    own_uses=st.dictionaries(st.integers(1, 6), st.integers(1, 2), max_size=3),
    segment=st.sampled_from(["", "loyal", "lost"]),
    orders=st.integers(0, 3),
    attributes=st.sampled_from([{}, {"skin": "dark"}, {"skin": ("light", "yes")}]),
)
requests = st.builds(
    DecisionRequest,
    placement=st.sampled_from(["page", "page", "cart", "after_purchase"]),
    at=st.just(NOON),
    customer=st.one_of(st.none(), customers),
    cart=carts.map(lambda units: tuple(CartItem(sku, count) for sku, count in units.items())),
    product=st.one_of(st.none(), skus),
)
lanes = st.builds(
    lambda line, bundle, cart: (
        PricingLane("line", line),
        PricingLane("bundle", bundle),
        PricingLane("cart", cart),
    ),
    random.modes,
    random.modes,
    random.modes,
)


def test_any_offers_on_any_cart__each_proposal__is_charged_as_shown() -> None:
    kinds: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES,
        derandomize=MORE_EXAMPLES is None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(shelves(), lanes, st.booleans(), st.lists(requests, min_size=4, max_size=4))
    def each_is_charged_as_shown(
        shop: Shelf, lanes: tuple[PricingLane, ...], tax_included: bool, asked: list[DecisionRequest]
    ) -> None:
        with tempfile.TemporaryDirectory() as folder:
            shop.rules = Rules(lanes=lanes, tax_included=tax_included)
            snapshot = shop.publish(Path(folder))
        snapshot.used = shop.used
        for request in asked:
            kinds.update(check(snapshot, request))

    each_is_charged_as_shown()

    assert len(kinds) >= MANY_KINDS, kinds


@settings(max_examples=int(MORE_EXAMPLES or 40), deadline=None, suppress_health_check=list(HealthCheck))
@given(shelves(has_trees=True), st.lists(requests, min_size=3, max_size=3))
def test_offers_with_condition_trees__each_proposal__is_charged_as_shown(
    shop: Shelf, asked: list[DecisionRequest]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = shop.publish(Path(folder))
    snapshot.used = shop.used
    for request in asked:
        check(snapshot, request)


def test_upgrade__that_only_what_it_sells_would_trigger__is_charged_as_shown(tmp_path: Path) -> None:
    shop = Shelf()
    for sku, price in {"1": 100, "2": 300, "3": 50}.items():
        shop.sell(sku, price=price)
    shop.placements = [PlacementData("after_purchase", 8, is_after_purchase=True)]
    terms = UpgradeTerms(shop.only("1"), frozenset([2]), Benefit("amount", 20))
    shop.priced("finer", terms, curated=["2"], strategy="curated", trigger_products=["2", "3"])
    bought = (CartItem("1", 1), CartItem("3", 1))
    request = DecisionRequest(placement="after_purchase", at=NOON, cart=bought)

    assert check(shop.publish(tmp_path), request) == []
