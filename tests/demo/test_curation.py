import numpy as np
import pytest
from django.utils import timezone

from catalog.models import Bundle, Category, Product, ProductRelation, Revision, UpgradeLadder
from demo.data.catalogue import CatalogueItem
from demo.plans.campaigns import OFFERS, PLACEMENTS
from demo.plans.pairs import Pair
from demo.services.curation import curate, is_curated
from demo.services.evidence import learned_pairs
from engine.learned.generations import PARTNER
from engine.pricing import find_tier_fault
from engine.pricing.kinds.quantity import QuantityTerms
from offers.models import Audience, CuratedProduct, Generation, Offer, ProductPartners
from tests.support.kinds import SHIPPED
from tests.support.pricing_offers import pricing_offers

pytestmark = pytest.mark.django_db

ROWS = [
    ("plain", "Dry noodles/pasta", "Spaghetti dry", True, 8.0, 45),
    ("double", "Dry noodles/pasta", "Spaghetti dry", True, 16.0, 52),
    ("makers", "Dry noodles/pasta", "Spaghetti dry", False, 16.0, 100),
    ("sauce", "Pasta sauce", "Traditional", False, 0.0, 199),
    ("basil", "Herbs", "Basil", False, 0.0, 149),
    ("bar", "Candy - checklane", "Candy bars", False, 0.0, 120),
    ("beans", "Coffee", "Ground coffee", False, 0.0, 899),
    ("green", "Teas", "Tea bags", False, 0.0, 349),
    ("honey", "Sugars/sweeteners", "Honey", False, 0.0, 499),
    ("tin", "Cat food", "Wet cat food", False, 0.0, 79),
]
ITEMS = [
    CatalogueItem(sku, category, kind, 1, store, "oz" if amount else "", amount, price, 100)
    for sku, category, kind, store, amount, price in ROWS
]


@pytest.fixture
def keys() -> dict[str, int]:
    """Create the products and return their primary keys."""
    root = Category.objects.create(name="Grocery", path="Grocery")
    for name in {item.category for item in ITEMS}:
        Category.objects.create(name=name, parent=root, path=f"Grocery > {name}")
    return {
        item.sku: Product.objects.create(
            sku=item.sku, name=item.kind, price_minor=item.price_minor, currency="USD"
        ).pk
        for item in ITEMS
    }


@pytest.mark.usefixtures("keys")
def test_curate__catalogue_and_evidence__sets_up_the_shop() -> None:
    assert not is_curated()

    curate(items=ITEMS, pairs=[Pair("sauce", "basil", 40, 9.0, 20)])

    assert is_curated()
    assert UpgradeLadder.objects.get().tiers.count() == 3
    assert Bundle.objects.get().unit_count == 2
    assert ProductRelation.objects.filter(product__sku="plain", related__sku="sauce").exists()
    assert set(CuratedProduct.objects.values_list("product__sku", flat=True)) == {"bar", "honey", "sauce"}
    assert set(Revision.objects.values_list("domain", flat=True)) == {"catalog", "offers"}


@pytest.mark.usefixtures("keys")
def test_curate__offers__are_of_each_kind_for_each_placement_and_valid() -> None:
    curate(items=ITEMS, pairs=[])

    pairs = set(Offer.objects.values_list("kind", "placements__code"))
    assert pairs == {(kind, plan.code) for kind in SHIPPED for plan in PLACEMENTS}
    assert set(Offer.objects.values_list("benefit_kind", flat=True)) == {
        "none",
        "percent",
        "amount",
        "fixed",
    }
    assert Offer.objects.filter(trigger_categories__name="Dry noodles/pasta").count() == 3
    for offer in Offer.objects.all():
        offer.full_clean()


@pytest.mark.usefixtures("keys")
def test_curate__trigger_category_missing__skips_the_offer() -> None:
    Category.objects.filter(name="Dry noodles/pasta").update(name="Pasta")

    curate(items=ITEMS, pairs=[])

    waiting = [plan for plan in OFFERS if plan.trigger_categories == ("Dry noodles/pasta",)]
    strangers = [plan for plan in OFFERS if plan.audience_code]
    assert Offer.objects.count() == len(OFFERS) - len(waiting) - len(strangers)


@pytest.mark.usefixtures("keys")
def test_curate__audience__is_a_condition_of_its_offer() -> None:
    tree = {"version": 1, "match": "all", "nodes": [{"type": "segment", "op": "is", "values": ["loyal"]}]}
    loyal = Audience.objects.create(code="loyal", name_en="Loyal", conditions=tree)

    curate(items=ITEMS, pairs=[])

    offer = Offer.objects.get(code="for-our-regulars")
    offer.full_clean()
    nodes = [{"type": "audience", "op": "is", "audiences": [loyal.pk]}]
    assert offer.conditions == {"version": 1, "match": "all", "nodes": nodes}


def test_campaigns__texts__exist_in_both_languages() -> None:
    assert all(plan.headline_en and plan.headline_ja for plan in OFFERS)
    assert all(bool(plan.body_en) == bool(plan.body_ja) for plan in OFFERS)


def test_learned_pairs__newest_generation__returns_each_reliable_pair_once(keys: dict[str, int]) -> None:
    Generation.objects.create(published_at=timezone.now(), counted_order_count=1000)
    for own, other in (("sauce", "basil"), ("basil", "sauce"), ("sauce", "bar"), ("bar", "sauce")):
        packed = np.zeros(1, PARTNER)
        packed["product"], packed["orders"] = keys[other], 40
        row, _created = ProductPartners.objects.get_or_create(
            product_id=keys[own], defaults={"order_count": 800 if own == "bar" else 50, "partners": b""}
        )
        row.partners = bytes(row.partners) + packed.tobytes()
        row.save()

    pairs = learned_pairs(min_orders=20, min_lift=4.0)

    assert [{pair.first, pair.second} for pair in pairs] == [{"sauce", "basil"}]
    assert pairs[0].order_count == 40


def test_learned_pairs__no_generation__is_empty() -> None:
    assert learned_pairs(min_orders=1, min_lift=0.0) == []


@pytest.mark.usefixtures("keys")
def test_curate__tiers__never_make_more_units_cheaper_than_fewer() -> None:
    curate(items=ITEMS, pairs=[])

    prices = [item.price_minor for item in ITEMS]
    terms = [offer.terms for offer in pricing_offers(offers=Offer.objects.all())]
    tiered = [each for each in terms if isinstance(each, QuantityTerms)]

    assert [each.counting for each in tiered] == ["product", "product"]
    assert [find_tier_fault(each.tiers, prices) for each in tiered] == [None, None]
