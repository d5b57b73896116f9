from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from catalog.models import (
    Bundle,
    BundleItem,
    Category,
    PriceChange,
    Product,
    ProductRelation,
    UpgradeLadder,
    UpgradeTier,
)

pytestmark = pytest.mark.django_db


def a_product(sku: str = "tea", **changes: Any) -> Product:
    return Product.objects.create(
        **({"sku": sku, "name": sku, "currency": "JPY", "price_minor": 500} | changes)
    )


def refuses(model: type[models.Model], **values: Any) -> bool:
    try:
        with transaction.atomic():
            model._default_manager.create(**values)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "bad",
    [
        {"price_minor": -1},
        {"price_minor": 2**53},
        {"cost_minor": -1},
        {"tax_rate_bp": 10_001},
        {"stock": -1},
        {"replenishment_days": 0},
        {"name": ""},
        {"sku": ""},
    ],
)
def test_product__value_out_of_range__is_refused_by_the_database(bad: dict[str, Any]) -> None:
    values = {"sku": "tea", "name": "Tea", "currency": "JPY", "price_minor": 500}

    assert refuses(Product, **(values | bad))
    assert not refuses(Product, **values)


@pytest.mark.parametrize("twin", ["ＡＢ－１", " AB-1 ", "AB-１"])
def test_product__sku_equal_after_nfkc__is_refused(twin: str) -> None:
    a_product("AB-1")

    assert refuses(Product, sku=twin, name="Twin", currency="JPY", price_minor=1)
    assert not refuses(Product, sku="ab-1", name="Lower case is another", currency="JPY", price_minor=1)


def test_price_change__negative_or_duplicate_time__is_refused() -> None:
    product, now = a_product(), timezone.now()
    PriceChange.objects.create(product=product, currency="JPY", price_minor=1, changed_at=now)

    assert refuses(PriceChange, product=product, currency="JPY", price_minor=2, changed_at=now)
    assert refuses(PriceChange, product=product, currency="JPY", price_minor=-1, changed_at=timezone.now())


def test_tier__duplicate_product_or_label__is_refused() -> None:
    ladder = UpgradeLadder.objects.create(name="Tea")
    tea, finer = a_product("tea"), a_product("finer")
    UpgradeTier.objects.create(ladder=ladder, product=tea, label="梅")

    assert refuses(UpgradeTier, ladder=ladder, product=tea, label="竹")
    assert refuses(UpgradeTier, ladder=ladder, product=finer, label="梅")
    assert not refuses(UpgradeTier, ladder=ladder, product=finer, label="竹")
    assert refuses(UpgradeLadder, name="")


def test_relation__to_itself_duplicate_or_unknown_kind__is_refused() -> None:
    tea, cup = a_product("tea"), a_product("cup")
    ProductRelation.objects.create(product=tea, related=cup, kind="accessory")

    assert refuses(ProductRelation, product=tea, related=tea, kind="accessory")
    assert refuses(ProductRelation, product=tea, related=cup, kind="accessory")
    assert refuses(ProductRelation, product=cup, related=tea, kind="friend")
    assert not refuses(ProductRelation, product=tea, related=cup, kind="complement")


@pytest.mark.parametrize(
    ("kind", "value", "refused"),
    [
        ("none", 0, False),
        ("none", 1, True),
        ("percent", 10_000, False),
        ("percent", 10_001, True),
        ("amount", -1, True),
        ("fixed", 2**53, True),
        ("gift", 1, True),
    ],
)
def test_bundle__benefit__must_be_in_range(kind: str, value: int, *, refused: bool) -> None:
    assert refuses(Bundle, code="b", name="B", benefit_kind=kind, benefit_value=value) is refused


def test_bundle__of_a_single_unit__is_refused() -> None:
    assert refuses(Bundle, code="b", name="B", unit_count=1)


def test_bundle_item__duplicate_product_or_no_units__is_refused() -> None:
    bundle, tea, cup = Bundle.objects.create(code="b", name="B"), a_product("tea"), a_product("cup")
    BundleItem.objects.create(bundle=bundle, product=tea, quantity=2)

    assert refuses(BundleItem, bundle=bundle, product=tea, quantity=1)
    assert refuses(BundleItem, bundle=bundle, product=cup, quantity=0)
    assert refuses(BundleItem, bundle=bundle, product=cup, quantity=1000)


def test_category__nameless_or_its_own_parent__is_refused() -> None:
    tea = Category.objects.create(name="Tea", path="Tea")

    assert refuses(Category, name="", path="x")
    assert refuses(Category, name="Tea", path="Tea")
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.filter(pk=tea.pk).update(parent=tea)
