"""Building a snapshot from the database, and keeping it fresh."""

import shutil
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import TextChoices
from django.test.utils import CaptureQueriesContext

from catalog.models import (
    BenefitKind,
    Bundle,
    BundleItem,
    Category,
    Product,
    ProductRelation,
    RelationKind,
    UpgradeLadder,
    UpgradeTier,
)
from catalog.services.revision import raise_revision
from engine.learned.generations import PARTNER, POPULAR
from engine.snapshot import layout
from engine.snapshot.pointer import read_pointer
from engine.snapshot.reader import Snapshot
from gateway.services.key import create_key
from gateway.services.key_ring import key_ring_in
from offers.models import (
    CuratedProduct,
    Generation,
    Offer,
    OfferStrategy,
    OverrideAction,
    PartnerOverride,
    Placement,
    PopularProducts,
    ProductPartners,
    StrategyCode,
)
from offers.services.collection.snapshot import collect_origin, collect_snapshot
from offers.services.snapshot import refresh_snapshot
from offers.tasks import refresh_snapshot as refresh_task
from tests.engine.shop import NOON, ask, offered

pytestmark = pytest.mark.django_db

AT = datetime.fromtimestamp(NOON, UTC)


def product(sku: str, **columns: object) -> Product:
    return Product.objects.create(
        **({"sku": sku, "name": sku, "currency": "JPY", "price_minor": 500} | columns)
    )


def partners(owner: Product, *others: tuple[int, float], generation: Generation | None = None) -> Generation:
    """Publish a generation in which the owner has these partners: primary key and score."""
    generation = generation or Generation.objects.create(published_at=AT, order_count=100)
    records = np.zeros(len(others), PARTNER)
    records["product"] = [pk for pk, _ in others]
    records["score"] = [score for _, score in others]
    records["orders"] = 7
    ProductPartners.objects.update_or_create(
        product=owner, defaults={"order_count": 10, "partners": records.tobytes()}
    )
    return generation


def offer(code: str, strategy: str, **columns: object) -> Offer:
    """Make an offer for the placement `cart`."""
    given = {
        "code": code,
        "name": code,
        "kind": "cross_sell",
        "currency": "JPY",
        "max_proposals": 4,
    } | columns
    made = Offer.objects.create(**given)
    made.placements.add(Placement.objects.get_or_create(code="cart", defaults={"name": "Cart"})[0])
    OfferStrategy.objects.create(offer=made, strategy=strategy)
    return made


def publish(directory: Path) -> Snapshot:
    refresh_snapshot(at=AT, force=True)
    version = read_pointer(directory)
    assert version is not None
    return Snapshot.open(directory / version)


@pytest.mark.parametrize(
    ("choices", "codes"),
    [
        (BenefitKind, layout.BENEFIT_KINDS),
        (RelationKind, layout.RELATION_KINDS),
    ],
)
def test_engine__every_choice_of_the_models__has_a_code(
    choices: type[TextChoices], codes: Collection[str]
) -> None:
    assert set(choices.values) == set(codes)


def test_build__whole_shop__serves_every_part_of_it(snapshot_dir: Path) -> None:
    food = Category.objects.create(name="Food", path="Food")
    bread = Category.objects.create(name="Bread", path="Food > Bread", parent=food)
    roll, loaf = product("roll", category=bread, stock=3), product("loaf", category=bread, price_minor=900)
    jam = product("jam", category=food)
    ladder = UpgradeLadder.objects.create(name="Bread")
    UpgradeTier.objects.create(ladder=ladder, product=loaf, position=2, label="竹", gain_ja="大きい")
    UpgradeTier.objects.create(ladder=ladder, product=roll, position=1, label="梅")
    ProductRelation.objects.create(product=roll, related=jam, kind=RelationKind.COMPLEMENT)
    bundle = Bundle.objects.create(
        code="b", name="B", currency="JPY", benefit_kind="fixed", benefit_value=700
    )
    BundleItem.objects.create(bundle=bundle, product=jam, quantity=2, position=2)
    BundleItem.objects.create(bundle=bundle, product=roll, quantity=1, position=1)
    offer("up", StrategyCode.LADDER, kind="upgrade", priority=3).trigger_categories.add(food)
    offer("with", StrategyCode.RELATED, priority=2)
    offer("set", StrategyCode.BUNDLE, kind="bundle", priority=1)

    decision = ask(publish(snapshot_dir), product="roll", locale="ja")

    assert offered(decision) == [("loaf",), ("jam",)]
    assert decision.proposals[0].gains == ("大きい",)
    (bundle_only,) = ask(publish(snapshot_dir), product="roll", only="set").proposals
    assert (bundle_only.list_minor, bundle_only.offer_minor) == (1500, 700)
    assert [part.quantity for part in bundle_only.products] == [1, 2]


