"""Kinds of offer are what is installed and has registered itself."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from engine.decision import kinds as decision
from engine.pricing import kinds as pricing
from offers.kinds.config import installed_kinds, kind_choices
from offers.kinds.registry import all_kinds, find_kind, kind_of, register
from offers.models import Offer


def test_registry__every_installed_kind__is_there_in_the_same_order() -> None:
    assert [kind.code for kind in all_kinds()] == [kind.code for kind in installed_kinds()]


def test_registries__of_pricing_and_decisions__know_every_installed_kind() -> None:
    codes = {kind.code for kind in all_kinds()}

    assert codes <= pricing.KINDS.keys()
    assert codes <= decision.KINDS.keys()


def test_registry__a_code_twice__is_refused() -> None:
    with pytest.raises(ValueError, match="quantity"):
        register(kind_of("quantity"))


def test_registry__an_unknown_code__is_no_kind() -> None:
    assert find_kind("curated") is None
    with pytest.raises(KeyError):
        kind_of("curated")


def test_column__its_choices__are_the_installed_kinds() -> None:
    field = Offer._meta.get_field("kind")

    assert list(field.flatchoices) == kind_choices()
    with pytest.raises(ValidationError):
        field.clean("moon", None)


@pytest.mark.django_db
def test_table__kind_of_an_app_that_is_not_installed__may_stay_but_none_at_all_may_not() -> None:
    Offer.objects.create(code="old", name="Old", kind="moon")

    with pytest.raises(IntegrityError, match="offers_offer_kind_named"):
        Offer.objects.create(code="none", name="None", kind="")
