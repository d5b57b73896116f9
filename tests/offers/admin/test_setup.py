"""The button of the first page that sets up a new shop."""

import pytest
from django.conf import settings
from django.urls import reverse

from offers.models import Offer, OfferVersion, Placement
from offers.services.starter import STARTER_OFFERS, USUAL_PLACEMENTS
from tests.support.admin_cast import Cast, sign_in

HOME, SETUP = "admin:index", "setup"


def test_setup__by_a_merchandiser__creates_placements_and_offers_in_the_currency(cast: Cast) -> None:
    answer = cast.merchandiser.post(reverse(SETUP), follow=True)

    assert f"Created 9 placements and 5 offers in {settings.AWASE_CURRENCY}." in answer.text
    assert Placement.objects.count() == len(USUAL_PLACEMENTS)
    assert set(Offer.objects.values_list("currency", flat=True)) == {settings.AWASE_CURRENCY}
    assert Offer.objects.count() == len(STARTER_OFFERS)
    assert set(OfferVersion.objects.values_list("changed_by__username", flat=True)) == {"merchandiser"}


def test_setup__without_a_ladder__its_offer_is_named_as_matching_nothing_and_not_as_live(cast: Cast) -> None:
    answer = cast.merchandiser.post(reverse(SETUP), follow=True)

    dashboard = answer.context["dashboard"]
    assert [offer.code for offer in dashboard.idle] == ["next-tier"]
    live = {row.offer.code for row in dashboard.offers}
    assert "next-tier" not in live
    assert len(live) == dashboard.offer_count
    assert "Add what they need, such as an upgrade ladder" in answer.text


def test_setup__twice__says_that_everything_exists(cast: Cast) -> None:
    cast.merchandiser.post(reverse(SETUP))

    answer = cast.merchandiser.post(reverse(SETUP), follow=True)

    assert "Everything that the setup creates already exists." in answer.text
    assert Offer.objects.count() == len(STARTER_OFFERS)


def test_setup__without_permission__is_refused(cast: Cast) -> None:
    people = (cast.analyst, cast.outsider, cast.stranger)

    assert [who.post(reverse(SETUP)).status_code for who in people] == [403, 403, 302]
    assert not Placement.objects.exists()


def test_setup__by_get__is_refused(cast: Cast) -> None:
    assert cast.merchandiser.get(reverse(SETUP)).status_code == 405


@pytest.mark.parametrize(
    ("language", "label", "said"),
    [("en", "Set up the shop", "Created 9"), ("ja", "ショップを初期設定", "掲載枠を9件")],
)
def test_home_page__empty_shop__offers_the_button_until_it_was_used(
    cast: Cast, language: str, label: str, said: str
) -> None:
    del cast
    merchandiser = sign_in("merchandiser", language)

    before = merchandiser.get(reverse(HOME)).text
    after = merchandiser.post(reverse(SETUP), follow=True).text

    assert label in before
    assert label not in after
    assert said in after


def test_home_page__empty_shop__offers_no_button_to_those_who_may_not(cast: Cast) -> None:
    assert "Set up the shop" not in cast.analyst.get(reverse(HOME)).text
