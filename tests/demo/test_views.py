import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from catalog.models import Category, Product, UpgradeLadder, UpgradeTier
from demo.management.commands.demo import OWN
from demo.services.tour import FIRST_CATEGORY
from launch.services.environment import PUBLISHABLE_KEY, environment_path, write_environment
from launch.services.programs import Programs
from offers.models import Offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def spaghetti() -> Product:
    """Create the basic spaghetti of a ladder, after another ladder."""
    above = Category.objects.create(name=FIRST_CATEGORY, path=f"Grocery > {FIRST_CATEGORY}")
    dry = Category.objects.create(name="Spaghetti", parent=above, path=f"{above.path} > Spaghetti")
    butter = Product.objects.create(sku="B1", name="Butter", price_minor=200, currency="USD")
    spaghetti = Product.objects.create(
        sku="S1", name="Spaghetti <dry>", price_minor=45, currency="USD", category=dry
    )
    for product in (butter, spaghetti):
        ladder = UpgradeLadder.objects.create(name=product.name)
        UpgradeTier.objects.create(ladder=ladder, product=product, label="梅")
    return spaghetti


def test_storefront__no_products__shows_an_empty_shop(client: Client) -> None:
    answer = client.get("/demo/")

    assert answer.status_code == 200
    assert b"There are no ladders yet." in answer.content


@pytest.mark.usefixtures("spaghetti")
def test_storefront__tour__starts_with_pasta_and_includes_the_key(client: Client) -> None:
    write_environment(environment_path(settings.AWASE_DATA), {PUBLISHABLE_KEY: "pk_test"})

    answer = client.get("/demo/?language=en")

    assert answer.context["page"]["product"]["sku"] == "S1"
    assert answer.context["page"]["product"]["price"] == {"amount": "0.45", "currency": "USD"}
    assert answer.context["page"]["key"] == "pk_test"
    assert b"<dry>" not in answer.content


@pytest.mark.usefixtures("spaghetti")
def test_storefront__requested_product__is_shown(client: Client) -> None:
    assert client.get("/demo/?product=B1").context["page"]["product"]["name"] == "Butter"
    assert client.get("/demo/?product=nobody").context["page"]["product"]["sku"] == "S1"


@pytest.mark.usefixtures("spaghetti")
def test_storefront__hours_of_an_offer__are_in_the_zone_of_the_demo(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    environment = Programs(tmp_path, tmp_path, tmp_path, 8000, 6379, OWN).environment()
    settings.TIME_ZONE = environment["TIME_ZONE"]
    hours = {"type": "hours", "op": "between", "from": "06:00", "to": "12:00"}
    tree = {"version": 1, "match": "all", "nodes": [hours]}
    Offer.objects.create(code="a", name="A", kind="cross_sell", headline_en="Breakfast", conditions=tree)

    answer = client.get("/demo/?language=en")

    assert "06:00–12:00" in answer.text
    assert "Times are those of the shop (America/New_York)." in answer.text


@pytest.mark.parametrize(("language", "lang"), [("en", b'lang="en"'), ("ja", b'lang="ja"')])
def test_storefront__requested_language__is_used(client: Client, language: str, lang: bytes) -> None:
    assert b"<html " + lang in client.get(f"/demo/?language={language}").content


def test_storefront__unknown_language__uses_the_default(client: Client) -> None:
    assert client.get("/demo/?language=xx").status_code == 200


@pytest.mark.usefixtures("spaghetti")
def test_storefront__queries__are_constant(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(10):
        client.get("/demo/?product=S1")


@pytest.mark.parametrize(
    ("query", "skus"),
    [("spagh", ["S1"]), ("b1", []), ("B1", ["B1"]), ("dry spaghetti", ["S1"]), ("", []), ("%", [])],
)
@pytest.mark.usefixtures("spaghetti")
def test_products__search__finds_names_and_skus(client: Client, query: str, skus: list[str]) -> None:
    answer = client.get("/demo/products", {"q": query}).json()

    assert [product["sku"] for product in answer["products"]] == skus


@pytest.mark.usefixtures("spaghetti")
def test_products__hidden_or_sold_out__are_not_found(client: Client) -> None:
    Product.objects.filter(sku="S1").update(is_hidden=True)
    Product.objects.filter(sku="B1").update(stock=0)

    assert client.get("/demo/products", {"q": "S1 B1"}).json() == {"products": []}
    assert client.get("/demo/products", {"q": "B1"}).json() == {"products": []}


def test_products__posted__is_refused(client: Client) -> None:
    assert client.post("/demo/products").status_code == 405


def test_pages__without_demo_mode__do_not_exist(tmp_path: Path) -> None:
    script = "from django.test import Client; print(Client().get('/demo/').status_code)"
    environment = os.environ | {"AWASE_DEMO": "0", "AWASE_DATA": str(tmp_path), "ALLOWED_HOSTS": "testserver"}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", script]

    said = subprocess.run(
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )

    assert said.stdout.strip().endswith("404")
