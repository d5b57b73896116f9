"""Amounts are entered and shown in major units and percent, never in minor units."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from catalog.admin.amounts import BenefitField, MoneyField, PercentField
from catalog.models import PriceChange, Product
from tests.support.admin_cast import Cast

PRODUCT = {
    "sku": "T-1",
    "name": "Sencha",
    "currency": "JPY",
    "price_minor": "¥1,980",
    "tax_rate_bp": "8%",
    "is_tax_included": "on",
    "attributes": "{}",
    "relations-TOTAL_FORMS": "0",
    "relations-INITIAL_FORMS": "0",
    "price_changes-TOTAL_FORMS": "0",
    "price_changes-INITIAL_FORMS": "0",
}
JPY, USD, KWD = ({"currency": code, "benefit_kind": "amount"} for code in ("JPY", "USD", "KWD"))


@pytest.mark.parametrize(
    ("written", "row", "stored"),
    [
        ("1980", JPY, 1980),
        ("¥1,980", JPY, 1980),
        ("￥１，９８０", JPY, 1980),
        ("1980円", JPY, 1980),
        ("19.99", USD, 1999),
        ("$ 1,234.5", USD, 123_450),
        ("1.234", KWD, 1234),
        ("0", USD, 0),
        ("", USD, None),
    ],
)
def test_money__in_common_notations__becomes_minor_units(
    written: str, row: dict[str, str], stored: int | None
) -> None:
    field = MoneyField(required=False)

    assert field.stored(field.clean(written), row) == stored


@pytest.mark.parametrize(
    ("written", "row"),
    [
        ("19.99", JPY),
        ("19.999", USD),
        ("19,99", USD),
        ("-5", USD),
        ("1e3", USD),
        ("NaN", USD),
        ("1 2 3 x", USD),
        ("9" * 40, JPY),
    ],
)
def test_money__ambiguous_or_invalid__is_refused(written: str, row: dict[str, str]) -> None:
    field = MoneyField(required=False)

    with pytest.raises(ValidationError):
        field.stored(field.clean(written), row)


@pytest.mark.parametrize(("written", "stored"), [("10", 1000), ("12.5 %", 1250), ("0.01", 1), ("", 0)])
def test_percentage__valid__becomes_basis_points(written: str, stored: int) -> None:
    field = PercentField(required=False)

    assert field.stored(field.clean(written), {}) == stored


@pytest.mark.parametrize("written", ["101", "-1", "0.001"])
def test_percentage__out_of_range__is_refused(written: str) -> None:
    field = PercentField(required=False)

    with pytest.raises(ValidationError):
        field.stored(field.clean(written), {})


@pytest.mark.parametrize(
    ("kind", "written", "stored"),
    [
        ("none", "", 0),
        ("none", "0", 0),
        ("percent", "10", 1000),
        ("percent", "10％", 1000),
        ("amount", "4.99", 499),
        ("amount", "$4.99", 499),
        ("fixed", "0", 0),
    ],
)
def test_benefit__number__is_read_by_its_kind(kind: str, written: str, stored: int) -> None:
    field = BenefitField(required=False)

    assert field.stored(field.clean(written), {"currency": "USD", "benefit_kind": kind}) == stored


@pytest.mark.parametrize(
    ("kind", "written", "code"),
    [
        ("none", "77", "ignored"),
        ("fixed", "10%", "unit"),
        ("amount", "10％", "unit"),
        ("percent", "500円", "unit"),
    ],
)
def test_benefit__number_that_its_kind_would_ignore_or_misread__is_refused(
    kind: str, written: str, code: str
) -> None:
    field = BenefitField(required=False)

    with pytest.raises(ValidationError) as refused:
        field.stored(field.clean(written), {"currency": "USD", "benefit_kind": kind})

    assert refused.value.code == code


def test_product__added_in_major_units__is_stored_with_a_price_history(cast: Cast) -> None:
    answer = cast.merchandiser.post(reverse("admin:catalog_product_add"), PRODUCT)

    product = Product.objects.get(sku="T-1")
    assert answer.status_code == 302
    assert (product.price_minor, product.tax_rate_bp) == (1980, 800)
    assert list(PriceChange.objects.values_list("price_minor", flat=True)) == [1980]


def test_product__reopened__shows_major_units(cast: Cast) -> None:
    product = Product.objects.create(sku="T-1", name="Tea", currency="USD", price_minor=1999, tax_rate_bp=725)

    answer = cast.merchandiser.get(reverse("admin:catalog_product_change", args=[product.pk]))

    form = answer.context["adminform"].form
    assert (form["price_minor"].value(), form["tax_rate_bp"].value()) == ("19.99", "7.25")


def test_product__price_changed__is_added_to_the_history(cast: Cast) -> None:
    cast.merchandiser.post(reverse("admin:catalog_product_add"), PRODUCT)
    address = reverse("admin:catalog_product_change", args=[Product.objects.get().pk])

    cast.merchandiser.post(address, PRODUCT | {"price_minor": "2,180"})
    cast.merchandiser.post(address, PRODUCT | {"price_minor": "2,180", "name": "Sencha, first flush"})

    assert sorted(PriceChange.objects.values_list("price_minor", flat=True)) == [1980, 2180]


def test_product__decimals_in_yen__shows_the_error_at_the_field(cast: Cast) -> None:
    answer = cast.merchandiser.post(reverse("admin:catalog_product_add"), PRODUCT | {"price_minor": "19.80"})

    assert answer.context["adminform"].form.errors == {"price_minor": ["JPY has no decimal places."]}
    assert not Product.objects.exists()
