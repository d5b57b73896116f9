"""Conditions in English and Japanese."""

from typing import Any

import pytest
from django.utils import translation

from catalog.models import Category, Product
from engine.conditions.tree.leaf import Name
from engine.conditions.tree.sentence import sentence
from engine.conditions.tree.tree import decode
from offers.models import CustomerAttribute, Placement
from offers.services.condition_text import sentence_of
from offers.services.speech import Speech, country_names, speech_for
from tests.support.admin_shop import build_catalogue

COFFEE: dict[Name, str] = {
    Name("product", 17): "Coffee",
    Name("category", 5): "Tea",
    Name("context", "payment_method"): "payment",
}
EVENINGS: list[Any] = [
    {"type": "segment", "op": "is", "values": ["loyal", "champion"]},
    {"type": "bought_product", "op": "within", "products": [17], "days": 60},
    {"type": "weekday", "op": "is", "days": ["mon", "tue", "wed", "thu", "fri"]},
    {"type": "hours", "op": "between", "from": "17:00", "to": "22:00"},
]
CART = {"type": "cart_value", "op": "at_least", "minor": 500000, "currency": "JPY"}
GIFT_CARD = {"type": "cart_product", "op": "contains_not", "products": [17, 23]}


def said(language: str, *nodes: Any, match: str = "all") -> str:
    """Return the sentence of a tree of these nodes."""
    with translation.override(language):
        return sentence(decode({"version": 1, "match": match, "nodes": list(nodes)}), Speech(COFFEE))


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "en",
            (
                "For shoppers in the segment loyal or champions, who bought Coffee in the last 60 days, "
                "Monday to Friday, 17:00–22:00"
            ),
        ),
        (
            "ja",
            "対象：セグメントが常連または優良顧客、過去60日以内にCoffeeを購入、月曜日〜金曜日、17:00〜22:00",
        ),
    ],
)
def test_sentence__of_a_whole_tree__reads_naturally(language: str, says: str) -> None:
    assert said(language, *EVENINGS) == says


@pytest.mark.parametrize(
    ("node", "english", "japanese"),
    [
        (CART, "with at least ¥500,000 in the cart", "カートの金額が￥500,000以上"),
        (
            GIFT_CARD,
            "without Coffee or [deleted: 23] in the cart",
            "カートにCoffeeまたは［削除済み：23］なし",
        ),
        (
            {"type": "cart_units", "op": "equals", "count": 1},
            "with exactly 1 unit in the cart",
            "カート内の数量が1点",
        ),
        (
            {"type": "cart_price", "op": "contains", "from_minor": 1000, "currency": "USD"},
            "with a product that costs $10.00 or more in the cart",
            "カートに価格が$10.00以上の商品あり",
        ),
        (
            {"type": "page_category", "op": "is", "categories": [5]},
            "on the page of a product from Tea",
            "カテゴリーがTeaの商品のページ",
        ),
        ({"type": "known", "op": "is_not"}, "who are not known customers", "顧客IDのないお客様"),
        (
            {"type": "last_order", "op": "at_least", "days": 90},
            "whose last order was at least 90 days ago",
            "前回注文から90日以上",
        ),
        (
            {"type": "bought_category", "op": "never", "categories": [5]},
            "who have never bought a product from Tea",
            "Teaの商品の購入経験なし",
        ),
        (
            {"type": "country", "op": "is", "values": ["JP", "DE", "FR"]},
            "in Japan, Germany or France",
            "国が日本、ドイツまたはフランス",
        ),
        (
            {"type": "locale", "op": "is", "values": ["ja"]},
            "who read Japanese",
            "表示言語が日本語",
        ),
        (
            {"type": "context", "op": "is", "name": "payment_method", "values": ["konbini"]},
            "with payment konbini",
            "paymentがkonbini",
        ),
        (
            {"match": "none", "nodes": [CART, {"type": "orders", "op": "at_most", "count": 3}]},
            "(none of: with at least ¥500,000 in the cart, with at most 3 orders)",
            "（次のいずれでもない：カートの金額が￥500,000以上、注文回数が3回以下）",
        ),
    ],
)
def test_sentence__of_one_condition__is_said_in_both_languages(
    node: Any, english: str, japanese: str
) -> None:
    assert said("en", node) == f"For shoppers {english}"
    assert said("ja", node) == f"対象：{japanese}"


