"""Customers: the shop's own system sends what it knows of them."""

import re
from collections import Counter
from http import HTTPStatus
from typing import Final

import msgspec
from django.http import HttpResponse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from catalog.services.product_input import Outcome
from gateway.api.openapi import describe
from gateway.api.problems import ProblemError, invalid_field
from gateway.api.reader import decode
from gateway.api.shapes.types import ID_PATTERN
from gateway.api.views import ApiView, answer
from offers.api.render_customer import customer_fields
from offers.api.shapes.customer import (
    CustomerAnswer,
    CustomerBody,
    CustomerItem,
    CustomerResult,
    CustomersAnswer,
    CustomersRequest,
    RawCustomers,
    StoredCustomerAnswer,
    pointed,
)
from offers.api.shapes.customer_examples import (
    CUSTOMER_ANSWER,
    CUSTOMER_REQUEST,
    CUSTOMERS_ANSWER,
    CUSTOMERS_REQUEST,
    STORED_CUSTOMER_ANSWER,
)
from offers.services.customer_input import CustomerInput
from offers.services.customer_update import update_customers
from offers.services.customer_view import StoredCustomer, find_customer

_ID_SENTENCE: Final = "1 to 128 characters, without white space at either end and without control characters."
CUSTOMER_ID: Final = OpenApiParameter(
    "customer_id",
    {"type": "string", "minLength": 1, "maxLength": 128, "pattern": ID_PATTERN},
    OpenApiParameter.PATH,
    description=f"The shop's own customer ID. {_ID_SENTENCE}",
)
_id: Final = re.compile(ID_PATTERN)
_body_decoder: Final = msgspec.json.Decoder(CustomerBody)
_batch_decoder: Final = msgspec.json.Decoder(RawCustomers)
_item_decoder: Final = msgspec.json.Decoder(CustomerItem)


class CustomerView(ApiView):
    """A customer under the shop's own ID."""

    max_body_bytes = 2_097_152

    @describe(
        "get_customer",
        "Get a customer",
        tag="Customers",
        answers={200: CustomerAnswer},
        answer_examples={"answer": CUSTOMER_ANSWER},
        problems=(400, 401, 403, 404, 429, 503),
        parameters=[CUSTOMER_ID],
    )
    def get(self, request: Request, customer_id: str) -> HttpResponse:
        """Return what is stored. For an ID that was merged, it is the customer that it stands for."""
        require_customer_id(customer_id)
        return answer(CustomerAnswer(**customer_fields(found_customer(customer_id))))

    @describe(
        "update_customer",
        "Create or update a customer",
        tag="Customers",
        body=CustomerBody,
        example=CUSTOMER_REQUEST,
        answers={200: StoredCustomerAnswer, 201: StoredCustomerAnswer},
        answer_examples={"answer": STORED_CUSTOMER_ANSWER},
        problems=(400, 401, 403, 411, 413, 415, 429, 503),
        parameters=[CUSTOMER_ID],
    )
    def put(self, request: Request, customer_id: str) -> HttpResponse:
        """Store what changes; what is left out stays as it is. Repeating the call changes nothing."""
        require_customer_id(customer_id)
        body = self.read(request, _body_decoder)
        (verdict,) = update_customers(items=[body.of(customer_id)], at=now())
        if verdict.errors:
            named = ", ".join(error.pointer for error in verdict.errors[:5])
            detail = f"The customer was not changed: see {named}."
            raise ProblemError("invalid_request", detail, errors=list(verdict.errors))
        status = HTTPStatus.CREATED if verdict.outcome == Outcome.CREATED else HTTPStatus.OK
        fields = customer_fields(found_customer(customer_id))
        return answer(StoredCustomerAnswer(**fields, outcome=verdict.outcome), status)


class CustomersView(ApiView):
    """Create and update customers in bulk."""

    max_body_bytes = 2_097_152

    @describe(
        "update_customers",
        "Create or update customers",
        tag="Customers",
        body=CustomersRequest,
        example=CUSTOMERS_REQUEST,
        answers={200: CustomersAnswer},
        answer_examples={"answer": CUSTOMERS_ANSWER},
        problems=(400, 401, 403, 411, 413, 415, 429, 503),
    )
    def post(self, request: Request) -> HttpResponse:
        """Create or update customers, with a result for each; a rejected one does not affect the others."""
        batch = self.read(request, _batch_decoder)
        items: dict[int, CustomerInput] = {}
        results: dict[int, CustomerResult] = {}
        for index, raw in enumerate(batch.customers):
            try:
                item = decode(raw, _item_decoder, f"/customers/{index}")
                items[index] = item.of(item.id)
            except ProblemError as problem:
                results[index] = CustomerResult(index, _id_in(raw), Outcome.REJECTED, problem.errors)
        verdicts = update_customers(items=list(items.values()), at=now()) if items else []
        for index, verdict in zip(items, verdicts, strict=True):
            errors = pointed(f"/customers/{index}", verdict.errors)
            results[index] = CustomerResult(index, items[index].id, verdict.outcome, errors)
        counts = Counter(result.outcome for result in results.values())
        return answer(
            CustomersAnswer(
                created=counts[Outcome.CREATED],
                updated=counts[Outcome.UPDATED],
                unchanged=counts[Outcome.UNCHANGED],
                rejected=counts[Outcome.REJECTED],
                customers=[results[index] for index in sorted(results)],
            )
        )


def require_customer_id(customer_id: str) -> None:
    """Refuse an ID that would not be stored as sent."""
    if not _id.fullmatch(customer_id):
        raise invalid_field("/customer_id", "bad_format", _ID_SENTENCE)


def found_customer(customer_id: str) -> StoredCustomer:
    """Return what is stored of a customer; raise a problem if there is none."""
    found = find_customer(customer_id)
    if found is None:
        raise ProblemError("unknown_customer", "No customer has this ID.")
    return found


def _id_in(raw: msgspec.Raw) -> str:
    """Return the ID of an invalid item, so that the sender can find it."""
    try:
        item = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    sent = item.get("id") if isinstance(item, dict) else None
    return sent[:128] if isinstance(sent, str) else ""
