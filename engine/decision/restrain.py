"""Restrain: what is held back from this shopper now. A stage between guards and price.

The rulings come from `engine.restraint` in one pass over the shopper's ledger, by names. Here they become
sets of offers and rows of products, so that each offer and each candidate costs a look-up.
"""

from collections.abc import Callable, Iterable, Mapping
from struct import Struct as Layout
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.decision.candidate import Candidate
from engine.decision.types import DecisionRequest
from engine.learned.facts import EARLY
from engine.moments import is_time_zone
from engine.restraint import Directory, Drop, Hold, Restraint, RestraintLedger, restrain
from engine.restraint.policy import DAY, Policies
from engine.restraint.rulings import NO_LEVER
from engine.snapshot.columns import EVERY_OFFER
from engine.snapshot.reader import Snapshot

UNKNOWN: Final = -1
# The attribute of customers that has their IANA time zone.
TIME_ZONE: Final = "time_zone"
# The reason for which what a shopper declined is held back.
DECLINED: Final = "declined"
_DUE: Final = Layout("<qiIfIB")  # engine.learned.facts.DUE
# A price that was declined halves the step that an upgrade may take in the category, twice at most.
_STEP_FACTOR: Final = 0.5
_MOST_PRICE_DECLINES: Final = 2

Ruling = Hold | Drop


