"""Ready exclusions: what shops often leave out, as words to look for in names of categories and products."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from offers.models import Effect, TriggerScope
from offers.services.selection import matching_categories


class ExclusionTemplate(Struct, frozen=True):
    """A ready exclusion; `words` are looked for in English and in Japanese."""

    code: str
    name: Any
    words: tuple[str, ...]


TEMPLATES: Final = (
    ExclusionTemplate(
        "alcohol",
        _("Never alcohol"),
        (
            "alcohol", "wine", "beer", "sake", "whisky", "whiskey", "vodka", "rum", "gin", "liqueur",
            "酒", "ワイン", "ビール", "ウイスキー", "焼酎", "リキュール", "ウォッカ", "チューハイ",
        ),
    ),
    ExclusionTemplate(
        "tobacco",
        _("Never tobacco"),
        (
            "tobacco", "cigarette", "cigar", "vape", "e-liquid", "nicotine",
            "たばこ", "タバコ", "煙草", "葉巻", "ニコチン",
        ),
    ),
    ExclusionTemplate(
        "medicine",
        _("Never medicine"),
        ("medicine", "medication", "drug", "pharmacy", "painkiller", "医薬品", "常備薬", "鎮痛剤", "風邪薬"),
    ),
    ExclusionTemplate(
        "knives",
        _("Never knives and weapons"),
        ("knife", "knives", "weapon", "machete", "sword", "air gun", "ナイフ", "包丁", "刃物", "エアガン"),
    ),
    ExclusionTemplate(
        "gift_cards",
        _("Never gift cards"),
        ("gift card", "voucher", "prepaid card", "ギフトカード", "商品券", "金券", "プリペイドカード"),
    ),
    ExclusionTemplate(
        "infant_formula",
        _("Never infant formula"),
        ("infant formula", "baby formula", "follow-on milk", "粉ミルク", "乳児用調製", "液体ミルク"),
    ),
    ExclusionTemplate(
        "adult",
        _("Never adult products"),
        ("adult only", "erotic", "condom", "lubricant", "アダルト", "成人向け", "コンドーム"),
    ),
)  # fmt: skip


def find_template(code: str) -> ExclusionTemplate | None:
    """Return the template with this code, None if there is none."""
    return next((one for one in TEMPLATES if one.code == code), None)


def suggest(template: ExclusionTemplate) -> dict[str, Any]:
    """Return the values of a new exclusion for the merchandiser to confirm; one query."""
    return {
        "name": str(template.name),
        "effect": Effect.LEARNED.value,
        "scope": TriggerScope.CHOSEN.value,
        "categories": [category.pk for category in matching_categories(template.words)],
        "keywords": list(template.words),
    }
