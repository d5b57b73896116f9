"""Under each offer's form stands what it costs on real products, by the core, before anything is saved."""

import re

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from catalog.models import Bundle, Category, Product, UpgradeLadder
from engine.learned.generations import POPULAR
from offers.models import Generation, Offer, PopularProducts
from tests.offers.admin.offer_forms import PAGES, Fields, Row, address, picked, posted, tiers
from tests.support.admin_cast import Cast, create_people, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchandiser() -> Client:
    create_people()
    return sign_in("merchandiser")


@pytest.fixture
def tea() -> Product:
    return Product.objects.create(sku="tea", name="Tea", currency="JPY", price_minor=1000, cost_minor=600)


@pytest.fixture
def cup() -> Product:
    return Product.objects.create(sku="cup", name="Cup", currency="JPY", price_minor=500, cost_minor=100)


def example(person: Client, kind: str, fields: Fields, *keys: int) -> str:
    """Return the example's text, its white space made single."""
    answer = person.post(address(kind, "example", *keys), fields)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).strip()


@pytest.mark.parametrize(
    ("mode", "after_last", "at_three", "at_four"),
    [
        ("graduated", "hold", "¥2,700", "¥3,500"),
        ("graduated", "repeat", "¥2,700", "¥3,700"),
        ("graduated", "list", "¥2,700", "¥3,700"),
        ("volume", "hold", "¥2,400", "¥3,200"),
    ],
)
def test_quantity__two_tiers__shows_three_and_four_units(
    mode: str, after_last: str, at_three: str, at_four: str, tea: Product, merchandiser: Client
) -> None:
    fields = posted(
        "quantity",
        tiers((2, "percent", "10"), (3, "percent", "20")),
        trigger_products=[tea.pk],
        mode=mode,
        after_last=after_last,
        name="",
        code="",
        placements=[],
    )

    text = example(merchandiser, "quantity", fields)

    assert f"3 × ¥1,000 = {at_three}, saves" in text
    assert f"4 × ¥1,000 = {at_four}" in text
    assert "“Tea”" in text


def test_quantity__counted_together__shows_mix_and_match(
    tea: Product, cup: Product, merchandiser: Client
) -> None:
    rows = tiers((2, "percent", "10"))
    fields = posted("quantity", rows, trigger_products=[tea.pk, cup.pk], counting="set")

    text = example(merchandiser, "quantity", fields)

    assert "Tea + Cup ¥1,500 ¥1,450 ¥50" in text


@pytest.mark.usefixtures("tea")
def test_example__with_nothing_chosen__uses_a_product_and_mentions_it(merchandiser: Client) -> None:
    text = example(merchandiser, "quantity", posted("quantity", tiers((2, "percent", "10"))))

    assert "The offer names no products: the example uses “Tea”." in text
    assert "2 × ¥1,000 = ¥1,900, saves ¥100" in text


def test_example__with_nothing_chosen__uses_the_best_seller(
    tea: Product, cup: Product, merchandiser: Client
) -> None:
    newest = Generation.objects.create(published_at=now(), order_count=9, counted_order_count=9)
    sellers = np.array([(tea.pk, 3), (cup.pk, 8)], POPULAR).tobytes()
    PopularProducts.objects.create(generation=newest, category=None, products=sellers)

    text = example(merchandiser, "quantity", posted("quantity", tiers((2, "percent", "10"))))

    assert "2 × ¥500" in text
    assert "“Cup”" in text


def test_example__of_a_category__takes_a_product_below_it(tea: Product, merchandiser: Client) -> None:
    drinks = Category.objects.create(name="Drinks", path="Drinks")
    tea.category = Category.objects.create(name="Teas", parent=drinks, path="Drinks > Teas")
    tea.save()
    Product.objects.create(sku="a", name="A", currency="JPY", price_minor=1)

    fields = posted("quantity", tiers((2, "percent", "10")), trigger_categories=[drinks.pk])
    text = example(merchandiser, "quantity", fields)

    assert "The example uses “Tea”." in text


def test_subscription__with_an_introductory_price__shows_each_delivery(
    tea: Product, merchandiser: Client
) -> None:
    fields = posted(
        "subscription",
        trigger_products=[tea.pk],
        intro_kind="percent",
        intro_value="30",
        intro_cycles=2,
        benefit_kind="percent",
        benefit_value="10",
    )

    text = example(merchandiser, "subscription", fields)

    assert "delivery 2 = ¥700, saves ¥300; delivery 3 = ¥900, saves ¥100" in text


