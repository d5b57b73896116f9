"""The page of what works: its sentences, its links, and who may see and request it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from analytics.models import PatternFinding, PatternSearch
from analytics.reports.patterns import read_patterns
from catalog.models import Category
from offers.models import Audience, Offer, Placement
from tests.support.admin_cast import create_people, sign_in
from tests.support.languages import in_both_languages

pytestmark = pytest.mark.django_db
EVERYBODY = {"version": 1, "match": "all", "nodes": [{"type": "orders", "op": "at_least", "count": 0}]}


def find(**changes: Any) -> PatternFinding:
    """Store a finding of the newest search."""
    search = PatternSearch.objects.first() or PatternSearch.objects.create(
        requested_at=now(),
        computed_at=now(),
        since_date=now().date(),
        unit_count=4000,
        question_count=186,
        look_count=20,
        survivor_count=4,
    )
    values: Mapping[str, Any] = {
        "outcome": "accepted",
        "scope": "offer",
        "subject": "tea",
        "dimension": "audience",
        "cells": [[90, 1000], [50, 1000], [40, 1000], [45, 2000]],
        "effect": 0.0226,
        "low": 0.001,
        "high": 0.044,
        "p_value": 0.001,
        "adjusted_p_value": 0.01,
    }
    return PatternFinding.objects.create(search=search, **{**values, **changes})


@pytest.fixture
def audience() -> Audience:
    Offer.objects.create(code="tea", name="Tea", kind="cross_sell", currency="JPY")
    return Audience.objects.create(code="loyal", name_en="Loyal", name_ja="常連", conditions=EVERYBODY)


def test_finding__of_an_audience__is_said_with_rates_effect_and_support(audience: Audience) -> None:
    find(segment=str(audience.pk))

    row = read_patterns().rows[0]

    assert row.title == "“Tea” is accepted more often by shoppers in the audience “Loyal”"
    assert row.rates == "Here 9.0%, elsewhere 4.0%. Other offers: here 5.0%, elsewhere 2.2%."
    assert (row.effect, row.support) == ("+2.3 points (+0.1 to +4.4)", 1000)


def test_finding__of_a_place_time_or_kind__has_no_audience_to_draft(audience: Audience) -> None:
    Placement.objects.create(code="cart", name="Cart")
    find(dimension="placement", segment="cart", scope="kind", subject="cross_sell", effect=-0.1, low=-0.2)
    find(dimension="hours", segment="18", subject="gone")
    find(segment=str(audience.pk + 1))

    by_kind, by_hour, deleted = read_patterns().rows

    assert "less often in the placement “Cart”" in by_kind.title
    assert by_hour.title == "“gone” is accepted more often in the hours 18:00–24:00"
    assert [row.conditions for row in (by_kind, by_hour, deleted)] == ["", "", ""]
    assert [row.offer is None for row in (by_kind, by_hour, deleted)] == [True, True, False]


@in_both_languages
def test_page__empty_and_full__answers_with_few_queries(
    language: str, audience: Audience, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    create_people()
    owner = sign_in("owner", language)
    empty = owner.get(reverse("patterns"))
    category = Category.objects.create(name="Tea", path="Tea")
    find(segment=str(audience.pk))
    find(dimension="category", segment=str(category.pk), outcome="bought")

    with django_assert_max_num_queries(14):
        full = owner.get(reverse("patterns"))

    assert empty.context["report"].computed_at is None
    assert len(full.context["report"].rows) == 2
    assert ("常連" if language == "ja" else "Loyal") in full.text
    assert "186" in full.text


def test_link__of_a_finding__opens_the_form_of_an_audience_with_its_conditions(audience: Audience) -> None:
    create_people()
    owner = sign_in("owner")
    find(segment=str(audience.pk), effect=-0.02, low=-0.03, high=-0.01)
    text = owner.get(reverse("patterns")).text
    add = reverse("admin:offers_audience_add")
    address = next(part.split('"')[0] for part in text.split('href="') if part.startswith(f"{add}?"))

    form = owner.get(address).context["adminform"].form

    said = parse_qs(urlsplit(address).query)["conditions"][0]
    assert form["conditions"].value() == said
    assert form.fields["conditions"].to_python(said) == {
        "version": 1,
        "match": "all",
        "nodes": [{"type": "audience", "op": "is_not", "audiences": [audience.pk]}],
    }


def test_search__is_requested_by_those_who_may_recompute() -> None:
    create_people()

    for name, status, count in (
        ("outsider", 403, 0),
        ("analyst", 403, 0),
        ("owner", 302, 1),
        ("owner", 302, 1),
    ):
        assert sign_in(name).post(reverse("patterns_request")).status_code == status
        assert PatternSearch.objects.count() == count

    assert sign_in("outsider").get(reverse("patterns")).status_code == 403
    assert sign_in("owner").get(reverse("patterns_request")).status_code == 405


@in_both_languages
def test_page__offer_that_lowers_others__names_it_with_its_interval(language: str) -> None:
    found = {
        "placement": "cart", "offer": "loud", "present": 0.03, "absent": 0.06,
        "effect": -0.03, "low": -0.048, "high": -0.012, "support": 1000,
    }  # fmt: skip
    PatternSearch.objects.create(
        requested_at=now(), computed_at=now(), rivals={"compared": 2, "too_few": 5, "rivals": [found]}
    )

    create_people()
    page = sign_in("owner", language).get(reverse("patterns")).content.decode()

    assert "“loud”" in page or "「loud」" in page
    assert "−3.0" in page
