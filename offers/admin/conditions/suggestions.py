"""Texts that conditions compare with and that no table of their own holds: brands, surveys, answers."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from catalog.models import Product
from offers.models import SurveyAnswer

SHOWN: Final = 20
# Attributes are read from so many of the newest products that have any.
SAMPLE: Final = 500


# What the condition says already, by the name of the field.
Given = Mapping[str, str]


def suggest(source: str, typed: str, given: Given) -> list[str]:
    """Return texts of the source that contain what was typed, in alphabetical order; one query."""
    return SUGGESTIONS[source](unicodedata.normalize("NFKC", typed).strip(), given)


def _brands(typed: str, _given: Given) -> list[str]:
    brands = Product.objects.exclude(brand="").filter(brand__icontains=typed).order_by("brand")
    return list(brands.values_list("brand", flat=True).distinct()[:SHOWN])


def _attributes(typed: str, _given: Given) -> list[str]:
    products = Product.objects.exclude(attributes={}).order_by("-pk")
    names = {name for known in products.values_list("attributes", flat=True)[:SAMPLE] for name in known}
    return sorted(name for name in names if typed.casefold() in name.casefold())[:SHOWN]


def _surveys(typed: str, _given: Given) -> list[str]:
    return _said("survey", typed)


def _questions(typed: str, given: Given) -> list[str]:
    return _said("question", typed, survey=given.get("survey", ""))


def _answers(typed: str, given: Given) -> list[str]:
    return _said("answer", typed, survey=given.get("survey", ""), question=given.get("question", ""))


def _said(column: str, typed: str, **given: str) -> list[str]:
    """Return what surveys hold in a column; withdrawn answers are empty."""
    found = SurveyAnswer.objects.filter(**given, **{f"{column}__icontains": typed}).exclude(answer="")
    return list(found.order_by(column).values_list(column, flat=True).distinct()[:SHOWN])


SUGGESTIONS: Final[Mapping[str, Callable[[str, Given], list[str]]]] = {
    "brands": _brands,
    "product_attribute": _attributes,
    "survey": _surveys,
    "question": _questions,
    "answer": _answers,
}
