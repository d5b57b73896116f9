"""A small shop on the demo's page, in a tab as wide as a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from catalog.models import Category, Product
from demo.data.catalogue import CatalogueItem
from demo.plans.pairs import Pair
from demo.services.curation import curate
from gateway.services.key import create_key, secret_of
from launch.services.environment import PUBLISHABLE_KEY, SIGNING_SECRET, environment_path, write_environment
from offers.models import Customer
from offers.services.snapshot import refresh_snapshot
from tests.browser.conftest import browsing

# SKU, category, kind, private label, ounces, cents
SHELF = [
    ("plain", "Dry noodles/pasta", "Spaghetti", True, 8.0, 45),
    ("double", "Dry noodles/pasta", "Spaghetti", True, 16.0, 52),
    ("makers", "Dry noodles/pasta", "Spaghetti", False, 16.0, 100),
    ("sauce", "Pasta sauce", "Tomato sauce", False, 0.0, 200),
    ("basil", "Herbs", "Basil", False, 0.0, 150),
    ("beans", "Coffee", "Ground coffee", False, 0.0, 900),
    ("green", "Teas", "Tea bags", False, 0.0, 400),
    ("honey", "Sugars/sweeteners", "Honey", False, 0.0, 500),
]


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Open a tab as wide as a phone; fail on script errors."""
    errors: list[str] = []
    with browsing(chromium, live_server, {"width": 375, "height": 800}, "en-US") as context:
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
    assert errors == []


@pytest.fixture
def shop(live_server: LiveServer, settings: Settings, tmp_path: Path) -> str:
    """Create a small shop with every kind of offer; return the page's URL."""
    settings.AWASE_DATA = tmp_path
    settings.AWASE_CURRENCY = "USD"
    root = Category.objects.create(name="Grocery", path="Grocery")
    for sku, name, kind, _store, _amount, price in SHELF:
        category, _ = Category.objects.get_or_create(name=name, parent=root, path=f"Grocery > {name}")
        shelf_kind, _ = Category.objects.get_or_create(
            name=kind, parent=category, path=f"{category.path} > {kind}"
        )
        Product.objects.create(
            sku=sku, name=f"{kind} {sku}", price_minor=price, currency="USD", category=shelf_kind
        )
    items = [
        CatalogueItem(sku, name, kind, 1, store, "oz" if amount else "", amount, price, 100)
        for sku, name, kind, store, amount, price in SHELF
    ]
    curate(items=items, pairs=[Pair("sauce", "basil", 40, 9.0, 20)])
    Customer.objects.create(external_id="c-1")
    row, key = create_key(name="page", kind="publishable", origins=[live_server.url])
    access = {PUBLISHABLE_KEY: key, SIGNING_SECRET: secret_of(row)}
    write_environment(environment_path(tmp_path), access)
    refresh_snapshot(at=timezone.now())
    return f"{live_server.url}/demo/"
