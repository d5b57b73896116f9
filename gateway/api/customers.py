"""Which customer a call is about, and whether the caller has proved it."""

import re
import time
from typing import Final

from msgspec import Struct

from gateway.api.authentication import current_key_ring
from gateway.api.problems import ProblemError, invalid_field
from gateway.api.shapes.problem import FieldError
from gateway.api.shapes.types import ID_PATTERN
from gateway.services.customer_token import CustomerTokenError, read_customer_token
from gateway.services.key_ring import KeyEntry

_ID: Final = re.compile(ID_PATTERN)


class Shopper(Struct, frozen=True):
    """A customer by the shop's own id, None for a guest.

    `is_proven` is false for a customer that a page names without a token. Such a claim creates no customer.
    """

    customer: str | None = None
    is_proven: bool = False


def shopper_of(key: KeyEntry, customer: str | None, token: str | None) -> Shopper:
    """Return who a call is about; raise a problem if this key must not say so.

    A secret key names any customer. A publishable key sends a token, unless its settings allow to name
    customers without.
    """
    if token is not None:
        if customer is not None:
            detail = "Send either `customer` or `customer_token`."
            raise invalid_field("/customer_token", "ambiguous", detail)
        return Shopper(_proven(key, token), is_proven=True)
    if customer is not None and key.customers_by_token and not key.is_secret:
        detail = "With this publishable key, send `customer_token`, which your server signs, not `customer`."
        error = FieldError("/customer", "token_required", detail)
        raise ProblemError("customer_token_required", detail, errors=[error])
    return Shopper(customer, is_proven=key.is_secret)


def _proven(key: KeyEntry, token: str) -> str:
    if key.is_secret:
        detail = "Tokens are for publishable keys. With a secret key, send `customer`."
        raise invalid_field("/customer_token", "publishable_key_only", detail)
    try:
        customer = read_customer_token(token, key=key, ring=current_key_ring(), at=int(time.time()))
    except CustomerTokenError as error:
        raise _invalid(error.code, error.detail) from error
    if not _ID.fullmatch(customer):
        raise _invalid("token_malformed", "The customer in the customer_token is not a valid customer id.")
    return customer


def _invalid(code: str, detail: str) -> ProblemError:
    field = FieldError("/customer_token", code, detail)
    return ProblemError("customer_token_invalid", detail, errors=[field])
