from dataclasses import replace

import pandas as pd
import pytest

from demo.data.catalogue import CatalogueItem, base_sizes
from demo.plans.ladders import gain, plan_ladders

SMALL = CatalogueItem("small", "Dairy", "Butter", 69, True, "oz", 8.0, 200, 50)
LARGE = replace(SMALL, sku="large", amount=16.0, price_minor=252)
MAKERS = replace(LARGE, sku="makers", maker=709, is_store_brand=False, price_minor=365)


def test_gain__twice_the_size__names_the_size_and_the_saving() -> None:
    # 200 ÷ 8 = 25.0 and 252 ÷ 16 = 15.75 cents per ounce: 37 % less.
    assert gain(SMALL, LARGE) == ("Twice the size, 37% less per oz", "2倍の量、1 ozあたり37%お得")


def test_gain__odd_ratio__rounds_the_percentage_down() -> None:
    larger = replace(SMALL, amount=13.5, price_minor=300)

    # 13.5 ÷ 8 = 1.6875; 22.2 ÷ 25 = 0.888.
    assert gain(SMALL, larger) == ("68% more, 11% less per oz", "68%増量、1 ozあたり11%お得")


def test_gain__name_brand_of_the_same_size__is_a_step() -> None:
    assert gain(LARGE, MAKERS) == (
        "Name brand instead of store brand",
        "ストアブランドからメーカー品へ",
    )


@pytest.mark.parametrize(
    "above",
    [
        replace(LARGE, price_minor=400),  # same price per ounce
        replace(LARGE, price_minor=201),  # hardly more expensive
        replace(LARGE, price_minor=501),  # too expensive
        replace(LARGE, unit="ml"),
        replace(LARGE, maker=1),  # both are store brands
        replace(MAKERS, amount=20.0),
    ],
)
def test_gain__no_provable_benefit__is_not_a_step(above: CatalogueItem) -> None:
    assert gain(SMALL, above) is None


def test_plan_ladders__three_steps__are_labelled_from_basic_to_premium() -> None:
    (ladder,) = plan_ladders([MAKERS, SMALL, LARGE], limit=5)

    assert ladder.name == "Dairy: Butter"
    assert [(tier.label, tier.sku) for tier in ladder.tiers] == [
        ("梅", "small"),
        ("竹", "large"),
        ("松", "makers"),
    ]
    assert ladder.tiers[0].gain_en == ""
    assert ladder.tiers[1].gain_en.startswith("Twice the size")


def test_plan_ladders__two_steps_only__make_no_ladder() -> None:
    assert plan_ladders([SMALL, LARGE], limit=5) == []


def test_plan_ladders__kind_that_mixes_packs__makes_no_ladder() -> None:
    assert plan_ladders([replace(item, kind="Cans 12pk") for item in (SMALL, LARGE, MAKERS)], limit=5) == []


def test_base_sizes__units__are_counted_in_one_base() -> None:
    sizes = ["1/2 GAL", "2 LB", "750 ML", "LARGE", None]
    table = pd.DataFrame({"package_size": sizes, "department": "GROCERY"})

    assert base_sizes(table) == (["pt", "oz", "ml", "", ""], [4.0, 32.0, 750.0, 0.0, 0.0])


def test_base_sizes__sold_by_the_pound__are_not_comparable() -> None:
    table = pd.DataFrame({"package_size": ["50 LB"], "department": ["PRODUCE"]})

    assert base_sizes(table) == ([""], [0.0])
