"""Price a cart with what the shopper accepted, and keep the promise."""

from offers.services.quote.price import PricedQuote, price_quote
from offers.services.quote.request import (
    AcceptedProposal,
    Note,
    QuoteLine,
    QuoteRefusedError,
    QuoteRequest,
)
from offers.services.quote.shares import LineShare
from offers.services.quote.standings import Standing

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
