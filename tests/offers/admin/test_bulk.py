"""Many offers at once: published, paused, duplicated, each with its own history."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Product, Revision
from catalog.services.revision import raise_revision
from offers.kinds.quantity.models import QuantityOffer, QuantityTier
from offers.kinds.registry import kind_of
from offers.models import Offer, OfferStrategy, OfferVersion, Placement, PromotionCode
from tests.offers.admin.offer_forms import PAGES, address
from tests.support.admin_cast import Cast
from tests.support.admin_shop import build_shop

pytestmark = pytest.mark.django_db
LIST = "admin:offers_offer_changelist"


def act(client: Client, action: str, *offers: Offer) -> None:
    fields = {"action": action, "_selected_action": [offer.pk for offer in offers]}
    assert client.post(reverse(LIST), fields).status_code == 302


def tiered() -> QuantityOffer:
    tea = Product.objects.create(sku="tea", name="Tea", currency="JPY", price_minor=1000)
    offer = QuantityOffer.objects.create(kind="quantity", code="tea", name="Tea for less", currency="JPY")
    QuantityTier.objects.create(offer=offer, from_quantity=3, benefit_kind="percent", benefit_value=1000)
    offer.trigger_products.add(tea)
    offer.placements.add(Placement.objects.create(code="cart", name="Cart"))
    offer.excludes.add(Offer.objects.create(kind="cross_sell", code="other", name="Other"))
    PromotionCode.objects.create(offer=offer, code="TEA")
    return offer


@pytest.mark.parametrize(
    ("action", "was", "said"), [("publish", False, "Published."), ("pause", True, "Paused.")]
)
def test_offers__published_or_paused__are_recorded_in_their_history(
    action: str, was: bool, said: str, cast: Cast
) -> None:
    build_shop(2)
    chosen = list(Offer.objects.order_by("pk"))
    Offer.objects.update(is_active=was)
    raise_revision(domain="offers")
    before = Revision.objects.get(domain="offers").number

    act(cast.merchandiser, action, *chosen)

    assert not Offer.objects.filter(is_active=was).exists()
    assert Revision.objects.get(domain="offers").number == before + 1
    histories = [cast.merchandiser.get(address(offer.kind, "history", offer.pk)).text for offer in chosen]
    assert all(said in history for history in histories)


def test_offers__of_an_outdated_list__are_not_said_to_be_paused(cast: Cast) -> None:
    gone, paused = tiered(), Offer.objects.get(code="other")
    Offer.objects.filter(pk=paused.pk).update(is_active=False)
    fields = {"action": "pause", "_selected_action": [gone.pk, paused.pk]}
    Offer.objects.filter(pk=gone.pk).delete()

    answer = cast.merchandiser.post(reverse(LIST), fields, follow=True)

    assert "No offer was changed: they were already switched or have been deleted." in answer.text
    assert "0 offers" not in answer.text


def test_offers__published_again__stay_as_they_are(cast: Cast) -> None:
    offer = tiered()

    act(cast.merchandiser, "publish", offer)

    assert not LogEntry.objects.exists()


def test_copy__of_an_offer__has_all_but_codes_and_uses(cast: Cast) -> None:
    offer = tiered()

    act(cast.merchandiser, "duplicate", offer)

    copy = QuantityOffer.objects.get(code="tea-copy")
    assert (copy.name, copy.is_active, copy.version) == ("Tea for less (copy)", False, 1)
    assert list(copy.tiers.values_list("from_quantity", "benefit_value")) == [(3, 1000)]
    assert [product.sku for product in copy.trigger_products.all()] == ["tea"]
    assert [other.code for other in copy.excludes.all()] == ["other"]
    assert [place.code for place in copy.placements.all()] == ["cart"]
    assert not copy.codes.exists()
    assert OfferVersion.objects.filter(offer=copy).count() == 1
    assert offer.tiers.count() == 1


def test_copy__made_twice__gets_another_code(cast: Cast) -> None:
    offer = tiered()
    offer.code = "t" * 64
    offer.save()

    act(cast.merchandiser, "duplicate", offer)
    act(cast.merchandiser, "duplicate", offer)

    assert Offer.objects.filter(code="t" * 59 + "-copy").exists()
    assert Offer.objects.filter(code="t" * 57 + "-copy-2").exists()


@pytest.mark.parametrize("kind", PAGES)
def test_button__on_the_page_of_a_kind__asks_and_opens_the_copy(kind: str, cast: Cast) -> None:
    build_shop(2)
    offer = Offer.objects.filter(kind=kind).order_by("pk")[0]
    sources = OfferStrategy.objects.filter(offer=offer).count()

    button = reverse(f"admin:offers_{PAGES[kind]}_duplicate_this", args=[offer.pk])
    question = cast.merchandiser.get(button)
    assert not Offer.objects.filter(code__endswith="-copy").exists()
    answer = cast.merchandiser.post(button)

    assert question.status_code == 200
    assert offer.name in question.text
    copy = kind_of(kind).model.objects.get(code=f"{offer.code}-copy")
    assert answer["Location"] == address(kind, "change", copy.pk)
    assert OfferStrategy.objects.filter(offer=copy.pk).count() == sources
    assert cast.merchandiser.get(answer["Location"]).status_code == 200


def test_actions__of_an_analyst__are_refused(cast: Cast) -> None:
    offer = tiered()

    listed = cast.analyst.get(reverse(LIST)).text
    button = cast.analyst.get(reverse("admin:offers_quantityoffer_duplicate_this", args=[offer.pk]))
    cast.analyst.post(reverse(LIST), {"action": "pause", "_selected_action": [offer.pk]})

    assert "Pause the selected offers" not in listed
    assert button.status_code == 403
    assert Offer.objects.get(pk=offer.pk).is_active


def test_actions__on_five_times_the_offers__take_no_more_queries(cast: Cast) -> None:
    counts = []
    for rows in (2, 10):
        with transaction.atomic():
            build_shop(rows)
            chosen = list(Offer.objects.all())
            # Django reads the content type of each kind once per process, whichever test comes first.
            ContentType.objects.get_for_models(
                *(kind_of(offer.kind).model for offer in chosen), for_concrete_models=False
            )
            act(cast.merchandiser, "publish", chosen[0])
            with CaptureQueriesContext(connection) as queries:
                act(cast.merchandiser, "pause", *chosen)
            transaction.set_rollback(True)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("page", ["offer", "quantityoffer"])
def test_offers__deleted_from_a_list__raise_the_revision(page: str, cast: Cast) -> None:
    offer = tiered()
    raise_revision(domain="offers")
    before = Revision.objects.get(domain="offers").number

    fields = {"action": "delete_selected", "_selected_action": [offer.pk], "post": "yes"}
    cast.superuser.post(reverse(f"admin:offers_{page}_changelist"), fields)

    assert not Offer.objects.filter(pk=offer.pk).exists()
    # Once for the page, once for the other offer, which it no longer excludes.
    assert Revision.objects.get(domain="offers").number == before + 2
