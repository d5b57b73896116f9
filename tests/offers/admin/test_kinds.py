"""Each kind of offer has a page of its own: what it saves, what it refuses, who may use it."""

import pytest
from django.urls import reverse

from catalog.models import Product
from offers.kinds.add_on.models import AddOnOffer
from offers.kinds.buy_get.models import BuyGetOffer
from offers.kinds.quantity.models import QuantityOffer
from offers.kinds.subscription.models import SubscriptionOffer
from offers.kinds.threshold.models import ThresholdOffer
from offers.models import Offer, OfferVersion, PromotionCode
from tests.offers.admin.offer_forms import PAGES, Fields, Row, address, picked, posted, tiers
from tests.support.admin_cast import Cast

every_kind = pytest.mark.parametrize("kind", PAGES)


@pytest.fixture
def tea(db: None) -> Product:
    del db
    return Product.objects.create(sku="tea", name="Tea", currency="JPY", price_minor=1000)


@pytest.fixture
def cup(db: None) -> Product:
    del db
    return Product.objects.create(sku="cup", name="Cup", currency="JPY", price_minor=500)


def complete(kind: str, tea: Product, cup: Product) -> Fields:
    rows = tiers((2, "percent", "10")) if kind == "quantity" else picked(cup)
    return posted(kind, rows, trigger_products=[tea.pk])


def save(cast: Cast, kind: str, fields: Fields) -> list[str]:
    """Add an offer; return what the page refuses."""
    answer = cast.merchandiser.post(address(kind, "add"), fields)
    if answer.status_code == 302:
        return []
    return [text for errors in answer.context["errors"] for text in errors]


@every_kind
def test_offer__of_any_kind__is_saved_with_its_first_version(
    kind: str, tea: Product, cup: Product, cast: Cast
) -> None:
    refused = save(cast, kind, complete(kind, tea, cup))

    assert refused == []
    offer = Offer.objects.get()
    assert (offer.kind, offer.version) == (kind, 1)
    version = OfferVersion.objects.get()
    assert version.number == 1
    assert version.changed_by is not None
    assert version.changed_by.username == "merchandiser"


@every_kind
def test_form__of_a_kind__has_the_fields_of_no_other(kind: str, cast: Cast) -> None:
    own = {"tiers-0-from_quantity": "quantity", "intro_cycles": "subscription", "min_count": "add_on"}
    own |= {"at_least": "threshold", "buy_count": "buy_get", "max_step_bp": "upgrade", "bundles": "bundle"}

    text = cast.merchandiser.get(address(kind, "add")).text

    shown = {owner for name, owner in own.items() if f'name="{name}"' in text}
    assert shown == {kind} - {"cross_sell"}


@every_kind
def test_pages__for_people__follow_the_permissions_of_offers(
    kind: str, tea: Product, cup: Product, cast: Cast
) -> None:
    save(cast, kind, complete(kind, tea, cup))
    change = address(kind, "change", Offer.objects.get().pk)

    assert cast.analyst.get(change).status_code == 200
    assert 'name="_save"' not in cast.analyst.get(change).text
    assert cast.analyst.get(address(kind, "add")).status_code == 403
    assert cast.outsider.get(change).status_code == 403
    assert cast.stranger.get(change).status_code == 302


@every_kind
def test_overview__of_an_offer__leads_to_the_page_of_its_kind(
    kind: str, tea: Product, cup: Product, cast: Cast
) -> None:
    save(cast, kind, complete(kind, tea, cup))
    offer = Offer.objects.get()

    answers = [
        cast.merchandiser.get(reverse(f"admin:offers_offer_{view}", args=[offer.pk]))
        for view in ("change", "delete", "history")
    ]

    assert [answer["Location"] for answer in answers] == [
        address(kind, view, offer.pk) for view in ("change", "delete", "history")
    ]
    assert offer.name in cast.analyst.get(reverse("admin:offers_offer_changelist")).text
    assert cast.outsider.get(reverse("admin:offers_offer_change", args=[offer.pk])).status_code == 403


@every_kind
def test_offer__deleted_on_its_page__is_gone(kind: str, tea: Product, cup: Product, cast: Cast) -> None:
    save(cast, kind, complete(kind, tea, cup))

    cast.merchandiser.post(address(kind, "delete", Offer.objects.get().pk), {"post": "yes"})

    assert not Offer.objects.exists()


def test_quantity__tiers_in_the_offers_currency__are_read_in_it(tea: Product, cast: Cast) -> None:
    del tea
    rows = tiers((2, "amount", "1.50"), (3, "percent", "12.5"))

    refused = save(cast, "quantity", posted("quantity", rows, currency="USD"))

    assert refused == []
    saved = QuantityOffer.objects.get().tiers.order_by("from_quantity")
    assert [tier.benefit_value for tier in saved] == [150, 1250]


@pytest.mark.parametrize(
    ("written", "days"), [("60, 30、90", [30, 60, 90]), ("", []), ("１４", [14]), ("30,30", [30])]
)
def test_subscription__intervals_as_people_list_them__are_days(
    written: str, days: list[int], cast: Cast
) -> None:
    fields = posted("subscription", benefit_kind="percent", benefit_value="10", interval_days=written)

    refused = save(cast, "subscription", fields)

    assert refused == []
    offer = SubscriptionOffer.objects.get()
    assert (offer.interval_days, offer.purchase) == (days, "subscription")


