"""The history of a row: old and new values, in the language of whoever reads it."""

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from pytest_django import Settings

from catalog.models import Category, Product, UpgradeLadder, UpgradeTier
from offers.kinds.quantity.models import QuantityOffer
from offers.models import Placement
from tests.offers.admin.offer_forms import address, posted, tiers
from tests.support.admin_cast import Cast, sign_in

pytestmark = pytest.mark.django_db
COUNTS = {
    f"{prefix}-{name}_FORMS": 0 for prefix in ("relations", "price_changes") for name in ("TOTAL", "INITIAL")
}


@pytest.fixture
def tea(db: None) -> Product:
    del db
    return Product.objects.create(sku="tea", name="Tea", currency="USD", price_minor=1999, tax_rate_bp=800)


def history(row: Model, language: str) -> str:
    """Return the text of the history page, as a merchandiser reads it in the language."""
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_history"
    page = sign_in("merchandiser", language).get(reverse(name, args=[row.pk])).text
    return " ".join(strip_tags(page).split())


def change(client: Client, row: Model, **fields: object) -> None:
    """Post the form of a row as it is, except for these fields."""
    page = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    shown = client.get(page).context["adminform"].form
    values = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()}
    known = {name: value for name, value in values.items() if value not in (None, False)}
    answer = client.post(page, {**COUNTS, **known, "attributes": "{}", **fields})
    assert answer.status_code == 302, answer.context["errors"]


def test_history__of_a_product__names_old_and_new_values_in_the_readers_language(
    cast: Cast, tea: Product
) -> None:
    change(cast.merchandiser, tea, price_minor="24.50", tax_rate_bp="10", is_hidden="on", stock="3")

    english, japanese = history(tea, "en"), history(tea, "ja")

    for text in ("Price: $19.99 → $24.50", "Tax rate: 8% → 10%", "Hidden: no → yes", "Stock: – → 3"):
        assert text in english
    for text in ("価格：$19.99 → $24.50", "税率：8% → 10%", "在庫：– → 3", "非表示：いいえ → はい"):
        assert text in japanese


def test_history__of_texts_and_links__names_rows_and_cuts_long_texts(cast: Cast, tea: Product) -> None:
    food = Category.objects.create(name="Food", path="Food")

    change(cast.merchandiser, tea, category=food.pk, description="fresh " * 50)
    Category.objects.filter(pk=food.pk).update(name="Eaten", path="Eaten")

    assert "Category: – → Food" in history(tea, "en")
    assert "Description: – → fresh fresh" in history(tea, "en")
    assert "fresh " * 20 not in history(tea, "en")


def test_history__of_rows_edited_in_place__names_their_fields(cast: Cast, tea: Product) -> None:
    ladder = UpgradeLadder.objects.create(name="Teas")
    tier = UpgradeTier.objects.create(ladder=ladder, product=tea, label="good", position=0)
    row = {"id": tier.pk, "ladder": ladder.pk, "product": tea.pk, "label": "best", "position": 0}
    counts = {"tiers-TOTAL_FORMS": 1, "tiers-INITIAL_FORMS": 1}

    cast.merchandiser.post(
        reverse("admin:catalog_upgradeladder_change", args=[ladder.pk]),
        {"name": "Teas", **counts, **{f"tiers-0-{name}": value for name, value in row.items()}},
    )

    assert "Label: good → best" in history(ladder, "en")
    assert "ランク名：good → best" in history(ladder, "ja")


def test_history__of_an_offer__writes_amounts_choices_places_and_local_times(
    cast: Cast, tea: Product, settings: Settings
) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    fields = posted("quantity", tiers((2, "percent", "10")), trigger_products=[tea.pk], currency="USD")
    cast.merchandiser.post(address("quantity", "add"), fields)
    offer = QuantityOffer.objects.get()
    home = Placement.objects.create(code="home", name="Home")
    tier = {"id": offer.tiers.get().pk, "offer": offer.pk, "benefit_kind": "amount", "benefit_value": "1.50"}

    answer = cast.merchandiser.post(
        address("quantity", "change", offer.pk),
        fields
        | {f"tiers-0-{name}": value for name, value in tier.items()}
        | {"tiers-INITIAL_FORMS": 1, "placements": [home.pk], "audience": "known", "budget_minor": "100.00"}
        | {"starts_at_0": "2026-12-01", "starts_at_1": "09:00"},
    )
    cast.merchandiser.post(
        reverse("admin:offers_offer_changelist"), {"action": "pause", "_selected_action": [offer.pk]}
    )

    assert answer.status_code == 302
    english, japanese = history(offer, "en"), history(offer, "ja")
    for text in (
        "Placements: Cart → Home",
        "Budget: – → $100.00",
        "10% → $1.50",
        "12/01/2026 9 a.m.",
        "Paused.",
    ):
        assert text in english
    for text in ("掲載枠：Cart → Home", "$100.00", "10% → $1.50", "2026/12/01 9:00", "停止しました。"):
        assert text in japanese
