"""The compiled sets of offers say exactly what the condition trees say."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.conditions.goods import Goods, ShownOn
from engine.conditions.required import REQUIRED, CartRequired, parts_of
from engine.conditions.shopper import ShopperFacts
from engine.conditions.tree.evaluate import holds
from engine.conditions.tree.leaf import Name
from engine.conditions.tree.tree import decode
from engine.snapshot.conditions import MappedCircumstances
from engine.snapshot.reader import Snapshot
from tests.engine.conditions.tree.strategies import trees
from tests.engine.shop import NOON, Shop

KEYS, CATEGORIES = [10, 20, 30], [1, 2]
TODAY = NOON // 86_400
ZONES = ["Asia/Tokyo", "Europe/Berlin", "Australia/Sydney", "UTC"]

texts = st.sampled_from(["dark", "light", "yes"])
goods = st.builds(
    Goods,
    st.dictionaries(st.sampled_from(KEYS), st.integers(1, 3)),
    st.frozensets(st.sampled_from(CATEGORIES)),
    st.frozensets(st.sampled_from(["Kobo", "Other"])),
    st.frozensets(st.tuples(st.just("roast"), texts)),
    st.dictionaries(st.just("JPY"), st.frozensets(st.sampled_from([499, 500, 1000]))),
)
pages = st.builds(
    ShownOn,
    st.none() | goods,
    st.none() | st.sampled_from(CATEGORIES),
    st.sampled_from(["", "page", "cart"]),
    st.sampled_from(["", "web", "line"]),
)
days = st.integers(TODAY - 4, TODAY)
shoppers = st.builds(
    ShopperFacts,
    segment=st.sampled_from(["", "loyal", "lost"]),
    orders=st.integers(0, 3),
    first_day=st.none() | days,
    last_day=st.none() | days,
    average_order_minor=st.none() | st.sampled_from([499, 500, 2000]),
    expected_value_minor=st.none() | st.sampled_from([499, 500, 2000]),
    currency=st.sampled_from(["JPY", "USD"]),
    attributes=st.dictionaries(
        st.sampled_from(["skin", "roast"]),
        texts | st.booleans() | st.integers(0, 2) | st.tuples(texts, texts) | st.just("2026-03-29"),
    ),
    answers=st.dictionaries(st.just(("taste", "q")), texts),
    bought=st.dictionaries(st.sampled_from(KEYS), days),
    bought_categories=st.dictionaries(st.sampled_from(CATEGORIES), days),
    due=st.frozensets(st.sampled_from(KEYS)),
    audiences=st.frozensets(st.sampled_from([1, 2])),
)


@st.composite
def circumstances(draw: st.DrawFn) -> MappedCircumstances:
    shopper = draw(st.none() | shoppers)
    return MappedCircumstances(
        at=draw(st.integers(NOON - 3 * 86_400, NOON + 3 * 86_400)),
        is_known=shopper is not None,
        subtotals=draw(st.dictionaries(st.just("JPY"), st.sampled_from([0, 500, 501, 2000]))),
        cart=draw(goods),
        page=draw(pages),
        shopper=shopper,
        locale=draw(st.sampled_from(["", "ja-JP", "en"])),
        country=draw(st.sampled_from(["", "JP"])),
        currencies=draw(st.frozensets(st.sampled_from(["JPY", "USD"]))),
        context=draw(st.dictionaries(st.just("payment"), texts)),
        zone=draw(st.sampled_from(ZONES)),
    )


def published(values: list[dict[str, Any]]) -> Snapshot:
    shop = Shop()
    shop.sell("tea", "cup", "cake")
    for number, value in enumerate(values):
        shop.offer(f"offer-{number}", tree=value)
    with tempfile.TemporaryDirectory() as folder:
        return shop.publish(Path(folder))


@settings(max_examples=60)
@given(
    st.lists(trees(KEYS, CATEGORIES), min_size=1, max_size=6),
    st.lists(circumstances(), min_size=2, max_size=3),
)
def test_trees__compiled__agree_with_the_objects(
    values: list[dict[str, Any]], asked: list[MappedCircumstances]
) -> None:
    snapshot = published(values)

    for one in [*asked, asked[0]]:
        met = {kind: snapshot.conditions.indexes[kind].met(one) for kind in REQUIRED.values()}
        for row in range(len(snapshot.offers)):
            record = snapshot.offers[row]
            for kind, mask in met.items():
                condition = record.condition(kind)
                assert bool(mask >> row & 1) == (condition is None or condition.holds(one)), condition


@given(trees(KEYS, CATEGORIES), circumstances())
def test_trees__in_parts__agree_with_the_whole(value: dict[str, Any], asked: MappedCircumstances) -> None:
    tree = decode(value)
    parts = list(parts_of(tree))

    assert holds(tree, asked) == all(part.holds(asked) for part in parts)
    for part in parts:
        failing = part.failing(asked)
        assert (failing is None) == part.holds(asked)
        if failing is not None:
            assert dict(tree.leaves())[failing.place] == failing.leaf


@given(trees(KEYS, CATEGORIES), circumstances(), goods, st.integers(0, 3000))
def test_trees__that_hold__go_on_holding_for_a_cart_with_more_of_what_cannot_close_them(
    value: dict[str, Any], asked: MappedCircumstances, more: Goods, minor: int
) -> None:
    larger = larger_cart(asked, more, minor)
    names = {Name("product", key) for key in more.units} | {Name("category", key) for key in more.categories}

    for part in parts_of(decode(value)):
        if isinstance(part, CartRequired) and part.holds(asked):
            closed_by = part.closed_by
            assert part.grows == (closed_by == frozenset())
            if closed_by is not None and closed_by.isdisjoint(names):
                assert part.holds(larger)


def larger_cart(asked: MappedCircumstances, more: Goods, minor: int) -> MappedCircumstances:
    cart = asked.cart
    keys = cart.units.keys() | more.units.keys()
    joined = Goods(
        {key: cart.units.get(key, 0) + more.units.get(key, 0) for key in keys},
        {*cart.categories, *more.categories},
        {*cart.brands, *more.brands},
        {*cart.attributes, *more.attributes},
        {"JPY": {*cart.prices.get("JPY", ()), *more.prices.get("JPY", ())}},
    )
    subtotals = {"JPY": asked.subtotals.get("JPY", 0) + minor}
    return replace(asked, cart=joined, subtotals=subtotals)
