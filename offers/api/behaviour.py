"""What shoppers look at, search for and put into the cart, as events report it."""

import unicodedata
from collections.abc import Iterable
from typing import Final, TypeVar

from msgspec import UNSET, UnsetType

from gateway.api.customers import shopper_of
from gateway.api.problems import ProblemError, invalid_field
from gateway.api.shapes.problem import FieldError
from gateway.services.key_ring import KeyEntry
from offers.api.shapes.event import EventItem
from offers.services.behaviour.event import BehaviourInput

T = TypeVar("T")

_OF_OFFERS: Final = ("decision_id", "offer", "position", "reason", "until")
_SEARCH: Final = "search"


def behaviour_of(item: EventItem, key: KeyEntry) -> BehaviourInput:
    """Return the event; raise a problem that names the field if it is not one of its type.

    A customer must be proved, by a secret key or a token: there is no decision that was made for them.
    """
    refuse_fields(item, _OF_OFFERS)
    shopper = shopper_of(key, item.customer, item.customer_token)
    if shopper.customer is not None and not shopper.is_proven:
        detail = "Send `customer_token`, which your server signs, not `customer`."
        error = FieldError("/customer", "token_required", detail)
        raise ProblemError("customer_token_required", detail, errors=[error])
    session = item.visitor or item.session or ""
    if shopper.customer is None and not session:
        raise invalid_field("/visitor", "required", "Say whose event it is: send `visitor` or a customer.")
    sku, category, text = _subject_of(item)
    return BehaviourInput(
        event_id=item.event_id,
        type=item.type,
        sku=sku,
        category=category,
        text=text,
        occurred_at=item.occurred_at,
        customer=shopper.customer or "",
        session=session,
    )


def refuse_fields(item: EventItem, names: Iterable[str]) -> None:
    """Raise a problem if an event has a field that its type does not have."""
    for name in names:
        if getattr(item, name) not in (None, UNSET):
            raise invalid_field(f"/{name}", "not_with_type", f"A `{item.type}` event has no `{name}`.")


def required(value: T | UnsetType, name: str) -> T:
    """Return a field that the type of an event requires; raise a problem if it is missing."""
    if isinstance(value, UnsetType):
        raise invalid_field(f"/{name}", "required", f"Object missing required field `{name}`.")
    return value


def _subject_of(item: EventItem) -> tuple[str, str, str]:
    """Return the SKU, the path of the category and the text: one of them."""
    if item.type == _SEARCH:
        refuse_fields(item, ("sku", "category"))
        text = " ".join(unicodedata.normalize("NFKC", item.text or "").split())[:200]
        if not text:
            raise invalid_field("/text", "required", "Send the text that was searched for.")
        return "", "", text
    refuse_fields(item, ("text",))
    if item.sku is not None and item.category is not None:
        raise invalid_field("/category", "ambiguous", "Send either `sku` or `category`.")
    if item.sku is None and item.category is None:
        raise invalid_field("/sku", "required", "Send the `sku` of a product or the path of a `category`.")
    return item.sku or "", item.category or "", ""
