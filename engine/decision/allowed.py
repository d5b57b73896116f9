"""What the shopper allows to be known of them: the request without what they have refused."""

from typing import Final

from msgspec.structs import replace

from engine.decision.types import DecisionRequest, KnownCustomer
from engine.notes import Note
from engine.restraint import RestraintLedger, consent_of

NOT_PERSONALISED: Final = Note(
    "not_personalised",
    "/customer",
    "The customer has turned personalisation off. Only the request and what they refuse decide.",
)


def as_allowed(request: DecisionRequest) -> DecisionRequest:
    """Return the request with the customer's consents, and without what they do not allow to be known."""
    customer, consent = request.customer, request.consent
    if customer is not None and customer.consents:
        consent = consent_of(customer.consents)
    if consent.is_personalised:
        return request if consent is request.consent else replace(request, consent=consent)
    if customer is not None:
        return replace(request, customer=without_history(customer), consent=consent)
    return replace(request, visitor=_refusals(request.visitor), consent=consent)


def allowed_customer(customer: KnownCustomer) -> KnownCustomer:
    """Return what the customer allows to be known of them."""
    is_allowed = not customer.consents or consent_of(customer.consents).is_personalised
    return customer if is_allowed else without_history(customer)


def without_history(customer: KnownCustomer) -> KnownCustomer:
    """Return a customer of whom nothing is known: no purchases, facts, attributes, answers or counted views.

    What they asked not to be shown remains, because it is their own instruction, and the uses that limited
    offers count, because a quote would refuse more.
    """
    return KnownCustomer(
        ledger=_refusals(customer.ledger),
        own_uses=customer.own_uses,
        consents=customer.consents,
        is_private=True,
    )


def _refusals(packed: bytes) -> bytes:
    return RestraintLedger.read(packed).only_refusals().pack()