def test_build__overridden_partners__are_pinned_first_or_gone(snapshot_dir: Path) -> None:
    tea, scone, jam, pot, honey = (product(sku) for sku in ("tea", "scone", "jam", "pot", "honey"))
    partners(tea, (scone.pk, 0.9), (jam.pk, 0.8), (honey.pk, 0.7))
    for other, action in ((pot, "pin"), (honey, "pin"), (scone, "veto")):
        PartnerOverride.objects.create(product=tea, partner=other, action=OverrideAction(action))
    offer("together", StrategyCode.BOUGHT_TOGETHER)

    decision = ask(publish(snapshot_dir), "tea")

    assert sorted(offered(decision)[:2]) == [("honey",), ("pot",)]
    assert offered(decision)[2:] == [("jam",)]


def test_build__overrides_without_a_generation__still_pin(snapshot_dir: Path) -> None:
    PartnerOverride.objects.create(product=product("tea"), partner=product("pot"), action=OverrideAction.PIN)
    offer("together", StrategyCode.BOUGHT_TOGETHER)

    assert offered(ask(publish(snapshot_dir), "tea")) == [("pot",)]


def test_build__newer_generation__replaces_the_older(snapshot_dir: Path) -> None:
    tea, scone, jam = product("tea"), product("scone"), product("jam")
    partners(tea, (scone.pk, 0.9))
    partners(tea, (jam.pk, 0.1))
    offer("together", StrategyCode.BOUGHT_TOGETHER)

    assert offered(ask(publish(snapshot_dir), "tea")) == [("jam",)]


def test_build__learned_product_deleted_since__is_left_out(snapshot_dir: Path) -> None:
    tea, gone, jam = product("tea"), product("gone"), product("jam")
    generation = partners(tea, (gone.pk, 0.9), (jam.pk, 0.8), (10**12, 0.7))
    partners(gone, (jam.pk, 1), generation=generation)
    popular = np.array([(gone.pk, 9), (jam.pk, 8)], POPULAR)
    PopularProducts.objects.create(generation=generation, category=None, products=popular.tobytes())
    gone.delete()
    offer("together", StrategyCode.BOUGHT_TOGETHER)
    offer("best", StrategyCode.POPULAR)
    snapshot = publish(snapshot_dir)

    assert offered(ask(snapshot, "tea", only="together")) == [("jam",)]
    assert offered(ask(snapshot, "tea", only="best")) == [("jam",)]


def test_build__popular_by_category__walks_up(snapshot_dir: Path) -> None:
    food = Category.objects.create(name="Food", path="Food")
    bread = Category.objects.create(name="Bread", path="Food > Bread", parent=food)
    roll, loaf, jam = product("roll", category=bread), product("loaf"), product("jam")
    generation = Generation.objects.create(published_at=AT, order_count=10)
    for category, best in ((food, jam), (bread, loaf), (None, roll)):
        records = np.array([(best.pk, 5)], POPULAR)
        PopularProducts.objects.create(generation=generation, category=category, products=records.tobytes())
    offer("best", StrategyCode.CATEGORY_POPULAR)

    assert offered(ask(publish(snapshot_dir), "roll")) == [("loaf",), ("jam",)]


def test_build__inactive_bundle_named_by_an_offer__brings_no_other_bundle(snapshot_dir: Path) -> None:
    roll, jam = product("roll"), product("jam")
    for code, is_active in (("own", False), ("other", True)):
        bundle = Bundle.objects.create(code=code, name=code, currency="JPY", is_active=is_active)
        for part in (roll, jam):
            BundleItem.objects.create(bundle=bundle, product=part)
    offer("set", StrategyCode.BUNDLE, kind="bundle").bundles.add(Bundle.objects.get(code="own"))

    assert ask(publish(snapshot_dir), "roll").proposals == ()


