"""Beside a product's partners stands what the orders say of it, and whose word is over the statistics."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import User
from catalog.models import Product
from catalog.services.product import record_price_change
from offers.models import Generation, OverrideAction
from offers.services.override import override_partner
from tests.support.admin_cast import Cast
from tests.support.learned_facts import publish_products

UNTIL = now().replace(year=2026, month=3, day=20, hour=12)


@pytest.fixture
def tea(db: None) -> Product:
    del db
    Generation.objects.create(published_at=UNTIL, data_until=UNTIL)
    return Product.objects.create(sku="tea", name="Tea", currency="JPY", price_minor=980, stock=40)


def text_of(product: Product, cast: Cast) -> str:
    answer = cast.analyst.get(reverse("admin:offers_productpartners_product", args=[product.pk]))
    return " ".join(answer.text.split())


def test_facts__of_a_product_that_was_never_bought__explain_their_source(tea: Product, cast: Cast) -> None:
    text = text_of(tea, cast)

    assert "There are no sales facts yet" in text
    assert "This product has no partners yet." in text


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("product", "The median of 12 repurchases"),
        ("category", "the median of 12 repurchases in its category"),
        ("merchandiser", "the days are those entered for the product"),
    ],
)
def test_interval__known__shows_its_source(source: str, words: str, tea: Product, cast: Cast) -> None:
    publish_products([{"product": tea, "interval_days": 30, "source": source, "count": 12}])

    text = text_of(tea, cast)

    assert "30 days" in text
    assert words in text


def test_interval__unknown__explains_what_to_enter(tea: Product, cast: Cast) -> None:
    publish_products([{"product": tea, "sold": date(2026, 3, 1)}])

    assert "enter the replenishment days of the product" in text_of(tea, cast)


def test_slow_mover__shows_its_stock_its_last_sale_and_its_boost(tea: Product, cast: Cast) -> None:
    publish_products(
        [{"product": tea, "sold": date(2026, 1, 20), "cover": 400, "units": 4, "slowness": 0.75}]
    )

    text = text_of(tea, cast)

    assert "59 days before the newest order" in text
    assert "lasts 400 days at this rate" in text
    assert "gets 75% of the boost that an offer allows" in text


def test_prices__that_changed__are_listed_newest_first(tea: Product, cast: Cast) -> None:
    for days, price in ((60, 900), (1, 980)):
        tea.price_minor = price
        tea.save()
        record_price_change(product=tea, at=UNTIL - timedelta(days=days))

    text = text_of(tea, cast)

    assert "since March 19, 2026" in text
    assert text.index("¥980</td>") < text.index("¥900</td>")


def test_partner__pinned__shows_the_user_and_the_reason(tea: Product, cast: Cast) -> None:
    cup = Product.objects.create(sku="cup", name="Cup", currency="JPY", price_minor=1_200)
    merchandiser = User.objects.get(username="merchandiser")
    override = override_partner(
        product=tea, partner=cup, action=OverrideAction.PIN, decided_by_id=merchandiser.pk
    )
    override.note = "season"
    override.save()

    text = text_of(tea, cast)

    assert "merchandiser," in text
    assert "· season" in text
