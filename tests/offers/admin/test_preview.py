"""The preview answers by the core that serves, says why not, and whether it is behind."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import now

from catalog.models import Product
from catalog.services.revision import raise_revision
from engine.snapshot.reader import Snapshot
from offers.kinds.add_on.models import AddOnOffer
from offers.kinds.buy_get.models import BuyGetOffer
from offers.kinds.quantity.models import QuantityOffer
from offers.kinds.subscription.models import SubscriptionOffer
from offers.kinds.threshold.models import ThresholdOffer
from offers.models import CuratedProduct, Customer, Offer, Placement
from offers.services.snapshot import refresh_snapshot
from tests.support.admin_cast import Cast
from tests.support.admin_shop import AT, build_catalogue
from tests.support.refusals import refuse


@pytest.fixture
def offer(db: None) -> Offer:
    """A tenth off two hand-picked teas, one of them sold out, for carts with the first tea."""
    del db
    teas = build_catalogue(3)
    offer = Offer.objects.create(
        code="sweet",
        name="Sweet",
        kind="cross_sell",
        currency="JPY",
        benefit_kind="percent",
        benefit_value=1000,
        max_proposals=3,
    )
    offer.placements.add(Placement.objects.create(code="cart", name="Cart"))
    offer.trigger_products.add(teas[0])
    offer.strategies.create(strategy="curated", position=0)
    for place, tea in enumerate(teas[1:]):
        CuratedProduct.objects.create(offer=offer, product=tea, position=place)
    return offer


def ask(cast: Cast, offer: Offer, **fields: Any) -> str:
    data = {f"preview-{name}": value for name, value in ({"placement": "cart"} | fields).items()}
    answer = cast.analyst.get(reverse("admin:offers_offer_preview", args=[offer.pk]), data)
    assert answer.status_code == 200
    return answer.text


def product(sku: str) -> int:
    return Product.objects.get(sku=sku).pk


def test_preview__of_a_fitting_context__shows_exact_price_and_reason(offer: Offer, cast: Cast) -> None:
    refresh_snapshot(at=AT)

    text = ask(cast, offer, product=product("T-000"))

    assert "Gyokuro 1" in text
    assert "¥1,480" in text
    assert "¥1,332" in text
    assert "Hand-picked." in text


def test_preview__of_candidates__shows_the_score_that_ordered_them_beside_their_acceptances(
    offer: Offer, cast: Cast
) -> None:
    refresh_snapshot(at=AT)

    text = ask(cast, offer, product=product("T-000"))

    rows = re.findall(r'="Relevance">([^<]+)<.*?="Acceptances">([^<]+)<', text, re.DOTALL)
    assert rows == [("1", "8.0"), ("0.5", "4.0")]


def test_preview__of_a_removed_candidate__shows_the_reason(offer: Offer, cast: Cast) -> None:
    refresh_snapshot(at=AT)

    text = ask(cast, offer, cart=[product("T-000")], quantity=2)

    assert "Houjicha 2" in text
    assert "not enough in stock" in text


def test_preview__without_the_trigger__explains_it(offer: Offer, cast: Cast) -> None:
    refresh_snapshot(at=AT)

    text = ask(cast, offer, product=product("T-002"))

    assert "There are no offers" in text
    assert "No trigger product" in text


def test_preview__before_the_first_snapshot__explains_that_nothing_is_served(
    offer: Offer, cast: Cast
) -> None:
    assert "There is no snapshot yet" in ask(cast, offer)


def test_preview__after_a_change_missing_in_the_snapshot__explains_it(offer: Offer, cast: Cast) -> None:
    refresh_snapshot(at=AT)
    fresh = ask(cast, offer)
    raise_revision(domain="offers")

    assert "before the last change" not in fresh
    assert "before the last change" in ask(cast, offer)


@pytest.mark.parametrize(
    "fields",
    [{"placement": "nowhere"}, {"product": "x"}, {"cart": "999999"}, {"quantity": -1}, {"customer": 77}],
)
def test_preview__of_a_missing_object__is_refused_with_a_message(
    fields: dict[str, Any], offer: Offer, cast: Cast
) -> None:
    refresh_snapshot(at=AT)

    assert "errorlist" in ask(cast, offer, **fields)


def own_offer(kind: str, tea: Product, cup: Product) -> Offer:
    """Return a tenth off for the tea, by the rules of a kind."""
    common: dict[str, Any] = {"kind": kind, "code": kind, "name": kind, "currency": "JPY"}
    percent: dict[str, Any] = {"benefit_kind": "percent", "benefit_value": 1000}
    offer: Offer
    match kind:
        case "quantity":
            tiered = offer = QuantityOffer.objects.create(**common)
            tiered.tiers.create(from_quantity=2, **percent)
        case "subscription":
            offer = SubscriptionOffer.objects.create(purchase=kind, interval_days=[30], **common, **percent)
        case "add_on":
            offer = AddOnOffer.objects.create(included_count=1, max_count=2, **common)
            offer.curated.create(product=cup)
        case "threshold":
            offer = ThresholdOffer.objects.create(at_least=5000, gives_free_shipping=True, **common)
        case _:
            offer = BuyGetOffer.objects.create(**common, **percent)
    offer.placements.add(Placement.objects.get(code="cart"))
    if kind != "threshold":
        offer.trigger_products.add(tea)
    return offer


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("quantity", "Add 1: 2 units for ¥1,862, saving ¥"),
        ("subscription", "Every delivery costs ¥882."),
        ("add_on", "1 option included"),
        ("threshold", "¥4,020 more to go: free shipping"),
        ("buy_get", "Buying more makes some units cheaper."),
    ],
)
@pytest.mark.usefixtures("offer")
def test_preview__of_each_kind__shows_its_details(kind: str, words: str, cast: Cast) -> None:
    tea, cup = Product.objects.order_by("pk")[:2]
    own = own_offer(kind, tea, cup)
    refresh_snapshot(at=AT)

    text = ask(cast, own, cart=[tea.pk])

    assert words in text


def test_preview__for_an_outsider__is_forbidden(offer: Offer, cast: Cast) -> None:
    address = reverse("admin:offers_offer_preview", args=[offer.pk])

    assert cast.outsider.get(address).status_code == 403
    assert cast.stranger.get(address).status_code == 302


def test_offer_page__not_saved_yet__asks_to_save_first(cast: Cast) -> None:
    answer = cast.merchandiser.get(reverse("admin:offers_crossselloffer_add"))

    assert "To preview the offer, save it first." in answer.text


def test_preview__of_a_customer__includes_declined_offers(offer: Offer, cast: Cast) -> None:
    refresh_snapshot(at=AT)
    shopper = refuse(Customer.objects.create(external_id="c-1"), offers=[offer.code], at=now())

    text = ask(cast, offer, product=product("T-000"), customer=shopper.pk)

    assert "¥1,332" not in text


def test_snapshot__of_several_pages__is_opened_once(
    offer: Offer, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh_snapshot(at=AT)
    opened: list[Path] = []
    original = Snapshot.open

    def count(path: Path) -> Snapshot:
        opened.append(path)
        return original(path)

    monkeypatch.setattr(Snapshot, "open", count)

    ask(cast, offer, product=product("T-000"))
    ask(cast, offer, product=product("T-000"))
    cast.analyst.get(reverse("admin:index"))
    cast.stranger.get("/readyz")

    assert len(opened) == 1