class SnapshotDirectory(Directory):
    """Looks up the names of a ledger in a snapshot, and when a customer needs a product again."""

    def __init__(self, snapshot: Snapshot, due: bytes) -> None:
        self._snapshot, self._due = snapshot, due
        self.knows_due = bool(due)

    def kind_of(self, offer: str) -> str:
        """Return the code of an offer's kind."""
        row = self._snapshot.find_offer(offer)
        return "" if row == UNKNOWN else self._snapshot.offers[row].kind

    def category_of(self, products: str) -> str:
        """Return the category of the first product."""
        category = self._category_row(products)
        return "" if category == UNKNOWN else str(self._snapshot.category_pk[category])

    def due_at(self, products: str, after: int) -> int | None:
        """Return when the customer is reminded of a product again, if that is after it was got."""
        row = self._snapshot.find_product(products) if self._due else UNKNOWN
        if row == UNKNOWN:
            return None
        wanted = self._snapshot.products.pk[row]
        for place in range(0, len(self._due) - _DUE.size + 1, _DUE.size):
            product, due_day, _purchases, _chance, interval_days, _source = _DUE.unpack_from(self._due, place)
            moment = (due_day - interval_days // EARLY) * DAY
            if product == wanted and moment > after:
                return int(moment)
        return None

    def _category_row(self, products: str) -> int:
        row = self._snapshot.find_product(products.split(" ", 1)[0])
        return UNKNOWN if row == UNKNOWN else self._snapshot.products.category[row]


class Held(Struct):
    """What is held back from the shopper, by rows of the snapshot.

    `offers` are sets of the offers that pass, by the reason that the others do not; `declined` is the set of
    those that the shopper declined. `products` are held back together, `alone` each by itself. `categories`
    hold back those below them too. `steps` says by what factor the largest step of an upgrade shrinks in a
    category, and `room` how many offers may still be shown.
    """

    offers: list[tuple[str, int]]
    products: Mapping[frozenset[int], str]
    alone: Mapping[int, str]
    categories: Mapping[int, str]
    levers: Mapping[int, float]
    steps: Mapping[int, float]
    room: int | None
    declined: int = 0

    def lever_of(self, offer: int) -> float:
        """Return how many times the value of an offer counts, by row."""
        return self.levers.get(offer, NO_LEVER)


NOTHING_HELD: Final = Held([], {}, {}, {}, {}, {}, None)


def policies_of(snapshot: Snapshot, request: DecisionRequest) -> Policies:
    """Return by what is held back from the shopper: the policies of their arm, or else those of the shop."""
    return request.assignment.variation.restraint or snapshot.restraint


def hold_back(snapshot: Snapshot, request: DecisionRequest) -> Held:
    """Return what is held back from the shopper in the placement of the request."""
    held = _hold_back(snapshot, request)
    return held if request.consent.is_personalised else replace(held, levers={}, steps={})


def _hold_back(snapshot: Snapshot, request: DecisionRequest) -> Held:
    packed, consent, customer = request.ledger, request.consent, request.customer
    policies = policies_of(snapshot, request)
    if not (packed or policies.caps or policies.quiet or consent.refused_channels):
        return NOTHING_HELD
    found = restrain(
        RestraintLedger.read(packed),
        policies,
        consent,
        now=request.at,
        channel=request.channel,
        placement=request.placement if policies.by_placement else "",
        zone=_zone_of(request) if policies.quiet else "",
        directory=SnapshotDirectory(snapshot, b"" if customer is None else customer.due),
    )
    return _by_rows(snapshot, found)


def _zone_of(request: DecisionRequest) -> str:
    """Return the time zone of the shopper, "" if nobody knows it: the request's own goes first."""
    known = {} if request.customer is None else request.customer.attributes
    return next((str(one) for one in (request.time_zone, known.get(TIME_ZONE)) if is_time_zone(one)), "")


def held_reason(
    held: Held,
    candidate: Candidate,
    *,
    units_of: Callable[[int], int],
    chain_of: Callable[[int], Iterable[int]],
) -> str | None:
    """Return why a candidate is held back: its products together, or a part that would be added.

    `units_of` tells how many units of a product page and cart hold: a part that is there already does not
    bring a refused product back. `chain_of` yields a product's category and those above.
    """
    parts = candidate.parts
    if len(parts) == 1 and parts[0][0] in held.alone:
        return held.alone[parts[0][0]]
    together = held.products.get(frozenset([product for product, _units in parts])) if held.products else None
    if together is not None:
        return together
    added = [product for product, units in parts if units > units_of(product)]
    alone = next((held.alone[product] for product in added if product in held.alone), None)
    if alone is not None or not held.categories:
        return alone
    above = (category for product in added for category in chain_of(product))
    return next((held.categories[category] for category in above if category in held.categories), None)


def _by_rows(snapshot: Snapshot, found: Restraint) -> Held:
    products, alone = _products(snapshot, found)
    offers = _offers(snapshot, found)
    return Held(
        offers=offers,
        products=products,
        alone=alone,
        categories=_categories(snapshot, found),
        levers={
            row: lever for code, lever in found.levers.items() if (row := snapshot.find_offer(code)) >= 0
        },
        steps=_steps(snapshot, found),
        room=found.room,
        declined=~dict(offers).get(DECLINED, EVERY_OFFER),
    )


def _offers(snapshot: Snapshot, found: Restraint) -> list[tuple[str, int]]:
    """Return the sets of offers that pass, by reason."""
    if found.everything is not None:
        return [(found.everything.reason, 0)]
    barred: dict[str, int] = {}
    for code, ruling in found.offers.items():
        row = snapshot.find_offer(code)
        if row != UNKNOWN:
            barred[ruling.reason] = barred.get(ruling.reason, 0) | 1 << row
    if found.kinds:
        for row in range(len(snapshot.offers)):
            ruling_of_kind = found.kinds.get(snapshot.offers[row].kind)
            if ruling_of_kind is not None:
                barred[ruling_of_kind.reason] = barred.get(ruling_of_kind.reason, 0) | 1 << row
    return [(reason, EVERY_OFFER & ~offers) for reason, offers in barred.items()]


def _products(snapshot: Snapshot, found: Restraint) -> tuple[dict[frozenset[int], str], dict[int, str]]:
    """Return what is held back together and, by row, alone; a product that is gone cannot be proposed."""
    find, together, alone = snapshot.find_product, {}, {}
    for key, ruling in found.products.items():
        if " " in key:
            rows = frozenset([find(sku) for sku in key.split(" ")])
            if UNKNOWN not in rows:
                together[rows] = ruling.reason
        elif (row := find(key)) != UNKNOWN:
            alone[row] = ruling.reason
    return together, alone


def _categories(snapshot: Snapshot, found: Restraint) -> dict[int, str]:
    if not found.categories:
        return {}
    rows = {str(pk): row for row, pk in enumerate(snapshot.category_pk)}
    return {rows[pk]: ruling.reason for pk, ruling in found.categories.items() if pk in rows}


def _steps(snapshot: Snapshot, found: Restraint) -> dict[int, float]:
    """Return by what factor steps shrink in the categories of what was declined for its price."""
    counts: dict[int, int] = {}
    for key, count in found.price_declines.items():
        product = snapshot.find_product(key.split(" ", 1)[0])
        category = UNKNOWN if product == UNKNOWN else snapshot.products.category[product]
        if category != UNKNOWN:
            counts[category] = counts.get(category, 0) + count
    return {category: _STEP_FACTOR ** min(count, _MOST_PRICE_DECLINES) for category, count in counts.items()}
