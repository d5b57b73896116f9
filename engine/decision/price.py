"""Price: what a quote charges once a proposal is accepted, and what showing it is expected to be worth.

While offers compete, each candidate has the quick price of its kind: what its offer makes of it alone. A
candidate that fills a slot gets the price of the whole cart, with all offers, conditions and lanes, as the
pricing core charges it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from engine.decision.accepted import ratio_of
from engine.decision.basket import cart_of, lines_of
from engine.decision.candidate import NOTHING, Candidate, Parts, Priced
from engine.decision.charged import Charged, Now, charged_for, units_less, units_of
from engine.decision.context import Context
from engine.decision.limits import price_within_limits
from engine.decision.match import circumstances_after
from engine.pricing import (
    Acceptance,
    Cart,
    PricingCartLine,
    PricingOutcome,
    price_cart,
    price_units,
)
from engine.snapshot.conditions import MappedCircumstances
from engine.snapshot.gates import TooFew
from engine.snapshot.plain_discounts import Surpassed
from engine.snapshot.records import OfferRecord
from engine.snapshot.sight import NO_SIGHT

Accepted = tuple[Acceptance, ...]


def expected_value(context: Context, offer: OfferRecord, candidate: Candidate, priced: Priced) -> float:
    """Return what showing the candidate is expected to add to the margin or to the sales of the placement.

    The relevance counts as the answers of shoppers and the interest of this one say.
    """
    relevance = candidate.relevance * (1 + candidate.interest)
    if context.answers is not None:
        relevance *= ratio_of(context, offer, candidate)
    gain_minor = priced.added_minor
    if context.ranks_by_margin:
        gain_minor -= added_cost(context, candidate)
    return min(relevance, 1.0) * max(gain_minor, 0)


def added_cost(context: Context, candidate: Candidate) -> int:
    """Return what the units that acceptance adds cost the shop, less those that it replaces, in minor units.

    Costs that are not known are estimated (`engine.snapshot.costs`).
    """
    cost, change = context.snapshot.products.ranking_cost, candidate.change
    if change is None and candidate.items is None:
        unit_minor = cost[candidate.product]
        if candidate.replaces != NOTHING:
            unit_minor -= cost[candidate.replaces]
        return unit_minor * candidate.quantity
    held = {} if change is not None and change.given else context.held
    return sum([cost[row] * max(units - held.get(row, 0), 0) for row, units in candidate.parts])


def is_capped(context: Context, offer: OfferRecord) -> bool:
    """Tell whether something may keep the offer's discount from being the whole benefit."""
    return bool(context.snapshot.gates.sets.capped >> offer.row & 1)


def held_in(context: Context, currency: int) -> dict[int, int]:
    """Return the units of each product that page and cart hold, as far as they are sold in this currency."""
    if context.currencies == {currency}:
        return dict(context.held)
    sold_in = context.snapshot.products.currency
    return {row: units for row, units in context.held.items() if sold_in[row] == currency}


def cart_in(context: Context, currency: int) -> dict[int, int]:
    """Return the units that the cart itself holds, without the page's product."""
    held = held_in(context, currency)
    return {row: units for row, units in held.items() if row in context.cart}


def acceptance_of(
    context: Context, offer: OfferRecord, candidate: Candidate, *, replaces: int = NOTHING
) -> Accepted:
    """Return the acceptance of the one product, in the place of another where it `replaces` one."""
    facts = context.snapshot.pricing.product
    replaced = None if replaces == NOTHING else facts(replaces).id
    return (Acceptance(offer.id, facts(candidate.product), replaced, candidate.quantity),)


class Step(NamedTuple):
    """The step from the cart of now to the cart after acceptance, in one currency.

    `before` and `after` are the sets of offers whose discounts may change by the step, as far as they are
    open to the cart of now and to that afterwards. `is_open` tells whether the proposing offer is.
    """

    before: int
    after: int
    is_open: bool

    def affects_others(self, offer: OfferRecord) -> bool:
        """Tell whether an offer besides the proposing one is affected."""
        return bool((self.before | self.after) & ~(1 << offer.row))


def is_alone(
    context: Context, offer: OfferRecord, units: Callable[[], Mapping[int, int]], changed: Sequence[int]
) -> bool:
    """Tell whether it is plain that accepting the offer's proposal changes no discount of another offer.

    The offer is open to the cart of `units` then, in which those of the products `changed` are others. After
    a purchase its conditions were met by what was bought, so nothing is plain.
    """
    if not context.held:
        return False
    gates, now = context.snapshot.gates, now_in(context, offer.currency)

    def ask() -> MappedCircumstances:
        return circumstances_after(context, units(), offer.currency)

    return gates.is_alone_after(now.offers, gates.sights.of_all(changed), 1 << offer.row, ask)


