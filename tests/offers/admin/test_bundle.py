"""A bundle shows its price while it is edited, and is refused where it is none."""

import pytest
from django.urls import reverse

from catalog.models import Bundle, Product
from offers.models import Offer
from tests.support.admin_cast import Cast

Fields = dict[str, object]


def form(kind: str, value: str, *parts: tuple[Product, int], currency: str = "JPY") -> Fields:
    fields: Fields = {
        "code": "set",
        "name": "Set",
        "currency": currency,
        "benefit_kind": kind,
        "benefit_value": value,
        "items-TOTAL_FORMS": len(parts),
        "items-INITIAL_FORMS": 0,
    }
    for row, (product, quantity) in enumerate(parts):
        fields |= {
            f"items-{row}-product": product.pk,
            f"items-{row}-quantity": quantity,
            f"items-{row}-position": row,
        }
    return fields


@pytest.fixture
def products(db: None) -> list[Product]:
    del db
    return [
        Product.objects.create(sku=sku, name=sku, currency="JPY", price_minor=price)
        for sku, price in (("tea", 1000), ("cup", 500))
    ]


@pytest.mark.parametrize(
    ("kind", "value", "price", "saving"),
    [
        ("none", "", "¥2,500", "¥0"),
        ("percent", "10", "¥2,250", "¥250"),
        ("amount", "300", "¥2,200", "¥300"),
        ("fixed", "1,980", "¥1,980", "¥520"),
    ],
)
def test_price__of_a_bundle_being_edited__is_answered(
    kind: str, value: str, price: str, saving: str, products: list[Product], cast: Cast
) -> None:
    tea, cup = products

    answer = cast.merchandiser.post(
        reverse("admin:catalog_bundle_price"), form(kind, value, (tea, 2), (cup, 1))
    ).json()

    assert (answer["list"], answer["price"], answer["saving"]) == ("¥2,500", price, saving)
    assert [line["quantity"] for line in answer["lines"]] == [2, 1]
    assert not Bundle.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"items-0-quantity": "1", "items-1-DELETE": "on"},
        {"items-0-product": "x", "items-1-product": "999999"},
        {"items-TOTAL_FORMS": "many"},
        {"currency": "???"},
        {"currency": "USD"},
        {"benefit_kind": "percent", "benefit_value": ""},
        {"benefit_kind": "percent", "benefit_value": "300"},
        {"benefit_kind": "fixed", "benefit_value": "1.5"},
    ],
)
def test_price__of_a_form_not_ready_yet__is_a_message(
    change: Fields, products: list[Product], cast: Cast
) -> None:
    tea, cup = products

    answer = cast.merchandiser.post(
        reverse("admin:catalog_bundle_price"), form("none", "", (tea, 1), (cup, 1)) | change
    )

    assert answer.status_code == 200
    assert list(answer.json()) == ["message"]


def test_bundle__of_one_unit__is_refused_with_a_way_out(products: list[Product], cast: Cast) -> None:
    answer = cast.merchandiser.post(reverse("admin:catalog_bundle_add"), form("none", "", (products[0], 1)))

    assert "at least two units" in answer.text
    assert not Bundle.objects.exists()


def test_bundle__with_a_product_in_another_currency__is_refused(products: list[Product], cast: Cast) -> None:
    foreign = Product.objects.create(sku="mug", name="Mug", currency="USD", price_minor=900)

    answer = cast.merchandiser.post(
        reverse("admin:catalog_bundle_add"), form("none", "", (products[0], 1), (foreign, 1))
    )

    assert "“Mug” is priced in USD, but this bundle in JPY." in answer.text


def test_bundle__saved__counts_its_units(products: list[Product], cast: Cast) -> None:
    tea, cup = products

    cast.merchandiser.post(reverse("admin:catalog_bundle_add"), form("percent", "12.5", (tea, 2), (cup, 1)))

    bundle = Bundle.objects.get()
    assert (bundle.unit_count, bundle.benefit_value) == (3, 1250)


def test_price__for_an_outsider__is_forbidden(products: list[Product], cast: Cast) -> None:
    fields = form("none", "", (products[0], 2))
    address = reverse("admin:catalog_bundle_price")

    assert cast.analyst.post(address, fields).status_code == 200
    assert cast.outsider.post(address, fields).status_code == 403
    assert cast.stranger.post(address, fields).status_code == 302


def bundle_of(*parts: tuple[Product, int]) -> Bundle:
    bundle = Bundle.objects.create(
        code="set", name="Set", currency="JPY", unit_count=sum(quantity for _product, quantity in parts)
    )
    for product, quantity in parts:
        bundle.items.create(product=product, quantity=quantity)
    return bundle


def test_product__whose_bundle_would_be_left_single__is_protected(
    products: list[Product], cast: Cast
) -> None:
    tea, cup = products
    bundle_of((tea, 1), (cup, 1))
    address = reverse("admin:catalog_product_delete", args=[tea.pk])

    asked = cast.merchandiser.get(address)
    answer = cast.merchandiser.post(address, {"post": "yes"})

    assert "would be left with only one unit" in asked.text
    assert answer.status_code in {200, 403}
    assert Product.objects.filter(pk=tea.pk).exists()


@pytest.mark.parametrize("in_bulk", [False, True])
def test_product__deleted__leaves_its_bundle_counted(
    in_bulk: bool, products: list[Product], cast: Cast
) -> None:
    tea, cup = products
    bundle = bundle_of((tea, 1), (cup, 3))

    if in_bulk:
        fields = {"action": "delete_selected", "_selected_action": [tea.pk], "post": "yes"}
        cast.merchandiser.post(reverse("admin:catalog_product_changelist"), fields)
    else:
        cast.merchandiser.post(reverse("admin:catalog_product_delete", args=[tea.pk]), {"post": "yes"})

    bundle.refresh_from_db()
    assert not Product.objects.filter(pk=tea.pk).exists()
    assert bundle.unit_count == 3


def test_bundle__that_costs_more_than_its_parts__is_refused_with_both_prices(
    products: list[Product], cast: Cast
) -> None:
    tea, cup = products

    answer = cast.merchandiser.post(
        reverse("admin:catalog_bundle_add"), form("fixed", "1,600", (tea, 1), (cup, 1))
    )

    assert "The bundle at ¥1,600 would cost more than the products bought separately (¥1,500)." in answer.text
    assert not Bundle.objects.exists()


def test_bundle__changed_in_price__gives_its_offers_a_version(products: list[Product], cast: Cast) -> None:
    tea, cup = products
    bundle = bundle_of((tea, 1), (cup, 1))
    named, other = (
        Offer.objects.create(code=code, name=code, kind="bundle", currency="JPY") for code in "ab"
    )
    named.bundles.add(bundle)
    other.bundles.add(Bundle.objects.create(code="other", name="Other"))
    fields = form("fixed", "1,200", (tea, 1), (cup, 1))
    fields |= {"items-INITIAL_FORMS": 2}
    fields |= {f"items-{row}-id": item.pk for row, item in enumerate(bundle.items.order_by("pk"))}

    cast.merchandiser.post(reverse("admin:catalog_bundle_change", args=[bundle.pk]), fields)

    bundle.refresh_from_db()
    assert bundle.benefit_value == 1200
    assert dict(Offer.objects.values_list("code", "version")) == {"a": 2, "b": 1}
