"""Exclusions, restricted goods and boards reach the snapshot."""

from typing import Any

import pytest
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from engine.snapshot.exclusions import FREE, NEVER, NOT_LEARNED
from offers.models import (
    BoardEntry,
    CustomerAttribute,
    Offer,
    Placement,
    ProductExclusion,
    ReservedSlot,
)
from offers.services.collection.snapshot import collect_origin, collect_snapshot
from offers.services.serving import serving_snapshot
from tests.offers.market import publish, stock_shop

pytestmark = pytest.mark.django_db


def exclusion(name: str, *, skus: Any = (), placements: Any = (), **columns: Any) -> ProductExclusion:
    row = ProductExclusion.objects.create(name=name, **columns)
    row.products.set(skus)
    row.placements.set(placements)
    return row


def test_snapshot__exclusions__are_levels_by_placement() -> None:
    goods = stock_shop()
    cart = Placement.objects.create(code="cart", name="Cart")
    Placement.objects.create(code="home", name="Home")
    exclusion("tea", skus=[goods["tea"]])
    exclusion("mug", skus=[goods["mug"]], effect="all", is_everywhere=False, placements=[cart])
    exclusion("nowhere", skus=[goods["jam"]], is_everywhere=False)
    exclusion("nothing", scope="chosen", price_to_minor=100)
    exclusion("off", skus=[goods["bread"]], is_active=False)
    publish()

    snapshot = serving_snapshot()

    assert snapshot is not None
    in_cart, at_home = (snapshot.placements[code].excluded for code in ("cart", "home"))
    assert in_cart is not None
    assert at_home is not None
    rows = {sku: snapshot.find_product(sku) for sku in goods}
    assert {sku: in_cart[row] for sku, row in rows.items() if in_cart[row] != FREE} == {
        "tea": NOT_LEARNED,
        "mug": NEVER,
    }
    assert [sku for sku, row in rows.items() if at_home[row]] == ["tea"]


def test_snapshot__restricted_goods__name_the_attribute() -> None:
    goods = stock_shop()
    adult = CustomerAttribute.objects.create(code="age_confirmed", name_en="Age confirmed", type="yes_no")
    columns = {"effect": "restricted", "attribute": adult, "attribute_equals": "yes"}
    exclusion("mug", skus=[goods["mug"]], **columns)
    publish()

    snapshot = serving_snapshot()

    assert snapshot is not None
    assert snapshot.restrictions.needs_of(snapshot.find_product("mug")) == (("age_confirmed", "yes"),)
    assert snapshot.restrictions.needs_of(snapshot.find_product("tea")) == ()
    assert snapshot.placements == {}
    assert snapshot.exclusions.everywhere is None


def test_snapshot__board__is_that_of_the_offers_of_the_placement() -> None:
    cart = Placement.objects.create(code="cart", name="Cart", fill_ins="none", after_decline="offer")
    offers = [
        Offer.objects.create(code=code, name=code, kind="cross_sell") for code in ("a", "b", "c", "gone")
    ]
    for place, offer in enumerate(offers[2::-1]):
        offer.placements.add(cart)
        BoardEntry.objects.create(placement=cart, offer=offer, position=place)
    BoardEntry.objects.create(placement=cart, offer=offers[3], position=9)
    ReservedSlot.objects.create(placement=cart, slot=2, kind="cross_sell")
    ReservedSlot.objects.create(placement=cart, slot=1, offer=offers[1])
    Placement.objects.filter(pk=cart.pk).update(downsell=offers[0])
    publish()

    snapshot = serving_snapshot()

    assert snapshot is not None
    placement = snapshot.placements["cart"]
    order = placement.order
    assert order is not None
    code_of = snapshot.offers.code_of
    assert [code_of(row) for row in order.sorted(placement.offers)] == ["c", "b", "a"]
    assert [slot for slot, _mask in placement.reserved] == [1, 2]
    assert placement.reserved[0][1] == 1 << snapshot.find_offer("b")
    assert placement.reserved[1][1].bit_count() == 4
    assert (placement.fill_ins, placement.after_decline) == ("none", "offer")
    assert code_of(placement.downsell) == "a"


def test_collect__exclusions_and_boards__take_constant_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    goods = stock_shop()
    counts = []
    for more in range(2):
        placement = Placement.objects.create(code=f"p{more}", name="P")
        for number in range(3 * more + 1):
            exclusion(
                f"{more}-{number}",
                skus=[goods["tea"]],
                keywords=["tea"],
                brands=["x"],
                attributes={"a": 1},
                margin_below_bp=100,
                price_to_minor=5,
                is_everywhere=False,
                placements=[placement],
            )
        ReservedSlot.objects.create(placement=placement, slot=1, kind="upgrade")
        with django_assert_max_num_queries(99) as queries:
            collect_snapshot(collect_origin(now()))
        counts.append(len(queries))

    assert counts[0] == counts[1]
