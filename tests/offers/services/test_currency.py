"""A product keeps its currency while an offer, a bundle or a ladder depends on it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.timezone import now

from catalog.models import Bundle, BundleItem, Product, UpgradeLadder, UpgradeTier
from catalog.services.product import ProductInput, upsert_products
from catalog.services.product_input import MoneyInput
from offers.models import Offer, OfferStrategy, StrategyCode
from tests.checkout.charging import quote
from tests.offers.admin.offer_forms import address, posted
from tests.offers.market import butter_with_bread, from_3000_yen, oolong_for_tea, publish, stock_shop
from tests.support.admin_cast import Cast
from tests.support.api_cast import body_of, caller

pytestmark = pytest.mark.django_db
Goods = dict[str, Product]


@pytest.fixture
def goods(db: None) -> Goods:  # noqa: ARG001 (a fixture asks for another by its name)
    return stock_shop()


def in_a_bundle(goods: Goods) -> None:
    bundle = Bundle.objects.create(code="set", name="Set", currency="JPY")
    BundleItem.objects.create(bundle=bundle, product=goods["tea"], quantity=2)


def on_a_ladder(goods: Goods) -> None:
    offer = Offer.objects.create(kind="upgrade", code="up", name="Up", currency="JPY")
    OfferStrategy.objects.create(offer=offer, strategy=StrategyCode.LADDER)
    ladder = UpgradeLadder.objects.create(name="Teas")
    UpgradeTier.objects.create(ladder=ladder, product=goods["tea"], label="梅")


DEPENDENTS: dict[str, tuple[str, str, Callable[[Goods], Any]]] = {
    "trigger": ("tea", "Oolong", oolong_for_tea),
    "pick": ("butter", "Butter", butter_with_bread),
    "gift": ("mug", "From 3,000 yen", lambda goods: from_3000_yen(goods["mug"])),
    "bundle": ("tea", "bundle “Set”", in_a_bundle),
    "ladder": ("tea", "Up", on_a_ladder),
}


def in_dollars(sku: str) -> ProductInput:
    return ProductInput(sku=sku, price=MoneyInput(amount="9.99", currency="USD"))


@pytest.mark.parametrize("name", DEPENDENTS)
def test_upsert__of_another_currency__is_refused_while_something_depends_on_it(
    name: str, goods: Goods
) -> None:
    sku, dependent, create = DEPENDENTS[name]
    create(goods)

    refused, changed = upsert_products(items=[in_dollars(sku), in_dollars("jam")], at=now())

    (error,) = refused.errors
    assert (error.pointer, error.code) == ("/price/currency", "currency_in_use")
    assert error.detail == f"The currency cannot change while these depend on it: {dependent}"
    assert changed.outcome == "updated"
    assert Product.objects.get(sku=sku).currency == "JPY"


def test_upsert__of_other_prices_only__does_not_ask_what_depends_on_currencies(goods: Goods) -> None:
    butter_with_bread(goods)
    price = MoneyInput(amount="500", currency="JPY")

    (verdict,) = upsert_products(items=[ProductInput(sku="butter", price=price)], at=now())

    assert verdict.outcome == "updated"


def test_api__of_another_currency__names_the_offer_at_the_field(goods: Goods) -> None:
    butter_with_bread(goods)
    item = {"sku": "butter", "price": {"amount": "9.99", "currency": "USD"}}

    answer = body_of(caller("secret").post("/api/v1/products", {"products": [item]}))

    (error,) = answer["products"][0]["errors"]
    assert (error["pointer"], error["code"]) == ("/price/currency", "currency_in_use")
    assert "Butter" in error["detail"]


def test_import__of_another_currency__names_the_offer_at_the_column(
    goods: Goods, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    butter_with_bread(goods)
    file = tmp_path / "products.csv"
    file.write_text("sku,name,price,currency\nbutter,Butter,9.99,USD\n")

    with pytest.raises(CommandError, match="1 of 1 rows were rejected, so nothing was written"):
        call_command("import_products", file, "--no-progress")

    fault = "The currency cannot change while these depend on it: Butter"
    assert f"row 2, currency: 'USD': {fault}" in capsys.readouterr().err
    assert Product.objects.get(sku="butter").currency == "JPY"


def test_form__of_another_currency__names_the_offer_at_the_field(cast: Cast, goods: Goods) -> None:
    butter_with_bread(goods)
    page = reverse("admin:catalog_product_change", args=[goods["butter"].pk])
    form: Any = cast.merchandiser.get(page).context["adminform"].form
    fields = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    posted = {name: value for name, value in fields.items() if value not in (None, False)}
    posted |= {"currency": "USD", "attributes": "{}"}
    for prefix in ("relations", "price_changes"):
        posted |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}

    answer: Any = cast.merchandiser.post(page, posted)

    words = "The currency cannot change while these depend on it: Butter"
    assert answer.context["adminform"].form.errors["currency"] == [words]


def test_form__of_an_offer_with_a_gift_in_another_currency__is_refused_at_the_gift(cast: Cast) -> None:
    mug = Product.objects.create(sku="mug", name="Mug", currency="USD", price_minor=500)
    fields = posted("threshold", trigger_scope="everything", gift=mug.pk)

    answer: Any = cast.merchandiser.post(address("threshold", "add"), fields)

    assert answer.context["adminform"].form.errors == {
        "gift": ["The gift is priced in a different currency from the offer."]
    }
    assert not Offer.objects.exists()


def test_gift__in_another_currency__is_never_given(goods: Goods) -> None:
    from_3000_yen(goods["mug"], benefit_kind="percent", benefit_value=1000)
    # As by SQL: the product's page and the API refuse it.
    Product.objects.filter(sku="mug").update(currency="USD")
    publish()

    answer = quote(caller("secret"), tea=3)

    assert [line["sku"] for line in answer["lines"]] == ["tea"]
    assert answer["totals"]["total"]["amount"] == "2700"
