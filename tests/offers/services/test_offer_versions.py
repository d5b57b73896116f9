"""A change of what an offer costs is a new version; any other change is none."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from catalog.models import Bundle, Product
from offers.kinds.bundle.offers import offers_with_bundle
from offers.kinds.quantity.models import QuantityOffer
from offers.kinds.threshold.models import ThresholdOffer
from offers.models import Offer, OfferVersion
from offers.services.offer import record_versions

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def tiered() -> QuantityOffer:
    offer = QuantityOffer.objects.create(kind="quantity", code="more", name="More", currency="JPY")
    offer.tiers.create(from_quantity=2, benefit_kind="percent", benefit_value=1000)
    return offer


def numbers(offer: Offer) -> list[int]:
    return list(OfferVersion.objects.filter(offer=offer).order_by("number").values_list("number", flat=True))


def record(*offers: Offer) -> int:
    return record_versions(offers=Offer.objects.filter(pk__in=[offer.pk for offer in offers]), by=None, at=AT)


def test_version__of_an_offer_without_one__is_the_number_it_has(tiered: QuantityOffer) -> None:
    raised = record(tiered)

    assert raised == 0
    assert numbers(tiered) == [1]


def deeper(offer: QuantityOffer) -> None:
    offer.tiers.update(benefit_value=2000)


def other_lane(offer: QuantityOffer) -> None:
    Offer.objects.filter(pk=offer.pk).update(lane="cart")


def other_mode(offer: QuantityOffer) -> None:
    offer.mode = "volume"
    offer.save()


def one_product(offer: QuantityOffer) -> None:
    offer.trigger_products.add(Product.objects.create(sku="tea", name="Tea", currency="JPY", price_minor=100))


@pytest.mark.parametrize("change", [deeper, other_lane, other_mode, one_product])
def test_version__of_a_changed_price__is_raised(
    change: Callable[[QuantityOffer], None], tiered: QuantityOffer
) -> None:
    record(tiered)
    change(tiered)

    raised = [record(tiered), record(tiered)]

    tiered.refresh_from_db()
    assert raised == [1, 0]
    assert (tiered.version, numbers(tiered)) == (2, [1, 2])


def test_version__of_a_change_of_words_and_period__stays(tiered: QuantityOffer) -> None:
    record(tiered)
    Offer.objects.update(name="Less", headline_en="Buy more", ends_at=AT, is_active=False)

    raised = record(tiered)

    assert raised == 0


def test_version__of_an_offer_whose_gift_became_more_expensive__stays() -> None:
    gift = Product.objects.create(sku="whisk", name="Whisk", currency="JPY", price_minor=100)
    offer = ThresholdOffer.objects.create(kind="threshold", code="t", name="T", at_least=5000, gift=gift)
    record(offer)
    Product.objects.update(price_minor=200)

    raised = record(offer)

    assert raised == 0


def test_offers_with_bundle__named_and_unnamed__are_found() -> None:
    one, other = (Bundle.objects.create(code=code, name=code) for code in "ab")
    names_it, names_other, names_none = (
        Offer.objects.create(kind="bundle", code=f"offer-{row}", name="x") for row in range(3)
    )
    names_it.bundles.add(one)
    names_other.bundles.add(other)

    found = offers_with_bundle(bundle=one)

    assert set(found) == {names_it, names_none}
    assert record_versions(offers=found, by=None, at=AT) == 0
