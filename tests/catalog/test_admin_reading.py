"""Read-only pages show prices and percentages, not the stored numbers."""

import pytest
from django.urls import reverse

from catalog.models import Bundle, Product
from offers.kinds.quantity.models import QuantityOffer, QuantityTier
from offers.kinds.subscription.models import SubscriptionOffer
from offers.kinds.threshold.models import ThresholdOffer
from offers.kinds.upgrade.models import UpgradeOffer
from tests.offers.admin.offer_forms import address
from tests.support.admin_cast import Cast

pytestmark = pytest.mark.django_db


def test_product__for_an_analyst__shows_prices_and_percentages(cast: Cast) -> None:
    product = Product.objects.create(
        sku="tea", name="Tea", currency="USD", price_minor=1999, cost_minor=None, tax_rate_bp=825
    )

    text = cast.analyst.get(reverse("admin:catalog_product_change", args=[product.pk])).text

    assert "$19.99" in text
    assert "8.25%" in text
    assert ">1999<" not in text
    assert "In basis points" not in text


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [("percent", 1250, "12.5%"), ("amount", 300, "¥300"), ("fixed", 1480, "¥1,480"), ("none", 0, "–")],
)
def test_benefit__of_each_kind__is_shown_in_its_unit(kind: str, value: int, shown: str, cast: Cast) -> None:
    bundle = Bundle.objects.create(
        code="set", name="Set", currency="JPY", benefit_kind=kind, benefit_value=value
    )

    text = cast.analyst.get(reverse("admin:catalog_bundle_change", args=[bundle.pk])).text

    assert shown in text


def test_tier__for_an_analyst__is_shown_in_the_currency_of_its_offer(cast: Cast) -> None:
    offer = QuantityOffer.objects.create(kind="quantity", code="q", name="Q", currency="USD")
    QuantityTier.objects.create(offer=offer, from_quantity=3, benefit_kind="fixed", benefit_value=450)

    text = cast.analyst.get(address("quantity", "change", offer.pk)).text

    assert "$4.50" in text
    assert "Tiers apply to" in text


@pytest.mark.parametrize(("measure", "shown"), [("spend", "¥5,000"), ("quantity", "5000 units")])
def test_threshold__for_an_analyst__is_shown_in_its_measure(measure: str, shown: str, cast: Cast) -> None:
    offer = ThresholdOffer.objects.create(
        kind="threshold", code="t", name="T", currency="JPY", measure=measure, at_least=5000
    )

    text = cast.analyst.get(address("threshold", "change", offer.pk)).text

    assert shown in text


def test_kinds__for_an_analyst__use_the_labels_of_their_form(cast: Cast) -> None:
    tea = Product.objects.create(sku="tea", name="Tea", currency="JPY", price_minor=1000)
    monthly = SubscriptionOffer.objects.create(
        kind="subscription", purchase="subscription", code="s", name="S", interval_days=[30, 60]
    )
    better = UpgradeOffer.objects.create(kind="upgrade", code="u", name="U", max_step_bp=5000)
    better.trigger_products.add(tea)

    subscription = cast.analyst.get(address("subscription", "change", monthly.pk)).text
    upgrade = cast.analyst.get(address("upgrade", "change", better.pk)).text

    assert "30, 60" in subscription
    assert "Products to upgrade from" in upgrade
    assert "Tea (tea)" in upgrade
    assert "50%" in upgrade
