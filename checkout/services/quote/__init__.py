"""Price a cart with what the shopper accepted, and keep the promise."""

from checkout.services.quote.offer_outcomes import OfferOutcome
from checkout.services.quote.price import PricedQuote, price_quote
from checkout.services.quote.request import (
    AcceptedProposal,
    QuoteLine,
    QuoteRefusedError,
    QuoteRequest,
)
from checkout.services.quote.shares import LineShare

__all__ = [
    "AcceptedProposal",
    "LineShare",
    "OfferOutcome",
    "PricedQuote",
    "QuoteLine",
    "QuoteRefusedError",
    "QuoteRequest",
    "price_quote",
]