def test_build__placement_only_about_the_cart__ignores_the_page(snapshot_dir: Path) -> None:
    roll, jam, tea, cup = (product(sku) for sku in ("roll", "jam", "tea", "cup"))
    learned = partners(roll, (jam.pk, 0.9))
    partners(tea, (cup.pk, 0.9), generation=learned)
    offer("goes-well", StrategyCode.BOUGHT_TOGETHER)
    about_page = offered(ask(publish(snapshot_dir), "roll", product="tea"))

    Placement.objects.update(is_about_cart=True)

    assert (about_page, offered(ask(publish(snapshot_dir), "roll", product="tea"))) == (
        [("cup",)],
        [("jam",)],
    )


def test_build__offer_asleep_or_to_come__wakes_without_a_new_snapshot(snapshot_dir: Path) -> None:
    jam = product("jam")
    later = offer("later", StrategyCode.CURATED, starts_at=AT + timedelta(hours=1))
    CuratedProduct.objects.create(offer=later, product=jam)
    snapshot = publish(snapshot_dir)

    assert ask(snapshot).proposals == ()
    assert offered(ask(snapshot, at=NOON + 3600)) == [("jam",)]


def test_build__more_of_everything__takes_as_many_queries() -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            collect_snapshot(collect_origin(AT))
        return len(queries)

    bread = Category.objects.create(name="Bread", path="Bread")
    roll = product("roll", category=bread)
    partners(roll)
    CuratedProduct.objects.create(offer=offer("first", StrategyCode.CURATED), product=roll)
    few = count()
    for number in range(30):
        one = offer(f"offer-{number}", StrategyCode.CURATED)
        CuratedProduct.objects.create(offer=one, product=product(f"sku-{number}", category=bread))
        one.trigger_products.add(roll)
        bundle = Bundle.objects.create(code=f"b{number}", name="B", currency="JPY")
        BundleItem.objects.create(bundle=bundle, product=roll)

    assert count() == few <= 50


def test_refresh__nothing_changed__builds_nothing(snapshot_dir: Path) -> None:
    product("jam")

    assert refresh_snapshot(at=AT)
    first = read_pointer(snapshot_dir)
    assert not refresh_snapshot(at=AT + timedelta(days=1))
    assert read_pointer(snapshot_dir) == first
    assert refresh_snapshot(at=AT, force=True)
    assert read_pointer(snapshot_dir) != first


@pytest.mark.parametrize("change", ["catalog", "offers", "generation"])
def test_refresh__something_changed__builds_once(change: str) -> None:
    refresh_snapshot(at=AT)

    if change == "generation":
        Generation.objects.create(published_at=AT)
    else:
        raise_revision(domain=change)

    assert refresh_snapshot(at=AT)
    assert not refresh_snapshot(at=AT)


@pytest.mark.parametrize("content", [b"", b"\1"])
def test_refresh__snapshot_on_disk_damaged__is_rebuilt(snapshot_dir: Path, content: bytes) -> None:
    refresh_snapshot(at=AT)
    # So that the damage comes to a snapshot that was found whole before.
    assert not refresh_snapshot(at=AT)
    records = snapshot_dir / str(read_pointer(snapshot_dir)) / layout.RECORDS
    records.write_bytes(content * records.stat().st_size)

    assert refresh_snapshot(at=AT)
    assert not refresh_snapshot(at=AT)


def test_refresh__nothing_changed__takes_two_queries() -> None:
    refresh_snapshot(at=AT)

    with CaptureQueriesContext(connection) as queries:
        refresh_snapshot(at=AT)

    assert len(queries) == 2


def test_build_snapshot__command__reports_the_result() -> None:
    said = StringIO()

    for options in ([], [], ["--force"]):
        call_command("build_snapshot", *options, stdout=said)

    assert [line.split()[0] for line in said.getvalue().splitlines()] == ["Published", "The", "Published"]


def test_build_snapshot__restored_host__writes_the_key_ring_too(snapshot_dir: Path) -> None:
    create_key(name="shop", kind="secret")
    shutil.rmtree(snapshot_dir, ignore_errors=True)

    call_command("build_snapshot", stdout=StringIO())

    ring = key_ring_in(snapshot_dir).current()
    assert ring is not None
    assert len(ring.keys) == 1


def test_task__beat_wakes_it__publishes_snapshot_and_key_ring(snapshot_dir: Path) -> None:
    assert refresh_task() is True
    assert refresh_task() is False
    assert len([file for file in snapshot_dir.iterdir() if "key" in file.name]) >= 1
