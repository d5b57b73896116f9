"""Percentages and lists, as the reader's language writes them."""

import pytest
from django.utils.translation import override

from catalog.services.amounts import benefit, listed, percent


@pytest.mark.parametrize("language", ["en", "ja"])
def test_percent__in_each_language__has_no_space(language: str) -> None:
    with override(language):
        assert percent(1250) == "12.5%"


@pytest.mark.parametrize(("language", "written"), [("en", "10% off"), ("ja", "10%引き")])
def test_benefit__of_a_percentage__reads_in_each_language(language: str, written: str) -> None:
    with override(language):
        assert benefit("percent", 1000, "JPY") == written


@pytest.mark.parametrize(("language", "written"), [("en", "Cart, Checkout"), ("ja", "Cart、Checkout")])
def test_listed__in_each_language__is_separated_as_it_is_there(language: str, written: str) -> None:
    with override(language):
        assert listed(["Cart", "Checkout"]) == written
