"""What is counted in sets is what a decision finds out about each customer alone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.conf import settings

from catalog.models import Category, Product
from engine.conditions import Circumstances
from engine.conditions.audiences import Audiences
from engine.conditions.tree.evaluate import holds
from engine.conditions.tree.tree import decode
from engine.decision.shopper import shopper_of
from engine.learned.generations import PURCHASE
from engine.snapshot.reader import Snapshot
from offers.models import Audience, Customer, CustomerHistory, Offer
from offers.services.audience.batches import read_batches
from offers.services.audience.evaluate import count_customers, members_of, scan_members
from offers.services.customer import load_known_customer
from offers.services.serving import serving_snapshot
from offers.services.snapshot import refresh_snapshot
from tests.support.learned_facts import bought_from, day_number, due, publish_customers

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)
TODAY = date(2026, 3, 10)


@pytest.fixture
def products() -> list[Product]:
    root = Category.objects.create(name="Food", path="Food")
    tea = Category.objects.create(name="Tea", path="Food > Tea", parent=root)
    places = (root, tea, tea, None)
    return [
        Product.objects.create(sku=f"p-{at}", name=f"P {at}", category=place, currency="JPY", price_minor=900)
        for at, place in enumerate(places)
    ]


@pytest.fixture
def customers(products: list[Product]) -> list[Customer]:
    """Return customers who differ in all that conditions look at; the last two have no orders."""
    skins: list[Any] = ["dry", "oily", ["dry", "oily"], True, 30, 41.5, "2026-03-10", None]
    rng = np.random.default_rng(0)
    made = []
    for place in range(24):
        skin = skins[place % len(skins)]
        made.append(
            Customer.objects.create(
                external_id=f"c-{place:02}",
                attributes={} if skin is None else {"skin": skin},
                answers={"taste": {"roast": "dark"}} if place % 3 else {},
            )
        )
    for customer in made[:-2]:
        bought = [
            (product.pk, 1, day_number(TODAY) - int(rng.integers(40)), 0, 0)
            for product in products
            if rng.random() < 0.4
        ]
        CustomerHistory.objects.create(customer=customer, purchases=np.array(bought, PURCHASE).tobytes())
    tea = products[1].category
    assert tea is not None
    publish_customers(
        [
            {
                "customer": customer,
                "segment": ("loyal", "lost", "new")[place % 3],
                "value": 1000 * place,
                "due": [due(products[place % 4], TODAY + timedelta(days=10 * (place % 5) - 20))],
                "categories": [] if place % 4 else [bought_from(tea, TODAY - timedelta(days=place))],
            }
            for place, customer in enumerate(made[:-2])
        ]
    )
    Customer.objects.create(external_id="old-id", merged_into=made[0], attributes={"skin": "dry"})
    return made


def conditions(products: list[Product], audience: int) -> list[dict[str, Any]]:
    keys, categories = [products[1].pk, products[3].pk], [products[0].category_id]
    return [
        {"type": "known", "op": "is"},
        {"type": "segment", "op": "is_not", "values": ["loyal"]},
        {"type": "orders", "op": "at_most", "count": 6},
        {"type": "first_order", "op": "at_least", "days": 209},
        {"type": "last_order", "op": "at_most", "days": 9},
        {"type": "average_order", "op": "at_least", "minor": 3000, "currency": "JPY"},
        {"type": "expected_value", "op": "at_least", "minor": 9000, "currency": "JPY"},
        {"type": "bought_product", "op": "not_within", "products": keys, "days": 20},
        {"type": "bought_category", "op": "within", "categories": categories, "days": 20},
        {"type": "bought_category", "op": "never", "categories": categories},
        {"type": "due", "op": "any"},
        {"type": "due", "op": "is_not", "products": keys},
        {"type": "attribute", "op": "is", "name": "skin", "values": ["dry", "yes"]},
        {"type": "attribute", "op": "is_not", "name": "skin", "values": ["dry"]},
        {"type": "attribute_number", "op": "at_least", "name": "skin", "number": 30},
        {"type": "attribute_date", "op": "from", "name": "skin", "day": "2026-03-01"},
        {"type": "answer", "op": "is", "survey": "taste", "question": "roast", "values": ["dark"]},
        {"type": "audience", "op": "is_not", "audiences": [audience]},
    ]


def published(nodes: list[dict[str, Any]]) -> Snapshot:
    """Return the snapshot of a shop with an offer whose conditions look at all of this."""
    tree = {"version": 1, "match": "any", "nodes": nodes}
    Offer.objects.create(code="tea", name="Tea", kind="cross_sell", conditions=tree)
    refresh_snapshot(at=AT, force=True)
    snapshot = serving_snapshot()
    assert snapshot is not None
    return snapshot


def test_members__of_each_condition__are_those_of_whom_it_holds(
    products: list[Product], customers: list[Customer]
) -> None:
    dry = {"version": 1, "match": "all", "nodes": [{"type": "due", "op": "any"}]}
    audience = Audience.objects.create(code="due", name_en="Due", conditions=dry)
    nodes = conditions(products, audience.pk)
    snapshot, at = published(nodes), int(AT.timestamp())
    trees = [decode({"version": 1, "match": "none", "nodes": [node]}) for node in nodes]

    counted = [members_of(tree, at=AT).tolist() for tree in trees]

    known = [load_known_customer(external_id=customer.external_id) for customer in customers]
    asked = [
        Circumstances(
            at=at,
            is_known=True,
            shopper=shopper_of(one, at=at, snapshot=snapshot),
            zone=settings.TIME_ZONE,
        )
        for one in known
    ]
    for node, tree, members in zip(nodes, trees, counted, strict=True):
        alone = [customer.pk for customer, one in zip(customers, asked, strict=True) if holds(tree, one)]
        assert members == alone, node
    assert len({tuple(members) for members in counted}) > len(nodes) / 2


def test_count__of_customers__is_the_number_of_members(customers: list[Customer]) -> None:
    tree = decode({"version": 1, "match": "all", "nodes": [{"type": "known", "op": "is"}]})

    assert count_customers(tree, at=AT) == len(customers)


@pytest.mark.usefixtures("customers")
def test_scan__of_one_audience__reads_only_what_it_needs(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    tree = decode({"version": 1, "match": "all", "nodes": [{"type": "orders", "op": "at_least", "count": 1}]})

    with django_assert_num_queries(3) as queries:  # the last key, a block, and that nothing follows
        list(scan_members(trees={1: tree}, audiences=Audiences({}), at=AT))

    assert "attributes" not in queries[1]["sql"]
    assert "offers_customerhistory" not in queries[1]["sql"]


def test_batches__of_any_size__hold_each_customer_once(customers: list[Customer]) -> None:
    batches = list(read_batches(["facts"], today=0, size=7))

    keys = [key for batch in batches for key in batch.shoppers.keys.tolist()]
    assert keys == [customer.pk for customer in customers]
    assert [len(batch.shoppers) for batch in batches] == [7, 7, 7, 3]
    assert [batch.percent for batch in batches] == sorted(batch.percent for batch in batches)


def test_members__who_refuse_personalisation__are_in_no_audience(customers: list[Customer]) -> None:
    private, granted, *_others = customers
    Customer.objects.filter(pk=private.pk).update(is_personalised=False)
    Customer.objects.filter(pk=granted.pk).update(
        consents={"personalisation": {"all": True}, "marketing": {"all": False}}
    )
    everybody = decode({"version": 1, "match": "all", "nodes": [{"type": "known", "op": "is"}]})

    members = members_of(everybody, at=AT).tolist()

    assert members == [customer.pk for customer in customers if customer != private]


def test_members__where_all_refuse_personalisation__are_none(customers: list[Customer]) -> None:
    del customers
    Customer.objects.update(is_personalised=False)
    everybody = decode(
        {"version": 1, "match": "all", "nodes": [{"type": "orders", "op": "at_most", "count": 9}]}
    )

    assert members_of(everybody, at=AT).tolist() == []
