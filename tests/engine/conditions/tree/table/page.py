"""Rows about the product of the page."""

from msgspec.structs import replace

from engine.conditions import Circumstances
from engine.conditions.goods import ShownOn
from tests.engine.conditions.tree.table.row import COFFEE, NOWHERE, RANGE, ROAST, Row, known, leaf, page


def _on_page_of_category(bought: dict[int, int]) -> Circumstances:
    return replace(known(bought_categories=bought), page=ShownOn(category=5))


PAGE = (
    Row(
        leaf("page_product", "is", **COFFEE),
        "on the page of Coffee or Gift card",
        (page(units={17: 1}),),
        (page(units={1: 1}), NOWHERE),
        (1,),
    ),
    Row(
        leaf("page_product", "is_not", products=[17]),
        "on the page of a product other than Coffee",
        (page(units={1: 1}),),
        (page(units={17: 1}), NOWHERE),
        (17,),
    ),
    Row(
        leaf("page_category", "is", categories=[5]),
        "on the page of a product from Drinks",
        (page(categories=[6, 5]),),
        (page(categories=[6]), NOWHERE),
        (6,),
    ),
    Row(
        leaf("page_category", "is_not", categories=[5]),
        "on the page of a product that is not from Drinks",
        (page(categories=[6]),),
        (page(categories=[6, 5]), NOWHERE),
        (5, 6),
    ),
    Row(
        leaf("page_brand", "is", brands=["Kōbo"]),
        "on the page of a product by Kōbo",
        (page(brands=["Kōbo"]),),
        (page(), NOWHERE),
        None,
    ),
    Row(
        leaf("page_brand", "is_not", brands=["Kōbo"]),
        "on the page of a product that is not by Kōbo",
        (page(), page(brands=["Other"])),
        (page(brands=["Kōbo"]), NOWHERE),
        ("Kōbo",),
    ),
    Row(
        leaf("page_attribute", "is", **ROAST),
        "on the page of a product with roast dark or medium",
        (page(attributes=[("roast", "dark")]),),
        (page(attributes=[("roast", "light")]), NOWHERE),
        ("light",),
    ),
    Row(
        leaf("page_attribute", "is_not", **ROAST),
        "on the page of a product without roast dark or medium",
        (page(attributes=[("roast", "light")]),),
        (page(attributes=[("roast", "dark")]), NOWHERE),
        ("dark",),
    ),
    Row(
        leaf("page_price", "is", **RANGE),
        "on the page of a product that costs ¥1,000 to ¥2,000",
        (page(prices={"JPY": [1000]}), page(prices={"JPY": [2000]})),
        (page(prices={"JPY": [2001]}), NOWHERE),
        ((2001, "JPY"),),
    ),
    Row(
        leaf("page_price", "is_not", **RANGE),
        "on the page of a product that does not cost ¥1,000 to ¥2,000",
        (page(prices={"JPY": [2001]}),),
        (page(prices={"JPY": [1500]}), NOWHERE),
        ((1500, "JPY"),),
    ),
    Row(
        leaf("new_category", "is"),
        "who have never bought from the category of the page",
        (_on_page_of_category({6: 1}),),
        (_on_page_of_category({5: 1}), known(), NOWHERE),
        (5,),
    ),
    Row(
        leaf("new_category", "is_not"),
        "who have bought from the category of the page",
        (_on_page_of_category({5: 1}),),
        (_on_page_of_category({}), known(), NOWHERE),
        (5,),
    ),
)
