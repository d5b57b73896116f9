from typing import Any

import pytest

from analytics.services.traits import read_traits
from offers.models import AttributeType, Customer, CustomerAttribute

pytestmark = pytest.mark.django_db


def attribute(code: str, kind: AttributeType) -> None:
    CustomerAttribute.objects.create(code=code, name_en=code, type=kind)


def customer(name: str, **attributes: Any) -> Customer:
    return Customer.objects.create(external_id=name, attributes=attributes)


def test_traits__no_attribute_with_choices__are_not_read() -> None:
    attribute("age", AttributeType.NUMBER)
    customer("aki", age=30)

    assert read_traits() is None


def test_traits__of_customers__are_choices_lists_and_yes_or_no() -> None:
    attribute("skin", AttributeType.CHOICE)
    attribute("likes", AttributeType.LIST)
    attribute("pet", AttributeType.YES_NO)
    attribute("note", AttributeType.TEXT)
    aki = customer("aki", skin="dry", likes=["tea", "cake"], note="dry")
    customer("nobody")
    mio = customer("mio", skin="oily", pet=False)
    eve = customer("eve", skin="dry")

    traits = read_traits()

    assert traits is not None
    named = [
        (key, traits.names[trait])
        for key, trait in zip(traits.customer.tolist(), traits.trait.tolist(), strict=True)
    ]
    assert sorted(named) == sorted(
        [
            (aki.pk, "skin=dry"),
            (aki.pk, "likes=tea"),
            (aki.pk, "likes=cake"),
            (mio.pk, "skin=oily"),
            (mio.pk, "pet=no"),
            (eve.pk, "skin=dry"),
        ]
    )
    assert (traits.customer == sorted(traits.customer)).all()
