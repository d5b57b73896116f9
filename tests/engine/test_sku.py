import subprocess
import sys

import pytest
from django.core.exceptions import ValidationError

from catalog.models import Product
from catalog.models.fields import validate_sku
from catalog.services.values import InvalidValueError, clean_sku
from engine.sku import is_sku


@pytest.mark.django_db
def test_sku__full_width_form__is_the_same_sku() -> None:
    Product.objects.create(sku=" ＡＢ－１ ", name="Tea", currency="JPY", price_minor=500)

    assert Product.objects.get(sku="AB-1").name == "Tea"


@pytest.mark.parametrize("sku", ["a", "AB-1", "x" * 64, "珈琲-1", "a/b", "🍵"])
def test_sku__visible_characters__are_admitted(sku: str) -> None:
    validate_sku(sku)

    assert (is_sku(sku), clean_sku(sku)) == (True, sku)


@pytest.mark.parametrize(
    "sku",
    [
        "x" * 65,
        "a b",
        "a\nb",
        "a\x00",
        "a\x85b",
        "\ud800",
        "a\u2028b",
        "\u200b",
        "a\u200b",
        "\ufeffa",
        "a\u00adb",
        "a\u202eb",
        "a\U000e0041b",
    ],
)
def test_sku__white_space_or_invisible_characters__are_refused(sku: str) -> None:
    assert not is_sku(sku)
    with pytest.raises(ValidationError):
        validate_sku(sku)
    with pytest.raises(InvalidValueError):
        clean_sku(sku)


@pytest.mark.parametrize("sku", ["", "a\n"])
def test_sku__not_normalised_or_empty__is_none(sku: str) -> None:
    assert not is_sku(sku)


def test_sku__definition__needs_no_django() -> None:
    program = "import sys, engine.sku; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
