"""Deleting where the proposals of an offer come from: ladders, tiers, relations and parts of bundles."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Product, ProductRelation, UpgradeLadder, UpgradeTier
from offers.models import DeletionPause, Offer, OfferStrategy, OfferVersion, Placement, PromotionCode
from offers.services.collection.sources import collect_offer_sources
from tests.checkout.restricted import HALF, Goods, bundle_of, made
from tests.checkout.test_deletion import by_action, by_row, by_set, on_its_page, staff
from tests.offers.market import stock_shop

pytestmark = pytest.mark.django_db

LISTED = "Active offers that apply to nothing or are shown nowhere"
PAUSED = "Nothing else is left, so it will be paused."
CONTINUES = "It continues with what is left."


@pytest.fixture
def goods(db: None) -> Goods:  # noqa: ARG001 (a fixture asks for another by its name)
    return stock_shop()


def ladder_of(*products: Product, **columns: Any) -> UpgradeLadder:
    ladder = UpgradeLadder.objects.create(**{"name": f"{products[0].name} ladder"} | columns)
    for place, product in enumerate(products):
        UpgradeTier.objects.create(ladder=ladder, product=product, position=place, label=str(place))
    return ladder


def relying(kind: str, *strategies: str, triggers: Any = (), **columns: Any) -> Offer:
    """Create an offer with these strategies, in place of hand-picked products."""
    offer: Offer = made(Offer, kind, triggers=triggers, **HALF, **columns)
    offer.strategies.all().delete()
    for position, strategy in enumerate(strategies):
        OfferStrategy.objects.create(offer=offer, strategy=strategy, position=position)
    return offer


def ladder(goods: Goods) -> tuple[Model, str]:
    relying("upgrade", "ladder")
    return ladder_of(goods["tea"], goods["oolong"]), "upgrade ladder · Tea ladder ·"


def ladder_of_a_trigger(goods: Goods) -> tuple[Model, str]:
    relying("upgrade", "ladder", triggers=[goods["tea"]])
    ladder_of(goods["bread"], goods["butter"])
    return ladder_of(goods["tea"], goods["oolong"]), "upgrade ladder · Tea ladder ·"


def tier(goods: Goods) -> tuple[Model, str]:
    relying("upgrade", "ladder")
    return ladder_of(goods["tea"], goods["oolong"]).tiers.get(label="1"), "tier · 1: Oolong (oolong) ·"


def product_of_a_tier(goods: Goods) -> tuple[Model, str]:
    relying("upgrade", "ladder")
    ladder_of(goods["tea"], goods["oolong"])
    return goods["tea"], "product · Tea (tea) ·"


def relate(product: Product, related: Product, kind: str) -> ProductRelation:
    return ProductRelation.objects.create(product=product, related=related, kind=kind)


def substitute(goods: Goods) -> tuple[Model, str]:
    relying("upgrade", "related", "ladder")
    relate(goods["tea"], goods["mug"], "complement")
    relation = relate(goods["tea"], goods["oolong"], "substitute")
    return relation, "relation · Tea (tea) → Oolong (oolong) ·"


def companion(goods: Goods) -> tuple[Model, str]:
    relying("cross_sell", "curated", "related")
    relate(goods["tea"], goods["oolong"], "substitute")
    relation = relate(goods["bread"], goods["butter"], "complement")
    return relation, "relation · Bread (bread) → Butter (butter) ·"


def related_product(goods: Goods) -> tuple[Model, str]:
    relying("cross_sell", "related")
    relate(goods["bread"], goods["butter"], "accessory")
    return goods["butter"], "product · Butter (butter) ·"


def part_of_a_bundle(goods: Goods) -> tuple[Model, str]:
    offer = made(Offer, "bundle", lane="bundle", bundle_scope="chosen")
    bundle = bundle_of("pair", goods["bread"], goods["butter"])
    offer.bundles.add(bundle)
    return bundle.items.get(product=goods["butter"]), "product · Butter (butter) ·"


CASES = (
    ladder,
    ladder_of_a_trigger,
    tier,
    product_of_a_tier,
    substitute,
    companion,
    related_product,
    part_of_a_bundle,
)
ON_PAGES = (ladder, companion, product_of_a_tier)


@pytest.mark.parametrize(
    ("case", "way"),
    [
        *((case, way) for case in CASES for way in (by_row, by_set)),
        *((case, way) for case in ON_PAGES for way in (on_its_page, by_action)),
    ],
)
def test_offer__its_last_source_deleted__is_paused_and_the_dashboard_says_so(
    case: Callable[[Goods], tuple[Model, str]], way: Callable[[Model], Any], goods: Goods
) -> None:
    thing, said = case(goods)

    way(thing)

    assert Offer.objects.values_list("is_active", "version").get() == (False, 2)
    assert said in staff().get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("way", [on_its_page, by_action])
def test_confirmation__of_a_ladder__names_the_offers_that_it_serves(
    way: Callable[..., str], goods: Goods
) -> None:
    ladder_of(goods["bread"], goods["butter"])
    relying("upgrade", "ladder", code="alone", triggers=[goods["tea"]])
    relying("upgrade", "ladder", code="every")
    relying("upgrade", "curated", code="picked").curated.create(product=goods["oolong"])
    relying("upgrade", "ladder", code="elsewhere", triggers=[goods["bread"]])
    for offer in Offer.objects.all():
        Offer.objects.filter(pk=offer.pk).update(name=offer.code)

    page = " ".join(way(ladder_of(goods["tea"], goods["oolong"]), confirmed=False).split())

    assert PAUSED in page.split(">alone</a> <small>offer</small> loses: Tea ladder.")[1].split("</li>")[0]
    assert CONTINUES in page.split(">every</a> <small>offer</small> loses: Tea ladder.")[1].split("</li>")[0]
    assert page.count("loses:") == 2


def test_relation__deleted__leaves_an_offer_that_also_learns_active(goods: Goods) -> None:
    relying("cross_sell", "related", "popular")

    relate(goods["bread"], goods["butter"], "complement").delete()

    assert Offer.objects.values_list("is_active", "version").get() == (True, 2)
    assert not DeletionPause.objects.exists()


def test_ladder__switched_off_or_of_one_tier__deleted__takes_nothing(goods: Goods) -> None:
    ladder_of(goods["tea"], goods["oolong"])
    relying("upgrade", "ladder")

    ladder_of(goods["bread"], goods["butter"], is_active=False).delete()
    ladder_of(goods["mug"]).delete()

    assert Offer.objects.values_list("is_active", "version").get() == (True, 1)


@pytest.mark.parametrize("replaced", [True, False])
def test_form__of_a_ladder__pauses_only_if_no_step_is_left_when_all_is_saved(
    replaced: bool, goods: Goods
) -> None:
    relying("upgrade", "ladder", triggers=[goods["tea"]])
    ladder = ladder_of(goods["tea"], goods["mug"])
    low, high = ladder.tiers.order_by("position")
    fields: dict[str, Any] = {"name": "Teas", "is_active": "on", "tiers-TOTAL_FORMS": 2 + replaced}
    fields |= {"tiers-INITIAL_FORMS": 2, "tiers-MIN_NUM_FORMS": 0, "tiers-MAX_NUM_FORMS": 1000}
    for place, row in enumerate((low, high)):
        fields |= {f"tiers-{place}-id": row.pk, f"tiers-{place}-ladder": ladder.pk}
        fields |= {f"tiers-{place}-label": row.label, f"tiers-{place}-product": row.product_id}
        fields[f"tiers-{place}-position"] = place
    fields["tiers-1-DELETE"] = "on"
    fields |= {"tiers-2-label": "2", "tiers-2-product": goods["oolong"].pk, "tiers-2-position": 1}

    answer = staff().post(reverse("admin:catalog_upgradeladder_change", args=[ladder.pk]), fields)

    assert answer.status_code == 302
    assert ladder.tiers.count() == 1 + replaced
    assert Offer.objects.values_list("is_active", "version").get() == (replaced, 2)


def test_dashboard__the_last_ladder_of_an_offer_removed_by_sql__names_the_offer(goods: Goods) -> None:
    thing, _said = ladder_of_a_trigger(goods)

    UpgradeTier.objects.filter(ladder=thing.pk)._raw_delete(connection.alias)

    page = staff().get(reverse("admin:index")).content.decode()
    assert reverse("admin:offers_offer_change", args=[Offer.objects.get().pk]) in page.split(LISTED)[1]


def test_placement_or_code__one_of_several_deleted__raises_the_version_and_keeps_the_price(
    goods: Goods,
) -> None:
    offer = made(Offer, "cross_sell", picks=[goods["butter"]], needs_code=True, **HALF)
    offer.placements.add(Placement.objects.create(code="other", name="Other"))
    for code in ("ONE", "TWO"):
        PromotionCode.objects.create(offer=offer, code=code)
    since = collect_offer_sources(Offer.objects.all())[0].changed_at

    Placement.objects.get(code="other").delete()
    PromotionCode.objects.get(code="TWO").delete()

    assert Offer.objects.values_list("is_active", "version").get() == (True, 3)
    versions = OfferVersion.objects.order_by("number")
    assert list(versions.values_list("number", "keeps_price")) == [(1, False), (2, True), (3, True)]
    first = versions[0].changed_at
    assert since is not None
    assert collect_offer_sources(Offer.objects.all())[0].changed_at == first


def test_deletion__of_a_ladder_with_many_offers_and_ladders__asks_as_often_as_for_few(
    goods: Goods, django_assert_num_queries: Any
) -> None:
    first = ladder_of(goods["tea"], goods["oolong"])
    relying("upgrade", "ladder", code="one")
    with CaptureQueriesContext(connection) as few:
        first.delete()
    Offer.objects.update(is_active=True)
    second = ladder_of(goods["tea"], goods["oolong"])
    ladder_of(goods["mug"], goods["butter"])
    for number in range(9):
        relying("upgrade", "ladder", triggers=[goods["tea"]], code=f"more-{number}")

    with django_assert_num_queries(len(few)):
        second.delete()
    assert Offer.objects.get(is_active=True).code == "one"
