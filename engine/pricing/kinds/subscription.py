"""Subscription: an introductory price for the first deliveries, then the recurring one."""

from engine.pricing.benefit import Benefit, price_with
from engine.pricing.board import Board
from engine.pricing.claim import Claim
from engine.pricing.index import Roles
from engine.pricing.lines import Lines
from engine.pricing.offer import Offer
from engine.pricing.terms import SubscriptionTerms


def claim(terms: SubscriptionTerms, offer: Offer, roles: Roles, _lines: Lines, board: Board) -> Claim:
    """Claim, on each subscription line, the benefit of the delivery that is priced."""
    claimed = Claim()
    suits = False
    for row in roles[0]:
        line = board.lines[row]
        if terms.intervals and line.interval_days not in terms.intervals:
            continue
        suits = True
        benefit = benefit_of_cycle(terms, line.cycle)
        if benefit.kind == "none":
            claimed.at_list = True
            continue
        claimed.takes += board.take_all([row], benefit, offer)
    if not suits:
        claimed.reason = "interval"
    return claimed


def benefit_of_cycle(terms: SubscriptionTerms, cycle: int) -> Benefit:
    """Return the benefit of delivery number `cycle`, the first being 1."""
    return terms.intro if cycle <= terms.intro_cycles else terms.recurring


def subscription_prices(terms: SubscriptionTerms, list_minor: int) -> tuple[int, int, int]:
    """Return (price now, price later, number of the first delivery at the later price), a unit."""
    now = price_with(benefit_of_cycle(terms, 1), list_minor)
    return now, price_with(terms.recurring, list_minor), terms.intro_cycles + 1
