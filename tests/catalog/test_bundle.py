import pytest
from django.core.exceptions import ValidationError

from catalog.models import Bundle, BundleItem, Product
from catalog.services.bundle import count_bundle_units

pytestmark = pytest.mark.django_db


@pytest.fixture
def bundle() -> Bundle:
    return Bundle.objects.create(code="set", name="Set")


def add(bundle: Bundle, sku: str, quantity: int) -> None:
    product = Product.objects.create(sku=sku, name=sku, currency="JPY", price_minor=500)
    BundleItem.objects.create(bundle=bundle, product=product, quantity=quantity)


def test_units__of_several_items__are_summed(bundle: Bundle) -> None:
    add(bundle, "tea", 2)
    add(bundle, "cup", 3)

    assert count_bundle_units(bundle=bundle) == 5
    assert Bundle.objects.get().unit_count == 5


def test_units__of_an_empty_bundle__are_none(bundle: Bundle) -> None:
    assert count_bundle_units(bundle=bundle) == 0


def test_units__only_one__is_refused_with_a_message(bundle: Bundle) -> None:
    add(bundle, "tea", 1)

    with pytest.raises(ValidationError, match="at least two units"):
        count_bundle_units(bundle=bundle)
