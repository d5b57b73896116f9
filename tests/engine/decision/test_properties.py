"""What holds for every shop and every request."""

import tempfile
from pathlib import Path
from struct import iter_unpack
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.decision import decide
from engine.decision.kinds import KINDS
from engine.decision.types import CartItem, DecisionRequest, KnownCustomer
from engine.restraint import RestraintLedger
from engine.snapshot.data import PlacementData
from engine.snapshot.reader import Snapshot
from tests.engine.known import due, knowing, used_to_paying
from tests.engine.refusals import refusing
from tests.engine.shop import NOON, Shop

SOURCES = sorted({code for proposer in KINDS.values() for code in proposer.strategies})
SKUS = [f"sku-{number}" for number in range(8)]
skus = st.sampled_from(SKUS)
some_skus = st.lists(skus, max_size=4, unique=True)


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    """Any small shop."""
    shop = Shop(categories={"a": None, "b": "a"}, placements=[PlacementData("cart", draw(st.integers(1, 5)))])
    for sku in SKUS:
        shop.sell(
            sku,
            price=draw(st.integers(0, 2000)),
            stock=draw(st.sampled_from([None, 0, 1, 5])),
            is_hidden=draw(st.booleans()) and draw(st.booleans()),
            category=draw(st.sampled_from([None, "a", "b"])),
            currency=draw(st.sampled_from(["JPY", "JPY", "JPY", "USD"])),
            slowness=draw(st.sampled_from([0.0, 0.5, 1.0])),
        )
        links = [(other, draw(st.floats(0, 1)), draw(st.floats(0, 1))) for other in draw(some_skus)]
        shop.together(sku, *(link for link in links if link[0] != sku))
    shop.popular = {name: [(sku, 9) for sku in draw(some_skus)] for name in ("a", "b", None)}
    shop.relations = [
        (a, b, draw(st.sampled_from(["accessory", "substitute"]))) for a, b in draw(by_two_keys_skus)
    ]
    shop.ladders = [[(sku, sku, sku, "") for sku in draw(some_skus)] for _ in range(2)]
    for code in ("x", "y"):
        parts = draw(st.dictionaries(skus, st.integers(1, 3), min_size=2, max_size=3))
        shop.bundles.append((code, parts, draw(benefits)))
    for number in range(draw(st.integers(0, 6))):
        _add_offer(draw, shop, f"offer-{number}")
    return shop


_PLAIN = Shop()
_PLAIN.sell(*SKUS)
by_two_keys_skus = st.lists(st.tuples(skus, skus).filter(lambda pair: pair[0] != pair[1]), max_size=5)
benefits: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.builds(lambda value: {"benefit_kind": "percent", "benefit_value": value}, st.integers(1, 10_000)),
    st.builds(lambda value: {"benefit_kind": "amount", "benefit_value": value}, st.integers(0, 3000)),
    st.builds(lambda value: {"benefit_kind": "fixed", "benefit_value": value}, st.integers(0, 3000)),
)
CATEGORIES = {"a": 1, "b": 2}  # their primary keys
bands = st.dictionaries(st.sampled_from([1, 2]), st.integers(0, 2000), min_size=1)
needed = st.lists(
    st.tuples(skus, st.integers(-9, 9), st.integers(1, 60), st.floats(0, 1, width=32)), max_size=5
)
declines = st.lists(some_skus.map(lambda chosen: " ".join(sorted(chosen)) or "gone"), max_size=3)
customers = st.builds(
    lambda highs, days, declined: replace(
        knowing(used_to_paying(*highs.items()), due(_PLAIN, *days)), ledger=refusing(products=declined)
    ),
    bands,
    needed,
    declines,
)
requests = st.builds(
    DecisionRequest,
    placement=st.just("cart"),
    at=st.just(NOON),
    cart=st.lists(st.builds(CartItem, skus, st.integers(-2, 9)), max_size=4).map(tuple),
    product=st.one_of(st.none(), skus),
    customer=st.one_of(st.none(), st.just(KnownCustomer()), customers),
    limit=st.one_of(st.none(), st.integers(0, 5)),
    exclude=st.lists(skus, max_size=2).map(tuple),
    exclude_offers=st.lists(st.sampled_from(["offer-0", "offer-1", "gone"]), max_size=2).map(tuple),
)