def step_to(context: Context, offer: OfferRecord, units: Mapping[int, int], changed: Collection[int]) -> Step:
    """Return the step to a cart of these units, in which those of the products `changed` are others."""
    gates, now, own = context.snapshot.gates, now_in(context, offer.currency), 1 << offer.row
    sight, besides = gates.sights.of_all(changed), NO_SIGHT
    outside = [row for row in changed if row not in units]
    if outside:
        # Only what is in the cart can trigger an offer: neither options nor what is accepted in exchange.
        joining = gates.sights.of_all([row for row in changed if row in units])
        sight = sight._replace(triggered=joining.triggered)
        besides = gates.sights.of_all(outside)
    ask = partial(circumstances_after, context, units, offer.currency)
    if now.doing_nothing is None:
        now.doing_nothing = gates.seeing_too_few(now.offers.now, now.units, NO_SIGHT)
    open_now = now.offers.now & (~now.doing_nothing | own)
    open_after = gates.open_after(now.offers, sight, own, TooFew(units, besides), ask)
    affected = gates.affected(
        open_now | open_after,
        opened=open_now ^ open_after,
        changed=sight,
        unchanged=[row for row in now.units if row not in changed],
    )
    return Step(affected & open_now, affected & open_after, is_open=bool(open_after & own))


def price_step(
    context: Context,
    offer: OfferRecord,
    step: Step,
    after: tuple[Sequence[PricingCartLine], Accepted],
    *,
    parts: Parts,
    held: Parts,
) -> Priced | None:
    """Return what `parts` cost by the step to the lines `after` acceptance; only affected offers are asked.

    `held` are the units of the cart of now that the parts contain or replace. Where they make the rest of the
    cart cheaper by more than they cost, `offer_minor` is 0 and `added_minor` is negative. None if the cart
    does not contain the parts afterwards, because the offer is not open to it.
    """
    now = now_in(context, offer.currency)
    before = now.charged.get(step.before)
    if before is None:
        before = charge(context, offer, now.lines, (), step.before)
        now.charged[step.before] = before
    then = charge(context, offer, after[0], after[1] if step.is_open else (), step.after)
    pk, price = context.snapshot.products.pk, context.snapshot.products.price
    part_minor = [then.cost_of(pk[row], units) for row, units in parts]
    if None in part_minor:
        return None
    added_minor = then.total_minor - before.total_minor
    held_minor = sum(before.cost_of(pk[row], units) or 0 for row, units in held)
    return Priced(
        list_minor=sum(price[row] * units for row, units in parts),
        offer_minor=max(held_minor + added_minor, 0),
        added_minor=added_minor,
        part_minor=tuple([minor for minor in part_minor if minor is not None]),
        gain_minor=then.discount_minor - before.discount_minor,
    )


def charge(
    context: Context, offer: OfferRecord, lines: Sequence[PricingCartLine], accepted: Accepted, among: int
) -> Charged:
    """Price the lines under a set of offers as a quote does; in a trial under the proposing offer alone."""
    cart, table, gates = (
        cart_of(context, offer, lines, accepted),
        context.snapshot.pricing,
        context.snapshot.gates,
    )
    if context.is_trial:
        index = table.alone(offer.row)
        return charged_for(
            price_units(cart=cart, offers=index, rules=table.timeless_rules, among=list(index.by_id))
        )
    if among & gates.sets.finite:
        return charged_for(units_of(price_within_limits(context, cart, gates.keys_of(among))))
    left, surpassed, off = without_surpassed(context, cart, among)
    if off is not None:
        return charged_for(units_less(cart, off))
    units = price_units(
        cart=cart,
        offers=table.index,
        rules=table.timeless_rules,
        among=gates.keys_of(left),
        surpassed=surpassed,
    )
    return charged_for(units)


def without_surpassed(context: Context, cart: Cart, among: int) -> Surpassed:
    """Leave out the offers that others surpass on every unit of the cart, as far as that is plain."""
    plain = context.snapshot.gates.plain
    if not plain.can_tell(among):
        return Surpassed(among, {})
    if any(line.interval_days or line.options for line in cart.lines):
        return Surpassed(among, {})
    find, by_acceptance = context.snapshot.products.find_pk, context.snapshot.pricing.index.by_acceptance
    products = {find(line.product.id): True for line in cart.lines}
    is_by_acceptance = False
    for one in cart.accepted:
        is_by_acceptance |= one.offer in by_acceptance
        if one.replaces is not None:
            products[find(one.replaces)] = False
        products.setdefault(find(one.product.id), False)
    surpassed = plain.surpassed(among, products)
    return surpassed._replace(off=None) if is_by_acceptance else surpassed


def price_with_outcome(
    context: Context, offer: OfferRecord, units: Mapping[int, int]
) -> tuple[Charged, PricingOutcome]:
    """Return what a quote charges for the units, and what becomes of the offer that the shopper follows."""
    table, gates = context.snapshot.pricing, context.snapshot.gates
    cart = cart_of(context, offer, lines_of(context, units))
    if context.is_trial:
        priced = price_cart(cart=cart, offers=table.alone(offer.row), rules=table.timeless_rules)
    else:
        ask = partial(circumstances_after, context, units, offer.currency)
        offers = gates.open_to_shopper(context.met_by_shopper, offer.currency, units, ask, 1 << offer.row)
        priced = price_within_limits(context, cart, gates.keys_of(offers.now))
    return charged_for(units_of(priced)), priced.outcome_of(offer.id)


def now_in(context: Context, currency: int) -> Now:
    """Return what page and cart hold in the currency, worked out once for all slots."""
    now = context.now.get(currency)
    if now is None:
        units, gates = held_in(context, currency), context.snapshot.gates
        ask = partial(circumstances_after, context, units, currency)
        offers = gates.open_to_shopper(context.met_by_shopper, currency, units, ask)
        now = context.now[currency] = Now(units, lines_of(context, units), offers, {})
    return now
