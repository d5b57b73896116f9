"""A snapshot in which only the generation is another is renewed, not built: all else is copied."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Category, Product
from catalog.services.revision import raise_revision
from engine.learned.generations import PARTNER, POPULAR
from engine.snapshot.pointer import read_pointer
from engine.snapshot.reader import Snapshot, map_columns
from offers.models import (
    Generation,
    Offer,
    OfferStrategy,
    OverrideAction,
    PartnerOverride,
    Placement,
    PopularProducts,
    ProductFacts,
    ProductPartners,
    StrategyCode,
)
from offers.services.snapshot import refresh_snapshot
from tests.engine.shop import NOON

pytestmark = pytest.mark.django_db

AT = datetime.fromtimestamp(NOON, UTC)
LATER = AT + timedelta(hours=1)


@pytest.fixture
def goods() -> list[Product]:
    """Make three products of a category, one pinned to another, and an offer of what goes with them."""
    tea = Category.objects.create(name="茶", path="茶")
    made = [
        Product.objects.create(sku=sku, name=f"{sku} 茶", category=tea, currency="JPY", price_minor=500)
        for sku in ("pot", "cup", "tray")
    ]
    PartnerOverride.objects.create(product=made[0], partner=made[2], action=OverrideAction.PIN)
    offer = Offer.objects.create(code="with", name="With", kind="cross_sell", currency="JPY")
    offer.placements.add(Placement.objects.create(code="cart", name="Cart"))
    OfferStrategy.objects.create(offer=offer, strategy=StrategyCode.BOUGHT_TOGETHER)
    return made


def teach(goods: list[Product], *, orders: int) -> None:
    """Publish a generation in which the second product goes with the first in so many orders."""
    pot, cup, _ = goods
    generation = Generation.objects.create(
        published_at=LATER, order_count=orders, counted_order_count=orders, scoring={"new_weight": orders / 8}
    )
    partners = np.zeros(1, PARTNER)
    partners["product"], partners["score"], partners["orders"] = cup.pk, orders, orders
    ProductPartners.objects.update_or_create(
        product=pot, defaults={"order_count": orders, "partners": partners.tobytes()}
    )
    sold = np.array([(cup.pk, orders)], POPULAR).tobytes()
    PopularProducts.objects.create(generation=generation, category=None, products=sold)
    slow = {"interval_source": "", "interval_count": 0, "is_slow_mover": True, "slowness": 1 / orders}
    ProductFacts.objects.update_or_create(product=cup, defaults=slow)


def current(directory: Path) -> tuple[dict[str, Any], dict[str, list[int | float]]]:
    """Return the manifest and the columns of the version that serves, which is whole."""
    folder = directory / str(read_pointer(directory))
    manifest = Snapshot.open(folder).manifest
    columns = {name: list(view) for name, view in map_columns(folder, manifest).items()}
    return {
        name: manifest[name] for name in manifest if name not in ("version", "columns", "checksum")
    }, columns


def test_refresh__another_generation__matches_a_full_build(goods: list[Product], snapshot_dir: Path) -> None:
    teach(goods, orders=2)
    refresh_snapshot(at=AT)
    before = current(snapshot_dir)
    teach(goods, orders=5)

    assert refresh_snapshot(at=LATER)
    renewed = current(snapshot_dir)
    assert refresh_snapshot(at=LATER, force=True)

    assert renewed == current(snapshot_dir)
    assert renewed[0]["scoring"]["new_weight"] == 5 / 8
    changed = {name for name in renewed[1] if renewed[1][name] != before[1][name]}
    assert changed == {"partner.evidence", "partner.score", "popular.orders", "product.slowness"}


def test_refresh__another_generation__reads_no_product(goods: list[Product]) -> None:
    refresh_snapshot(at=AT)
    teach(goods, orders=3)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert refresh_snapshot(at=LATER)

    assert len(queries) == 7
    assert not [query for query in queries if "catalog_product" in query["sql"]]


@pytest.mark.parametrize("domain", ["catalog", "offers"])
def test_refresh__revision_and_generation_changed__reuses_nothing(
    goods: list[Product], snapshot_dir: Path, domain: str
) -> None:
    refresh_snapshot(at=AT)
    Product.objects.filter(sku="pot").update(price_minor=300)
    raise_revision(domain=domain)
    teach(goods, orders=3)

    refresh_snapshot(at=LATER)

    assert current(snapshot_dir)[1]["product.price"] == [300, 500, 500]


@pytest.mark.parametrize(
    ("setting", "field", "value"),
    [
        ("AWASE_TAX_ROUNDING", "rounding", "document"),
        ("AWASE_TAX_ROUNDING_MODE", "rounding_mode", "down"),
        ("AWASE_TAX_DISPLAY", "tax_included", "net"),
    ],
)
def test_refresh__other_tax_rounding__reuses_nothing(
    goods: list[Product], snapshot_dir: Path, settings: LazySettings, setting: str, field: str, value: str
) -> None:
    refresh_snapshot(at=AT)
    setattr(settings, setting, value)
    teach(goods, orders=3)

    refresh_snapshot(at=LATER)

    seen = current(snapshot_dir)[0]["rules"][field]
    assert seen == (False if value == "net" else value)


def test_refresh__serving_version_damaged__is_rebuilt(goods: list[Product], snapshot_dir: Path) -> None:
    refresh_snapshot(at=AT)
    teach(goods, orders=3)
    records = snapshot_dir / str(read_pointer(snapshot_dir)) / "records.bin"
    records.write_bytes(b"\1" + records.read_bytes()[1:])

    assert refresh_snapshot(at=LATER)

    assert current(snapshot_dir)[1]["popular.orders"] == [3]