@pytest.mark.parametrize(
    ("match", "nodes", "english", "japanese"),
    [
        (
            "all",
            [{"type": "weekday", "op": "is_not", "days": ["sat", "sun"]}],
            "For all shoppers, not on Saturday or Sunday",
            "対象：すべてのお客様（土曜日と日曜日以外）",
        ),
        (
            "all",
            [{"type": "dates", "op": "between", "from": "2026-12-01", "to": "2026-12-24"}],
            "For all shoppers, from Dec. 1, 2026 to Dec. 24, 2026",
            "対象：すべてのお客様（2026年12月1日から2026年12月24日まで）",
        ),
        (
            "none",
            [{"type": "holiday", "op": "is", "country": "JP"}],
            "For all shoppers, except: on public holidays of Japan",
            "対象：すべてのお客様（次の場合を除く：日本の祝日）",
        ),
        (
            "all",
            [{"type": "holiday", "op": "is", "country": "JP"}, CART],
            "For shoppers with at least ¥500,000 in the cart, on public holidays of Japan",
            "対象：カートの金額が￥500,000以上、日本の祝日",
        ),
    ],
)
def test_sentence__of_days__comes_after_the_shoppers(
    match: str, nodes: list[Any], english: str, japanese: str
) -> None:
    assert said("en", *nodes, match=match) == english
    assert said("ja", *nodes, match=match) == japanese


def test_sentence__of_values_of_an_attribute__names_its_choices(db: None) -> None:
    del db
    skin = CustomerAttribute.objects.create(code="skin", name_en="skin", name_ja="肌タイプ", type="list")
    skin.choices.create(code="dry", name_en="Dry", name_ja="乾燥肌")
    skin.choices.create(code="oily", name_en="Oily")
    CustomerAttribute.objects.create(code="vegan", name_en="vegan", name_ja="ヴィーガン", type="yes_no")
    nodes = [
        {"type": "attribute", "op": "is_not", "name": "skin", "values": ["dry", "oily", "gone"]},
        {"type": "attribute", "op": "is", "name": "vegan", "values": ["yes"]},
    ]
    tree = {"version": 1, "match": "all", "nodes": nodes}

    with translation.override("en"):
        assert sentence_of(tree) == "For shoppers whose skin is not Dry, Oily or gone, whose vegan is yes"
    with translation.override("ja"):
        assert sentence_of(tree) == "対象：肌タイプが乾燥肌、Oilyとgone以外、ヴィーガンがはい"


def test_countries__of_a_language__are_countries_alone() -> None:
    names = country_names("ja")

    assert names["JP"] == "日本"
    assert not {"EU", "UN", "ZZ", "001"} & names.keys()


def test_speech__of_many_things__asks_once_for_each_kind(db: None, django_assert_num_queries: Any) -> None:
    del db
    products = [product.pk for product in build_catalogue(3)]
    category = Category.objects.create(name="Green tea")
    Placement.objects.create(code="cart", name="Cart")
    gone = max(products) + 1

    with django_assert_num_queries(3):
        speech = speech_for(
            [
                *(Name("product", key) for key in [*products, gone]),
                Name("category", category.pk),
                Name("placement", "cart"),
                Name("country", "JP"),
            ]
        )

    assert speech.name("product", products[0]) == Product.objects.get(pk=products[0]).name
    assert speech.name("category", category.pk) == "Green tea"
    assert speech.name("placement", "cart") == "Cart"
    assert str(gone) in speech.name("product", gone)
