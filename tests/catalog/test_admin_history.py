"""The history of a row, in the language of whoever reads it."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils.translation import override

from catalog.models import Category, Product, UpgradeLadder, UpgradeTier
from tests.support.admin_cast import Cast, sign_in

pytestmark = pytest.mark.django_db


def last_message(language: str) -> str:
    with override(language):
        return LogEntry.objects.latest("pk").get_change_message()


def test_history__of_a_change_made_in_english__reads_in_japanese(cast: Cast) -> None:
    tea = Category.objects.create(name="Tea", path="Tea")

    cast.merchandiser.post(reverse("admin:catalog_category_change", args=[tea.pk]), {"name": "Teas"})

    page = reverse("admin:catalog_category_history", args=[tea.pk])
    assert "名前を変更しました。" in sign_in("merchandiser", "ja").get(page).text
    assert last_message("en") == "Changed name."


def test_history__of_a_row_edited_in_place__names_its_fields(cast: Cast) -> None:
    tea = Product.objects.create(sku="tea", name="Tea", currency="JPY", price_minor=300)
    ladder = UpgradeLadder.objects.create(name="Teas")
    tier = UpgradeTier.objects.create(ladder=ladder, product=tea, label="good", position=0)
    row = {"id": tier.pk, "ladder": ladder.pk, "product": tea.pk, "label": "best", "position": 0}
    counts = {"tiers-TOTAL_FORMS": 1, "tiers-INITIAL_FORMS": 1}

    cast.merchandiser.post(
        reverse("admin:catalog_upgradeladder_change", args=[ladder.pk]),
        {"name": "Teas", **counts, **{f"tiers-0-{name}": value for name, value in row.items()}},
    )

    assert "のランク名を変更しました。" in last_message("ja")
