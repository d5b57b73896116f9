"""Price a cart with what the shopper accepted, and keep the promise."""

from checkout.services.quote.price import PricedQuote, price_quote
from checkout.services.quote.request import (
    AcceptedProposal,
    Note,
    QuoteLine,
    QuoteRefusedError,
    QuoteRequest,
)
from checkout.services.quote.shares import LineShare
from checkout.services.quote.standings import Standing

__all__ = [
    "AcceptedProposal",
    "LineShare",
    "Note",
    "PricedQuote",
    "QuoteLine",
    "QuoteRefusedError",
    "QuoteRequest",
    "Standing",
    "price_quote",
]
