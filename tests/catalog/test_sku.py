import pytest

from catalog.models import Product


@pytest.mark.django_db
def test_sku__full_width_form__is_the_same_sku() -> None:
    Product.objects.create(sku=" ＡＢ－１ ", name="Tea", currency="JPY", price_minor=500)

    assert Product.objects.get(sku="AB-1").name == "Tea"
