"""The requests and the responses of the customers endpoints."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from catalog.services.product_input import Outcome
from catalog.services.values import FieldError
from gateway.api.shapes.known import know_values
from gateway.api.shapes.pattern import text_of
from gateway.api.shapes.types import Code, Id, Moment, MomentText
from offers.models import ALL_CHANNELS, MAX_ANSWERS, MAX_TEXT_LENGTH, ConsentPurpose
from offers.services.customer_input import AnswerInput, ConsentInput, CustomerInput, InquiryInput

MAX_CUSTOMERS = 1000
# Of each kind, for one customer in one call.
MAX_SIGNALS = 100
# What a merge did, beside the outcomes of a change.
MERGED = "merged"
UNCHANGED = Outcome.UNCHANGED.value

AttributeJson = str | int | float | bool | list[str]
# Only described here: msgspec cannot name the key of an object whose value is wrong, so the check follows.
SentAttribute = Annotated[
    Any,
    Meta(
        extra_json_schema={
            "anyOf": [
                {"type": "string", "maxLength": MAX_TEXT_LENGTH},
                {"type": "number"},
                {"type": "boolean"},
                {"type": "array", "items": {"type": "string"}},
                {"type": "null"},
            ]
        }
    ),
]
Channel = Annotated[str, text_of(r"^[A-Za-z0-9_-]{1,32}\Z", "1 to 32 letters, digits, hyphens, underscores.")]


class AnswerBody(AnswerInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer to a question of a survey. Null withdraws it. The newest by `answered_at` counts."""

    survey: Code
    question: Code
    answer: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT_LENGTH)] | None
    answered_at: Moment


class InquiryBody(InquiryInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An inquiry, open until it has `closed_at`. Of two reports, the later `changed_at` counts."""

    id: Id
    topic: Code
    opened_at: Moment
    closed_at: Moment | None = None
    changed_at: Annotated[
        Moment | None,
        Meta(description="When the inquiry was last as it is here. Defaults to `closed_at` or `opened_at`."),
    ] = None


class ConsentBody(ConsentInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement of the customer. All are kept; the newest for a purpose and channel counts."""

    purpose: Annotated[str, Meta(extra_json_schema={"enum": ConsentPurpose.values})]
    granted: bool
    stated_at: Moment
    channel: Annotated[Channel, Meta(description=f"Such as `email` or `line`; `{ALL_CHANNELS}` for all.")] = (
        ALL_CHANNELS
    )
    source: Annotated[str, Meta(max_length=64, description="Where it was said, such as `checkout`.")] = ""
    wording: Annotated[str, Meta(max_length=2000, description="The words that were agreed to.")] = ""
    page: Annotated[str, Meta(max_length=500, description="The address of the page.")] = ""


class CustomerBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a customer. What is left out stays as it is.

    Null removes: an attribute, or all `attributes`, `answers` or `inquiries`. Consents are a history, which
    only grows.
    """

    attributes: (
        Annotated[
            dict[str, SentAttribute],
            Meta(
                max_length=MAX_SIGNALS,
                description="By the code of the attribute, which must be declared in the admin: a text, a "
                "number, true or false, a date (“2026-11-30”), the code of a choice, or several of them.",
            ),
        ]
        | UnsetType
        | None
    ) = UNSET
    answers: (
        Annotated[
            tuple[AnswerBody, ...],
            Meta(
                max_length=MAX_SIGNALS,
                description=f"A customer can have answers to at most {MAX_ANSWERS} questions, including "
                "withdrawn ones.",
            ),
        ]
        | UnsetType
        | None
    ) = UNSET
    inquiries: Annotated[tuple[InquiryBody, ...], Meta(max_length=MAX_SIGNALS)] | UnsetType | None = UNSET
    consents: Annotated[tuple[ConsentBody, ...], Meta(max_length=MAX_SIGNALS)] | UnsetType = UNSET

    def of(self, customer: str) -> CustomerInput:
        """Return the input for this customer."""
        return CustomerInput(
            id=customer,
            attributes=self.attributes,
            answers=self.answers,
            inquiries=self.inquiries,
            consents=self.consents,
        )


class CustomerItem(CustomerBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer, and what changes."""

    id: Id


class CustomersRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Customers to create or update."""

    customers: Annotated[list[CustomerItem], Meta(min_length=1, max_length=MAX_CUSTOMERS)]


class RawCustomers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Each item is decoded separately, so that an invalid one does not reject the rest."""

    customers: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MAX_CUSTOMERS)]


class CustomerResult(msgspec.Struct, frozen=True):
    """The result for one customer. Pointers are relative to the body."""

    index: int
    id: str
    outcome: str
    errors: list[FieldError]


class CustomersAnswer(msgspec.Struct, frozen=True):
    """The results in the order of the request, and their counts."""

    created: int
    updated: int
    unchanged: int
    rejected: int
    customers: list[CustomerResult]


class AnswerAnswer(msgspec.Struct, frozen=True):
    """The current answer to a question."""

    survey: str
    question: str
    answer: str
    answered_at: MomentText


class InquiryAnswer(msgspec.Struct, frozen=True):
    """An inquiry as it was last reported."""

    id: str
    topic: str
    opened_at: MomentText
    closed_at: MomentText | None
    changed_at: MomentText


class ConsentAnswer(msgspec.Struct, frozen=True):
    """A statement, and whether it is in force."""

    purpose: str
    channel: str
    granted: bool
    source: str
    wording: str
    page: str
    stated_at: MomentText


class ActAnswer(msgspec.Struct, frozen=True):
    """What the customer viewed, searched for or put into the cart: how often, and when the last time.

    It has one of `sku`, `category` and `text`.
    """

    type: str
    last_at: MomentText
    count: int
    sku: str | UnsetType = UNSET
    category: str | UnsetType = UNSET
    text: str | UnsetType = UNSET


class CustomerAnswer(msgspec.Struct, frozen=True):
    """What is stored of a customer.

    `merged_ids` are other ids of the customer. `consents` is the history, newest first; `in_force` says by
    purpose and channel what it means today. `behaviour` has the newest first.
    """

    id: str
    merged_ids: list[str]
    created_at: MomentText
    attributes: dict[str, AttributeJson]
    answers: list[AnswerAnswer]
    inquiries: list[InquiryAnswer]
    consents: list[ConsentAnswer]
    in_force: dict[str, dict[str, bool]]
    behaviour: list[ActAnswer]


class StoredCustomerAnswer(CustomerAnswer, frozen=True, kw_only=True):
    """What is stored of a customer after a change, and what the change did."""

    outcome: str


class MergeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is the same person as the customer: another customer, or a visitor."""

    from_: Annotated[
        Id | None, Meta(description="The other customer ID. It stands for this customer from now on.")
    ] = msgspec.field(default=None, name="from")
    visitor: Annotated[Id | None, Meta(description="The visitor who has logged in.")] = None


def pointed(pointer: str, errors: tuple[FieldError, ...]) -> list[FieldError]:
    """Return the errors of an item with pointers into the body."""
    return [FieldError(f"{pointer}{error.pointer}", error.code, error.detail) for error in errors]


know_values(CustomerResult, outcome=[outcome.value for outcome in Outcome])
know_values(ActAnswer, type=["view", "search", "add_to_cart"])
know_values(StoredCustomerAnswer, outcome=[Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, "merged"])
