"""What the shopper allows to be known of them: the request without what they have refused."""

from typing import Final

from msgspec.structs import replace

from engine.decision.types import DecisionRequest
from engine.notes import Note
from engine.restraint import RestraintLedger, consent_of

NOT_PERSONALISED: Final = Note(
    "not_personalised",
    "/customer",
    "The customer has turned personalisation off. Only the request and what they refuse decide.",
)


def as_allowed(request: DecisionRequest) -> DecisionRequest:
    """Return the request with the customer's consents.

    Without personalisation, the customer is as unknown as a guest: no purchases, facts, attributes, answers
    or counts of what they saw. What they asked not to be shown remains, because it is their own instruction.
    """
    customer, consent = request.customer, request.consent
    if customer is not None and customer.consents:
        consent = consent_of(customer.consents, request.channel)
    if consent.is_personalised:
        return request if consent is request.consent else replace(request, consent=consent)
    refusals = RestraintLedger.read(request.ledger).only_refusals().pack()
    return replace(request, customer=None, visitor=refusals, consent=consent)
