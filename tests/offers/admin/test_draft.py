"""A new offer is a draft whose form says what may hide it, and refuses what would be ignored."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from catalog.models import Product, UpgradeLadder, UpgradeTier
from offers.models import BoardEntry, Lane, Offer, Placement
from tests.offers.admin.offer_forms import address, picked, posted, tiers
from tests.support.admin_cast import Cast

pytestmark = pytest.mark.django_db

ROWS = tiers((2, "percent", "10"))


@pytest.fixture(autouse=True)
def tea() -> Product:
    return Product.objects.create(sku="tea", name="Tea", currency="JPY", price_minor=1000)


def messages_of(answer: Any, level: str) -> list[str]:
    return [str(one) for one in get_messages(answer.wsgi_request) if one.level_tag == level]


def errors_of(answer: Any, *, rows: bool = False) -> dict[str, list[str]]:
    """Return the errors of a refused form by their field, with those of the rows below it."""
    assert answer.status_code == 200
    forms = [answer.context["adminform"].form]
    if rows:
        forms += [form for one in answer.context["inline_admin_formsets"] for form in one.formset.forms]
    return {name: list(errors) for form in forms for name, errors in form.errors.items()}


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("cross_sell", {"benefit_kind": "none", "benefit_value": "10"}, "benefit_value"),
        ("cross_sell", {"benefit_kind": "fixed", "benefit_value": "10%"}, "benefit_value"),
        ("subscription", {"benefit_kind": "percent", "benefit_value": "¥500"}, "benefit_value"),
        ("subscription", {"intro_kind": "none", "intro_value": "30"}, "intro_value"),
        ("subscription", {"intro_kind": "none", "intro_cycles": "2"}, "intro_cycles"),
        ("threshold", {"gift": "", "gift_quantity": "3"}, "gift_quantity"),
    ],
)
def test_value__that_the_price_rule_ignores__is_refused_at_its_field(
    cast: Cast, tea: Product, kind: str, values: dict[str, str], field: str
) -> None:
    rows = picked(tea) if kind == "cross_sell" else None

    answer = cast.merchandiser.post(
        address(kind, "add"), posted(kind, rows, trigger_scope="everything", **values)
    )

    assert list(errors_of(answer)) == [field]
    assert not Offer.objects.exists()


def test_tier__with_a_value_at_list_price__is_refused_at_its_field(cast: Cast) -> None:
    fields = posted("quantity", tiers((2, "none", "10")), trigger_scope="everything")

    answer = cast.merchandiser.post(address("quantity", "add"), fields)

    assert list(errors_of(answer, rows=True)) == ["benefit_value"]


def test_upgrade__without_a_better_product__is_refused_or_warned_of(cast: Cast) -> None:
    curated = posted(
        "upgrade", {"strategies": [{"strategy": "curated", "position": 0}]}, trigger_scope="everything"
    )
    by_ladder = curated | {"strategies-0-strategy": "ladder"}

    refused = cast.merchandiser.post(address("upgrade", "add"), curated)
    warned = cast.merchandiser.post(address("upgrade", "add"), by_ladder)

    assert list(errors_of(refused)) == ["__all__"]
    assert messages_of(warned, "warning") == [
        "There is no better product yet: no active ladder and no substitute leads to one."
    ]


def test_new_offer__form__starts_as_a_draft(cast: Cast) -> None:
    page = cast.merchandiser.get(address("quantity", "add"))
    assert page.context["adminform"].form["is_active"].value() is False
    fields = posted("quantity", ROWS, trigger_scope="everything")
    del fields["is_active"]

    answer = cast.merchandiser.post(address("quantity", "add"), fields)

    assert not Offer.objects.get().is_active
    assert messages_of(answer, "info") == ["This is a draft: shoppers do not see it until it is active."]


def other(name: str, **columns: Any) -> Offer:
    """Create an active offer of higher priority in the placement of the form."""
    values = {"priority": 5, "kind": "cross_sell", "currency": "JPY", "lane": "cart"} | columns
    offer = Offer.objects.create(code=name.lower(), name=name, **values)
    offer.placements.add(Placement.objects.get_or_create(code="cart", defaults={"name": "Cart"})[0])
    return offer


def fill_slots() -> dict[str, Any]:
    """Fill the four slots with two offers; three more do not count."""
    other("A", max_proposals=3)
    other("B")
    other("Paused", is_active=False)
    other("Below", priority=-1)
    other("Over", ends_at=now() - timedelta(days=1))
    return {}


def place_on_board() -> dict[str, Any]:
    """Give an offer of low priority a place on the board."""
    low = other("Low", priority=-9, max_proposals=4)
    other("Below", priority=-1)
    BoardEntry.objects.create(placement=low.placements.get(), offer=low, position=0)
    return {}


def come_first_in_lane() -> dict[str, Any]:
    Lane.objects.update_or_create(code="line", defaults={"mode": "first", "position": 0})
    other("First", lane="line")
    return {}


def exclude() -> dict[str, Any]:
    return {"excludes": [other("Enemy").pk]}


def switch_off() -> dict[str, Any]:
    Placement.objects.filter(code="cart").update(is_active=False)
    return {}


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (place_on_board, "Offers that are asked before can fill every slot of “Cart” (4): “Low”"),
        (fill_slots, "Offers that are asked before can fill every slot of “Cart” (4): “A”, “B”"),
        (
            come_first_in_lane,
            (
                "In the lane “single lines”, only the offer with the highest priority applies to each "
                "product. Before this one: “First”"
            ),
        ),
        (
            exclude,
            (
                "Does not apply to a cart if one of these offers applies. "
                "They have a higher priority and exclude it: “Enemy”"
            ),
        ),
        (switch_off, "The placement “Cart” is switched off."),
        (dict, None),
    ],
)
def test_offer__that_another_may_hide__says_so_while_edited_and_when_saved(
    cast: Cast, prepare: Callable[[], dict[str, Any]], sentence: str | None
) -> None:
    fields = posted("quantity", ROWS, trigger_scope="everything") | prepare()

    edited = cast.merchandiser.post(address("quantity", "example"), fields)
    saved = cast.merchandiser.post(address("quantity", "add"), fields)

    said = [sentence] if sentence else []
    assert edited.context["obstacles"] == said
    assert messages_of(saved, "info") == said


def test_obstacles__of_many_offers__take_a_constant_number_of_queries(
    cast: Cast,
) -> None:
    fields = posted("quantity", ROWS, trigger_scope="everything")
    counts = []
    for row in range(3):
        with CaptureQueriesContext(connection) as queries:
            cast.merchandiser.post(address("quantity", "example"), fields)
        counts.append(len(queries))
        other(f"Other-{row}")

    assert counts[1] == counts[2]


def ladder_fields(ladder: UpgradeLadder, **values: Any) -> dict[str, Any]:
    rows = list(ladder.tiers.order_by("position"))
    data: dict[str, Any] = {"name": ladder.name, "is_active": "on"}
    data |= {"tiers-TOTAL_FORMS": len(rows), "tiers-INITIAL_FORMS": len(rows)}
    for place, tier in enumerate(rows):
        own = {"id": tier.pk, "ladder": ladder.pk, "product": tier.product_id, "label": tier.label}
        data |= {f"tiers-{place}-{name}": value for name, value in (own | {"position": place}).items()}
    return data | values


@pytest.fixture
def ladder(tea: Product) -> UpgradeLadder:
    """Create a ladder whose upper tier costs less."""
    cheap = Product.objects.create(sku="bag", name="Bag", currency="JPY", price_minor=300)
    ladder = UpgradeLadder.objects.create(name="Teas", is_active=False)
    for place, product in enumerate((tea, cheap)):
        UpgradeTier.objects.create(ladder=ladder, product=product, position=place, label=str(place))
    return ladder


def test_ladder__reversed__is_refused_at_the_product_and_not_activated(
    cast: Cast, ladder: UpgradeLadder
) -> None:
    page = f"/admin/catalog/upgradeladder/{ladder.pk}/change/"

    refused = cast.merchandiser.post(page, ladder_fields(ladder))
    chosen = {"action": "activate", "_selected_action": [ladder.pk]}
    activated = cast.merchandiser.post("/admin/catalog/upgradeladder/", chosen)
    turned = cast.merchandiser.post(
        page, ladder_fields(ladder) | {"tiers-0-position": 1, "tiers-1-position": 0}
    )

    fault = (
        "“Bag” (¥300) must cost more than “Tea” (¥1,000) on the tier below. "
        "Change the order, the product or its price."
    )
    assert errors_of(refused, rows=True) == {"product": [fault]}
    assert messages_of(activated, "error") == [f"“Teas” was not activated: {fault}"]
    assert turned.status_code == 302


def test_ladder__product_in_another_currency__is_refused(cast: Cast, ladder: UpgradeLadder) -> None:
    Product.objects.filter(sku="bag").update(currency="USD")

    refused = cast.merchandiser.post(
        f"/admin/catalog/upgradeladder/{ladder.pk}/change/", ladder_fields(ladder)
    )

    assert errors_of(refused, rows=True) == {
        "product": ["“Bag” is priced in USD, and “Tea” below it in JPY."]
    }


def test_ladder__product_on_another_active_one__is_saved_with_a_warning(
    cast: Cast, ladder: UpgradeLadder
) -> None:
    Product.objects.filter(sku="bag").update(price_minor=3000)
    second = UpgradeLadder.objects.create(name="Other teas")
    UpgradeTier.objects.create(ladder=second, product=Product.objects.get(sku="tea"), label="x")

    saved = cast.merchandiser.post(f"/admin/catalog/upgradeladder/{ladder.pk}/change/", ladder_fields(ladder))

    assert saved.status_code == 302
    assert messages_of(saved, "warning") == [
        "These products are on another active ladder too, so shoppers see one of the two: Tea (Other teas)"
    ]