def test_add_on__one_included__charges_the_second(tea: Product, cup: Product, merchandiser: Client) -> None:
    wrap = Product.objects.create(sku="wrap", name="Wrap", currency="JPY", price_minor=80)
    fields = posted("add_on", picked(cup, wrap), trigger_products=[tea.pk], included_count=1)

    text = example(merchandiser, "add_on", fields)

    assert "Tea + Cup = ¥1,000, saves ¥500; Tea + Cup + Wrap = ¥1,500" in text


def test_threshold__spend__shows_what_is_missing_and_the_reward(
    tea: Product, cup: Product, merchandiser: Client
) -> None:
    fields = posted("threshold", trigger_products=[tea.pk], gift=cup.pk, gives_free_shipping="on")

    text = example(merchandiser, "threshold", fields)

    assert "5 × ¥1,000 + gift ¥500 = ¥4,500, saves ¥1,000" in text
    assert "4 × ¥1,000 ¥1,000 more to go ¥4,000 ¥4,000" in text
    assert "5 × ¥1,000 + gift ¥500 free shipping ¥5,500 ¥4,500 ¥1,000" in text


def test_buy_get__two_plus_one__repeats(tea: Product, merchandiser: Client) -> None:
    text = example(merchandiser, "buy_get", posted("buy_get", trigger_products=[tea.pk]))

    assert "3 × ¥1,000 = ¥2,000, saves ¥1,000; 4 × ¥1,000 = ¥3,000, saves ¥1,000" in text
    assert "6 × ¥1,000 ¥6,000 ¥4,000 ¥2,000" in text


def test_buy_get__of_something_else__shows_both(tea: Product, cup: Product, merchandiser: Client) -> None:
    text = example(merchandiser, "buy_get", posted("buy_get", picked(cup), trigger_products=[tea.pk]))

    assert "2 × Tea + Cup = ¥2,000, saves ¥500" in text


def test_cross_sell__picked__shows_both_products_together(
    tea: Product, cup: Product, merchandiser: Client
) -> None:
    fields = posted(
        "cross_sell", picked(cup), trigger_products=[tea.pk], benefit_kind="percent", benefit_value="20"
    )

    text = example(merchandiser, "cross_sell", fields)

    assert "Tea + Cup = ¥1,400, saves ¥100" in text


def test_cross_sell__that_statistics_choose__is_priced_as_accepted(
    tea: Product, cup: Product, merchandiser: Client
) -> None:
    rows: dict[str, list[Row]] = {"strategies": [{"strategy": "bought_together", "position": 0}]}
    fields = posted("cross_sell", rows, trigger_products=[tea.pk], benefit_kind="fixed", benefit_value="300")

    text = example(merchandiser, "cross_sell", fields)

    assert f"Tea + {cup.name} = ¥1,300, saves ¥200" in text
    assert "the example uses “Cup”" in text


def test_quantity__of_subscriptions__is_priced_on_subscribed_units(
    tea: Product, merchandiser: Client
) -> None:
    rows = tiers((2, "percent", "10"))
    fields = posted("quantity", rows, trigger_products=[tea.pk], purchase="subscription")

    text = example(merchandiser, "quantity", fields)

    assert "2 × ¥1,000 = ¥1,900, saves ¥100" in text


def test_upgrade__of_a_ladder__shows_the_step(tea: Product, cup: Product, merchandiser: Client) -> None:
    ladder = UpgradeLadder.objects.create(name="Ladder")
    for place, product in enumerate((cup, tea)):
        ladder.tiers.create(product=product, position=place, label=str(place))
    rows: dict[str, list[Row]] = {"strategies": [{"strategy": "ladder", "position": 0}]}
    fields = posted("upgrade", rows, benefit_kind="amount", benefit_value="100")

    text = example(merchandiser, "upgrade", fields)

    assert "Tea instead of Cup = ¥900, saves ¥100" in text
    assert "+¥400 for the shopper" in text


def test_bundle__active__shows_its_price(tea: Product, cup: Product, merchandiser: Client) -> None:
    bundle = Bundle.objects.create(
        code="set", name="Set", currency="JPY", unit_count=3, benefit_kind="fixed", benefit_value=1800
    )
    bundle.items.create(product=tea, quantity=1)
    bundle.items.create(product=cup, quantity=2)

    text = example(merchandiser, "bundle", posted("bundle", bundles=[bundle.pk]))

    assert "Tea + 2 × Cup = ¥1,800, saves ¥200" in text