@pytest.mark.parametrize(
    ("measure", "written", "currency", "at_least"),
    [("spend", "5,000", "JPY", 5000), ("spend", "49.99", "USD", 4999), ("quantity", "3", "USD", 3)],
)
def test_threshold__as_people_write_it__is_an_amount_or_units(
    measure: str, written: str, currency: str, at_least: int, cast: Cast
) -> None:
    fields = posted("threshold", measure=measure, at_least=written, currency=currency)

    refused = save(cast, "threshold", fields)

    offer = ThresholdOffer.objects.get()
    assert (refused, offer.at_least) == ([], at_least)
    shown = cast.merchandiser.get(address("threshold", "change", offer.pk))
    assert shown.context["adminform"].form.initial["at_least"] == written.replace(",", "")


@pytest.mark.parametrize(
    ("kind", "fields", "word"),
    [
        ("threshold", {"measure": "quantity", "at_least": "2.5"}, "whole number"),
        ("threshold", {"measure": "quantity", "at_least": "0"}, "whole number"),
        ("threshold", {"at_least": "0"}, "above 0"),
        ("threshold", {"benefit_kind": "none", "benefit_value": ""}, "Choose a reward"),
        ("threshold", {"benefit_kind": "fixed", "benefit_value": "100"}, "valid choice"),
        ("upgrade", {"max_step_bp": "0"}, "0.01 and 10,000 percent"),
        ("threshold", {"benefit_kind": "amount", "benefit_value": "5000"}, "would cost nothing"),
        ("subscription", {"interval_days": "soon"}, "Enter days"),
        ("subscription", {"interval_days": "0"}, "Enter days"),
        ("subscription", {"interval_days": "99999999999999999999"}, "Enter days"),
        ("subscription", {"intro_kind": "percent", "intro_value": "30"}, "number of deliveries"),
        ("buy_get", {"benefit_kind": "none", "benefit_value": ""}, "valid choice"),
        ("buy_get", {"buy_count": "0"}, "between 1 and 999"),
        ("add_on", {}, "at least one option"),
        ("quantity", {}, "Add a tier"),
        ("upgrade", {"max_step_bp": "20000"}, "between 0 and 10,000"),
        ("upgrade", {}, "Add a strategy"),
        ("cross_sell", {}, "Add a strategy"),
        ("bundle", {"margin_floor_bp": "100"}, "0 and 99.99 percent"),
        ("bundle", {"max_discount_minor": "0"}, "Leave this empty"),
    ],
)
def test_offer__that_makes_no_sense__is_refused_in_words(
    kind: str, fields: Fields, word: str, cast: Cast
) -> None:
    refused = save(cast, kind, posted(kind) | fields)

    assert any(word in text for text in refused), refused
    assert not Offer.objects.exists()


def test_limits__left_empty__are_none(cast: Cast) -> None:
    fields = posted("bundle", usage_limit="", budget_minor="", margin_floor_bp="", max_discount_minor="")

    save(cast, "bundle", fields)

    offer = Offer.objects.get()
    assert (offer.usage_limit, offer.budget_minor, offer.margin_floor_bp) == (None, None, None)
    assert list(offer.strategies.values_list("strategy", flat=True)) == ["bundle"]


def test_promotion_code__however_it_is_written__is_kept_as_it_is_compared(cast: Cast) -> None:
    rows: dict[str, list[Row]] = {"codes": [{"code": " ｓpring-10 ", "is_active": "on"}]}

    refused = save(cast, "bundle", posted("bundle", rows))
    again = save(cast, "bundle", posted("bundle", rows, code="other"))

    assert refused == []
    assert PromotionCode.objects.get().code == "SPRING-10"
    first = Offer.objects.get(codes__code="SPRING-10")
    (text,) = again
    assert "The code SPRING-10 already belongs to the offer" in text
    assert f'<a href="{address("bundle", "change", first.pk)}">' in text


def test_exclusion__named_on_one_offer__is_on_both_and_makes_a_version_of_both(cast: Cast) -> None:
    save(cast, "bundle", posted("bundle", code="one"))
    one = Offer.objects.get()

    save(cast, "buy_get", posted("buy_get", code="other", excludes=[one.pk]))

    assert one.excludes.get().code == "other"
    one.refresh_from_db()
    assert one.version == 2


def test_exclusion__of_itself__is_refused(cast: Cast) -> None:
    save(cast, "bundle", posted("bundle"))
    offer = Offer.objects.get()

    answer = cast.merchandiser.post(
        address("bundle", "change", offer.pk), posted("bundle", excludes=[offer.pk])
    )

    assert "An offer cannot exclude itself." in answer.text


def test_offer__changed_in_price__gets_a_version_and_in_name_none(tea: Product, cast: Cast) -> None:
    save(cast, "buy_get", posted("buy_get", trigger_products=[tea.pk]))
    change = address("buy_get", "change", BuyGetOffer.objects.get().pk)

    cast.merchandiser.post(change, posted("buy_get", trigger_products=[tea.pk], name="Renamed"))
    renamed = Offer.objects.get()
    cast.merchandiser.post(change, posted("buy_get", trigger_products=[tea.pk], benefit_value="50"))

    assert (renamed.name, renamed.version) == ("Renamed", 1)
    assert Offer.objects.get().version == 2
    assert "merchandiser" in cast.merchandiser.get(change).text


def test_add_on__with_options__is_saved_with_its_counts(tea: Product, cup: Product, cast: Cast) -> None:
    fields = posted("add_on", picked(cup), trigger_products=[tea.pk], max_count=3, included_count=1)

    refused = save(cast, "add_on", fields)

    offer = AddOnOffer.objects.get()
    assert (refused, offer.max_count, offer.included_count) == ([], 3, 1)
    assert offer.curated.get().product == cup
