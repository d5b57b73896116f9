"""Condition trees in the database, and what becomes of them when something that they name is deleted."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category, Product
from catalog.models.deletion import foresee_losses
from catalog.models.loss import Fate
from engine.conditions import AcceptanceRequired, CartRequired
from engine.conditions.tree.leaf import Name
from offers.models import ContextValue, CustomerAttribute, Offer, Placement
from offers.services.collection.sources import collect_offer_sources
from offers.services.conditions import conditions_of
from offers.services.trees import broken_conditions, read_tree
from tests.offers.market import butter_with_bread, stock_shop

pytestmark = pytest.mark.django_db


def tree(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "match": "all", "nodes": list(nodes)}


def names_everything(goods: dict[str, Product]) -> Offer:
    """Create an offer whose conditions name one of everything that staff can delete but audiences."""
    category = Category.objects.create(name="Drinks")
    ContextValue.objects.create(code="payment", name_en="Payment")
    CustomerAttribute.objects.create(code="skin", name_en="Skin", type="text")
    nodes = (
        {"type": "bought_product", "op": "never", "products": [goods["jam"].pk, goods["tea"].pk]},
        {"type": "cart_category", "op": "contains_not", "categories": [category.pk]},
        {"type": "placement", "op": "is", "values": ["thanks"]},
        {"type": "context", "op": "is_not", "name": "payment", "values": ["card"]},
        {"type": "attribute", "op": "is_not", "name": "skin", "values": ["dry"]},
    )
    Placement.objects.create(code="thanks", name="Thanks")
    return butter_with_bread(goods, conditions=tree(*nodes))


def test_deletion__of_what_conditions_name__names_the_offers() -> None:
    goods = stock_shop()
    offer = names_everything(goods)

    for rows in (
        Product.objects.filter(sku="jam"),
        Category.objects.all(),
        Placement.objects.filter(code="thanks"),
        ContextValue.objects.all(),
        CustomerAttribute.objects.all(),
    ):
        [loss] = foresee_losses(rows)
        assert (loss.pk, loss.fate) == (offer.pk, Fate.CONTINUES if rows.model is Product else Fate.UNMET)
        assert loss.names == (str(rows.get()),)


def test_broken_conditions__after_deletions__name_what_is_gone(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    goods = stock_shop()
    offer = names_everything(goods)
    jam = goods["jam"].pk
    assert broken_conditions() == []

    goods["jam"].delete()
    ContextValue.objects.all().delete()
    CustomerAttribute.objects.all().delete()

    with django_assert_num_queries(7):
        [broken] = broken_conditions()
    assert (broken.offer, broken.name, broken.is_active) == (offer.pk, "Butter", False)
    assert set(broken.gone) == {
        Name("product", jam),
        Name("context", "payment"),
        Name("attribute", "skin"),
    }


def test_source__condition_that_only_a_page_knows__needs_acceptance() -> None:
    offer = butter_with_bread(
        stock_shop(),
        conditions=tree(
            {"type": "channel", "op": "is", "values": ["line"]},
            {"type": "cart_units", "op": "at_least", "count": 2},
        ),
    )

    [source] = collect_offer_sources(Offer.objects.all())
    conditions = conditions_of(source)

    assert AcceptanceRequired(offer.pk) in conditions
    assert [one.tree.places for one in conditions if isinstance(one, CartRequired)] == [(1,)]


@pytest.mark.parametrize("value", [{}, [], {"version": 9}, "x", 5])
def test_read_tree__value_that_is_none__keeps_everybody_out(value: Any) -> None:
    stored = read_tree(value)

    assert stored is not None
    assert [leaf.type for _place, leaf in stored.leaves()] == ["gone"]
    assert read_tree(None) is None