@pytest.mark.parametrize(
    ("kind", "rows", "fields", "fault"),
    [
        (
            "quantity",
            tiers((10, "percent", "20")),
            {"mode": "volume"},
            "10 × ¥1,000 would cost ¥8,000, less than 9 × ¥1,000 (¥9,000)",
        ),
        (
            "quantity",
            tiers((2, "percent", "50")),
            {"margin_floor_bp": "30"},
            "“Tea” would cost ¥500. A margin of 30% requires at least ¥858",
        ),
        (
            "subscription",
            {},
            {"benefit_kind": "fixed", "benefit_value": "1,200"},
            "“Tea” already costs ¥1,000: a fixed price of ¥1,200 saves nothing",
        ),
        ("buy_get", {}, {"currency": "USD"}, "“Tea” is priced in JPY, but this offer in USD"),
    ],
)
def test_fault__in_money__is_named_while_editing_and_refused_when_saved(
    kind: str, rows: dict[str, list[Row]], fields: Fields, fault: str, tea: Product, merchandiser: Client
) -> None:
    Product.objects.create(sku="mug", name="Mug", currency="USD", price_minor=100)
    data = posted(kind, rows, trigger_products=[tea.pk], **fields)

    shown = merchandiser.post(address(kind, "example"), data)
    saved = merchandiser.post(address(kind, "add"), data)

    assert fault in saved.text
    assert fault in shown.text or kind == "buy_get"
    assert not Offer.objects.exists()


def test_price__below_cost_without_a_floor__is_a_warning_only(tea: Product, merchandiser: Client) -> None:
    fields = posted("quantity", tiers((2, "percent", "50")), trigger_products=[tea.pk])

    text = example(merchandiser, "quantity", fields)
    saved = merchandiser.post(address("quantity", "add"), fields)

    assert "“Tea” would be sold at ¥500, below its cost (¥600)." in text
    assert saved.status_code == 302


@pytest.mark.parametrize("kind", PAGES)
def test_example__of_an_empty_form_in_an_empty_shop__lists_what_is_missing(
    kind: str, merchandiser: Client
) -> None:
    text = example(merchandiser, kind, {})

    assert "To see an example:" in text


@pytest.mark.parametrize(
    "broken",
    [
        {"trigger_products": ["x"]},
        {"trigger_products": [999_999]},
        {"tiers-TOTAL_FORMS": "many"},
        {"tiers-0-from_quantity": "-1"},
        {"tiers-0-from_quantity": "9" * 30},
        {"tiers-0-from_quantity": "1000000"},
        {"tiers-0-benefit_value": "9" * 40},
        {"currency": "???"},
        {"mode": "sideways"},
        {"lane": "moon"},
        {"margin_floor_bp": "x"},
    ],
)
@pytest.mark.usefixtures("tea")
def test_example__of_an_invalid_form__shows_the_errors(broken: Fields, merchandiser: Client) -> None:
    fields = posted("quantity", tiers((2, "percent", "10"))) | broken

    text = example(merchandiser, "quantity", fields)

    assert "To see an example:" in text


@pytest.mark.parametrize(
    "broken",
    [{"audience": "moon"}, {"min_subtotal_minor": "x"}, {"usage_limit": "-1"}, {"refund_policy": "burn"}],
)
def test_example__of_a_form_with_a_fault_that_no_price_depends_on__is_shown(
    broken: Fields, tea: Product, merchandiser: Client
) -> None:
    fields = posted("quantity", tiers((2, "percent", "10")), trigger_products=[tea.pk]) | broken

    text = example(merchandiser, "quantity", fields)

    assert "2 × ¥1,000 = ¥1,900" in text


def test_example__of_a_saved_offer__requires_permission_to_view(tea: Product, cast: Cast) -> None:
    cast.merchandiser.post(address("buy_get", "add"), posted("buy_get", trigger_products=[tea.pk]))
    key = Offer.objects.get().pk

    assert "3 × ¥1,000 = ¥2,000" in example(cast.analyst, "buy_get", {}, key)
    assert cast.analyst.post(address("buy_get", "example"), {}).status_code == 403
    assert cast.outsider.post(address("buy_get", "example", key), {}).status_code == 403
    assert cast.stranger.post(address("buy_get", "example", key), {}).status_code == 302
    assert cast.merchandiser.get(address("buy_get", "example", key)).status_code == 405
    assert cast.merchandiser.post(address("buy_get", "example", 10**6), {}).status_code == 404


@pytest.mark.usefixtures("tea")
def test_example__requested__saves_nothing_and_takes_the_same_queries_for_many_products(
    merchandiser: Client,
) -> None:
    counts = []
    for more in (0, 30):
        for row in range(more):
            Product.objects.create(sku=f"p{row}", name=f"P {row}", currency="JPY", price_minor=1000 + row)
        keys = list(Product.objects.order_by("pk").values_list("pk", flat=True))
        fields = posted("quantity", tiers((2, "percent", "10")), trigger_products=keys, counting="set")
        with CaptureQueriesContext(connection) as queries:
            example(merchandiser, "quantity", fields)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert not Offer.objects.exists()