def _add_offer(draw: st.DrawFn, shop: Shop, code: str) -> None:
    """Add any offer."""
    kind = draw(st.sampled_from(list(KINDS)))
    shop.offer(
        code,
        *draw(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3, unique=True)),
        kind=kind,
        priority=draw(st.integers(0, 1)),
        max_proposals=draw(st.integers(1, 3)),
        audience=draw(st.sampled_from(["everyone", "known", "anonymous"])),
        min_subtotal_minor=draw(st.sampled_from([None, None, 0, 1000])),
        curated=draw(some_skus),
        max_step_bp=draw(st.sampled_from([None, None, 1, 5_000, 20_000])),
        slow_mover_boost_bp=draw(st.sampled_from([0, 0, 5_000])),
        trigger_products=draw(st.one_of(st.just([]), some_skus)),
        **({} if kind == "bundle" else draw(benefits)),
    )


def published(shop: Shop) -> Snapshot:
    with tempfile.TemporaryDirectory() as folder:
        return shop.publish(Path(folder))


many = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(shops(), requests)
def test_decide__any_shop__proposes_only_what_may_be_sold(shop: Shop, request: DecisionRequest) -> None:
    goods = {one.sku: one for one in shop.goods}
    held = {line.sku for line in request.cart} | {request.product}

    decision = decide(snapshot=published(shop), request=request)

    for proposal in decision.proposals:
        for part in proposal.products:
            stock = goods[part.sku].stock
            assert not goods[part.sku].is_hidden
            assert stock is None or stock >= part.quantity
            assert part.sku not in request.exclude
            assert (
                part.sku in held
                or request.customer is None
                or all(entry.products != part.sku for entry in RestraintLedger.read(request.customer.ledger))
            )
            assert goods[part.sku].currency == proposal.currency
            assert proposal.kind == "bundle" or part.sku not in held


@many
@given(shops(), requests)
def test_decide__any_shop__prices_between_nothing_and_list(shop: Shop, request: DecisionRequest) -> None:
    decision = decide(snapshot=published(shop), request=request)

    for proposal in decision.proposals:
        assert 0 <= proposal.offer_minor <= proposal.list_minor
        assert proposal.list_minor == sum(part.price_minor * part.quantity for part in proposal.products)


@many
@given(shops(), requests, customers)
def test_decide__known_customer__is_asked_for_no_step_that_is_too_high(
    shop: Shop, request: DecisionRequest, customer: KnownCustomer
) -> None:
    goods, offers = {one.sku: one for one in shop.goods}, {one.code: one for one in shop.offers}
    highs = {band[0]: band[3] for band in iter_unpack("<qqqqI", customer.comfort)}
    asked = replace(request, customer=customer)

    decision = decide(snapshot=published(shop), request=asked)

    for proposal in decision.proposals:
        if proposal.kind == "upgrade":
            (part,) = proposal.products
            unit_minor, replaced = part.offer_minor / part.quantity, goods[str(proposal.replaces)]
            most_bp = offers[proposal.offer].max_step_bp
            high = highs.get(CATEGORIES.get(goods[part.sku].category or "", 0))
            assert most_bp is None or unit_minor <= replaced.price * (1 + most_bp / 10_000) + 1e-6
            assert high is None or proposal.currency != "JPY" or unit_minor <= high


@many
@given(shops(), requests)
def test_decide__any_shop__fills_slots_in_order_without_repeating(
    shop: Shop, request: DecisionRequest
) -> None:
    decision = decide(snapshot=published(shop), request=request)

    shown = [part.sku for proposal in decision.proposals for part in proposal.products]
    priority = {offer.code: offer.priority for offer in shop.offers}
    order = [priority[proposal.offer] for proposal in decision.proposals]
    assert len(shown) == len(set(shown))
    assert order == sorted(order, reverse=True)
    assert len(order) <= min(shop.placements[0].slot_count, 5 if request.limit is None else request.limit)


@many
@given(shops(), requests, st.randoms(use_true_random=False))
def test_decide__cart_in_another_order_or_asked_again__decides_the_same(
    shop: Shop, request: DecisionRequest, random: Any
) -> None:
    snapshot = published(shop)
    lines = list(request.cart)
    random.shuffle(lines)
    shuffled = replace(request, cart=tuple(lines), explain=True)

    first = decide(snapshot=snapshot, request=request)

    assert decide(snapshot=snapshot, request=request) == first
    assert decide(snapshot=snapshot, request=shuffled).proposals == first.proposals
    assert decide(snapshot=published(shop), request=shuffled).proposals == first.proposals
