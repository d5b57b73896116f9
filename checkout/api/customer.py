"""Merging customers: two IDs of one person, or a visitor who logs in."""

from typing import Final

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from checkout.services.customer_merge import link_visitor, merge_customers
from gateway.api.openapi import describe
from gateway.api.problems import invalid_field
from gateway.api.views import ApiView, answer
from offers.api.customer import CUSTOMER_ID, found_customer, require_customer_id
from offers.api.render_customer import customer_fields
from offers.api.shapes.customer import MERGED, UNCHANGED, MergeBody, StoredCustomerAnswer
from offers.api.shapes.customer_examples import MERGE_REQUEST, MERGED_ANSWER
from offers.services.customer_merge import MergeError

_decoder: Final = msgspec.json.Decoder(MergeBody)


class MergeView(ApiView):
    """Merge another customer, or a visitor, into a customer."""

    @describe(
        "merge_customer",
        "Merge another ID or a visitor into a customer",
        tag="Customers",
        body=MergeBody,
        example=MERGE_REQUEST,
        answers={200: StoredCustomerAnswer},
        answer_examples={"answer": MERGED_ANSWER},
        problems=(400, 401, 403, 404, 411, 413, 415, 429, 503),
        parameters=[CUSTOMER_ID],
    )
    def post(self, request: Request, customer_id: str) -> HttpResponse:
        """Pass everything of the other to this customer. Repeating the call changes nothing."""
        require_customer_id(customer_id)
        body = self.read(request, _decoder)
        is_new = _merge(customer_id, body)
        fields = customer_fields(found_customer(customer_id))
        return answer(StoredCustomerAnswer(**fields, outcome=MERGED if is_new else UNCHANGED))


def _merge(customer_id: str, body: MergeBody) -> bool:
    if body.visitor is not None:
        if body.from_ is not None:
            raise invalid_field("/visitor", "ambiguous", "Send either `from` or `visitor`.")
        return link_visitor(customer=customer_id, visitor=body.visitor)
    if body.from_ is None:
        raise invalid_field("/from", "required", "Object missing required field `from`.")
    try:
        return merge_customers(survivor=customer_id, other=body.from_)
    except MergeError as error:
        raise invalid_field("/from", "out_of_range", str(error)) from error
