"""The compiled sets of offers say exactly what the condition objects say."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.conditions import (
    CONDITIONS,
    AcceptanceRequired,
    Active,
    AnyCondition,
    ArmRequired,
    AudienceRequired,
    MinimumSubtotal,
    PromotionCodes,
    Schedule,
    Trigger,
    UsageLimits,
)
from engine.conditions.circumstances import Used
from engine.pricing import LIST_PRICE
from engine.snapshot.conditions import MappedCircumstances
from engine.snapshot.data import OfferData
from engine.snapshot.reader import Snapshot
from tests.engine.shop import NOON, Shop

SKUS = [f"sku-{number}" for number in range(5)]
CATEGORIES: dict[str, str | None] = {"food": None, "tea": "food", "green": "tea", "toys": None}
CATEGORY_OF = {"sku-0": "green", "sku-1": "tea", "sku-2": "toys", "sku-3": "food"}
CODES = ["SPRING", "TEN"]
moments = st.integers(NOON - 2, NOON + 2)
arms = st.frozensets(st.sampled_from(["", "a", "b"]))


def optional(values: st.SearchStrategy[AnyCondition]) -> st.SearchStrategy[AnyCondition | None]:
    return st.one_of(st.none(), values)


@st.composite
def conditions(draw: st.DrawFn, number: int) -> tuple[AnyCondition, ...]:
    """Any conditions of an offer; primary keys beyond the shop's are those of products that are gone."""
    keys = st.frozensets(st.integers(1, 6).map(lambda row: 10 * row), max_size=3)
    limit = st.one_of(st.none(), st.integers(1, 2))
    drawn = [
        draw(optional(st.just(Active(is_active=False)))),
        draw(optional(st.builds(PromotionCodes, st.frozensets(st.sampled_from(CODES))))),
        draw(optional(st.builds(Schedule, st.one_of(st.none(), moments), st.one_of(st.none(), moments)))),
        draw(optional(st.builds(ArmRequired, st.sampled_from(["texts", "order"]), arms))),
        draw(optional(st.builds(AudienceRequired, st.sampled_from(["known", "anonymous"])))),
        draw(optional(st.builds(Trigger, keys, st.frozensets(st.integers(1, 5), max_size=2)))),
        draw(
            optional(
                st.builds(
                    MinimumSubtotal, st.sampled_from(["JPY", "USD"]), st.sampled_from([0, 500, 501, 1500])
                )
            )
        ),
        draw(optional(st.just(AcceptanceRequired(number)))),
        draw(optional(st.builds(UsageLimits, st.just(number), limit, limit, limit, st.booleans()))),
    ]
    return tuple(one for one in drawn if one is not None)


@st.composite
def snapshots(draw: st.DrawFn) -> tuple[Snapshot, list[OfferData]]:
    shop = Shop()
    for sku in SKUS:
        shop.sell(sku, category=CATEGORY_OF.get(sku))
    shop.categories = dict(CATEGORIES)
    shop.offers = [
        OfferData(
            number,
            f"offer-{number}",
            "cross_sell",
            "JPY",
            (0,),
            ("popular",),
            benefit=LIST_PRICE,
            conditions=draw(conditions(number)),
        )
        for number in range(1, 1 + draw(st.integers(1, 6)))
    ]
    with tempfile.TemporaryDirectory() as folder:
        return shop.publish(Path(folder)), shop.offers


@st.composite
def circumstances(draw: st.DrawFn, snapshot: Snapshot) -> MappedCircumstances:
    rows = sorted(draw(st.sets(st.integers(0, len(SKUS) - 1))))
    categories = sorted({snapshot.products.category[row] for row in rows} - {-1})
    subtotal = draw(st.sampled_from([0, 499, 500, 501, 1500]))
    used = st.builds(Used, st.integers(0, 2), st.integers(0, 2))
    return MappedCircumstances(
        at=draw(moments),
        is_known=draw(st.booleans()),
        products=[snapshot.products.pk[row] for row in rows],
        categories=[
            snapshot.category_pk[step] for row in categories for step in snapshot.category_chain[row]
        ],
        subtotals={"JPY": subtotal},
        codes=draw(st.frozensets(st.sampled_from(CODES))),
        accepted=draw(st.one_of(st.none(), st.frozensets(st.integers(1, 6)))),
        used=draw(st.dictionaries(st.integers(1, 6), used)),
        own_uses=draw(st.dictionaries(st.integers(1, 6), st.integers(0, 2))),
        arms=draw(st.dictionaries(st.sampled_from(["texts", "order"]), st.sampled_from(["a", "b"]))),
        product_rows=rows,
        category_rows=categories,
        subtotals_by_code={snapshot.currencies.index("JPY"): subtotal},
    )


@given(st.data())
def test_conditions__compiled__agree_with_the_objects(data: st.DataObject) -> None:
    snapshot, offers = data.draw(snapshots())
    given_ = data.draw(circumstances(snapshot))

    met = {kind: index.met(given_) for kind, index in snapshot.conditions.indexes.items()}

    assert met.keys() == set(CONDITIONS)
    for row in range(len(offers)):
        record = snapshot.offers[row]
        for kind, mask in met.items():
            condition = record.condition(kind)
            assert bool(mask >> row & 1) == (condition is None or condition.holds(given_)), (kind, condition)
