"""What the shop knows of a customer beyond orders, for their page in the admin."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from offers.models import (
    AttributeChoice,
    ConsentStatement,
    Customer,
    CustomerAttribute,
    Inquiry,
    SurveyAnswer,
)
from offers.services.speech import name_of

# The newest of each that are shown.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class KnownAttribute:
    """The name of an attribute and its value, in the reader's language."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class CustomerSignals:
    """Attributes by name, and the newest answers, inquiries and consents."""

    merged_ids: list[str]
    attributes: list[KnownAttribute]
    answers: list[SurveyAnswer]
    inquiries: list[Inquiry]
    consents: list[ConsentStatement]


def read_customer_signals(customer: Customer) -> CustomerSignals:
    """Return what is known of a customer, in six queries at most."""
    merged = Customer.objects.filter(merged_into=customer).order_by("external_id")
    return CustomerSignals(
        merged_ids=list(merged.values_list("external_id", flat=True)[:SHOWN]),
        attributes=_attributes(customer),
        answers=list(customer.survey_answers.exclude(answer="").order_by("-answered_at", "pk")[:SHOWN]),
        inquiries=list(customer.inquiries.order_by("-opened_at", "pk")[:SHOWN]),
        consents=list(customer.statements.order_by("-stated_at", "pk")[:SHOWN]),
    )


def _attributes(customer: Customer) -> list[KnownAttribute]:
    """Return the values by the names of their attributes; one that was deleted keeps its code."""
    if not customer.attributes:
        return []
    declared = CustomerAttribute.objects.filter(code__in=customer.attributes).order_by("name_en", "pk")
    names = {attribute.code: name_of(attribute) for attribute in declared}
    choices = {
        (choice.attribute.code, choice.code): name_of(choice)
        for choice in AttributeChoice.objects.filter(attribute__in=declared).select_related("attribute")
    }
    codes = [*names, *(code for code in customer.attributes if code not in names)]
    return [
        KnownAttribute(names.get(code, code), _value(customer.attributes[code], code, choices))
        for code in codes
    ]


def _value(value: Any, code: str, choices: dict[tuple[str, str], str]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(choices.get((code, str(one)), str(one)) for one in value)
    return choices.get((code, value), str(value))
