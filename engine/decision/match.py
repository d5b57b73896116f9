"""Match: which offers of the placement apply. Each condition is a set of offers."""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from engine.conditions import CartRequired
from engine.conditions.condition import Subject
from engine.conditions.goods import NO_GOODS
from engine.decision.context import UNKNOWN, Context
from engine.notes import Note
from engine.snapshot.columns import EVERY_OFFER
from engine.snapshot.conditions import MappedCircumstances
from engine.snapshot.reader import Snapshot

# So many offers are asked one by one; beyond, all at once.
_FEW: Final = 32


def offers_in_question(context: Context) -> int:
    """Return the set of offers of the placement; with `only`, that one offer whatever its placements."""
    placement, only = context.placement, context.request.only
    if placement is None:
        _note(context, "unknown_placement", "/placement", "There is no such placement.")
    elif not placement.is_active:
        _note(context, "inactive_placement", "/placement", "The placement is switched off.")
    if only is not None:
        row = context.snapshot.find_offer(only)
        if row == UNKNOWN:
            _note(context, "unknown_offer", "/only", "There is no such offer.")
        return 0 if row == UNKNOWN else 1 << row
    return placement.offers if placement is not None and placement.is_active else 0


class OpenToCart:
    """Tells which offers' trees of conditions on the cart hold, for those that are asked about."""

    def __init__(self, snapshot: Snapshot, circumstances: MappedCircumstances) -> None:
        self._snapshot, self._circumstances = snapshot, circumstances
        self._known: dict[int, bool] = {}
        self._all: int | None = None

    def __call__(self, row: int) -> bool:
        """Tell whether the tree of the offer of a row holds, or it has none.

        The first are asked one by one: most decisions need no more of them.
        """
        known = self._known.get(row)
        if known is not None:
            return known
        if len(self._known) < _FEW:
            condition = self._snapshot.offers.cart_tree_of(row)
            known = self._known[row] = condition is None or condition.holds(self._circumstances)
            return known
        if self._all is None:
            self._all = self._snapshot.conditions.indexes[CartRequired].met(self._circumstances)
        return bool(self._all >> row & 1)


def conditions_of(
    context: Context, in_question: int, *, with_cart_trees: bool = True
) -> list[tuple[str, int]]:
    """Return each condition's name and the offers that meet it; an offer must meet them all.

    Unless `with_cart_trees`, trees of conditions on the cart are left to `context.is_open_to_cart`, and what
    no offer requires is left out. A preview
    (`only`) tries its offer outside its placement and period and without its code; a note says so.
    """
    circumstances, conditions = circumstances_of(context), context.snapshot.conditions
    context.asked = circumstances
    if not with_cart_trees and CartRequired in conditions.in_use:
        context.is_open_to_cart = OpenToCart(context.snapshot, circumstances)
    met: dict[Subject, list[tuple[str, int]]] = {"offer": [], "shopper": [], "cart": []}
    for kind, index in (conditions.indexes if with_cart_trees else conditions.in_use).items():
        if kind is CartRequired and context.is_open_to_cart is not None:
            continue
        meeting = index.met(circumstances)
        met[kind.subject].append((kind.name, meeting))
        if kind.subject != "cart":
            context.met_by_shopper &= meeting
    if context.request.only is not None:
        context.is_trial = any(in_question & ~live for _name, live in met["offer"])
        _note_where_not_served(context, in_question)
        met["offer"] = []
    here = [
        ("excluded_offer", _all_but(context, context.request.exclude_offers)),
        ("currency", _in_currency(context)),
    ]
    return [*met["offer"], *met["shopper"], *here, *met["cart"]]


def circumstances_of(context: Context) -> MappedCircumstances:
    """Return what the offers' conditions are asked about: nothing is accepted yet, no code is entered.

    A shopper who accepts nothing may still accept, so `accepted` is not known.
    """
    snapshot, request = context.snapshot, context.request
    codes, types, goods = snapshot.currencies, snapshot.conditions.leaves.types, snapshot.goods
    mapped = MappedCircumstances(
        at=request.at,
        is_known=request.customer is not None,
        subtotals={codes[code]: minor for code, minor in context.subtotals.items()},
        used=snapshot.used,
        own_uses=context.own_uses,
        cart=goods.goods(context.cart, types) if types else NO_GOODS,
        page=goods.shown_on(context.page_product, request.placement, request.channel, types),
        shopper=context.shopper,
        locale=request.language_tag or request.locale,
        country=request.country,
        currencies=frozenset([codes[code] for code in context.currencies]),
        context=context.own_values,
        zone=snapshot.zone,
        arms=request.assignment.arms,
        product_rows=context.products,
        category_rows=context.categories,
        subtotals_by_code=context.subtotals,
    )
    return _named(snapshot, mapped)


def circumstances_after(context: Context, units: Mapping[int, int], currency: int) -> MappedCircumstances:
    """Return what the offers' conditions are asked about a cart of these units, in one currency."""
    if context.asked is None:
        context.asked = circumstances_of(context)
    snapshot = context.snapshot
    category, price = snapshot.products.category, snapshot.products.price
    types, code = snapshot.conditions.leaves.types, snapshot.currencies[currency]
    minor = sum([price[row] * count for row, count in units.items()])
    mapped = replace(
        context.asked,
        subtotals={code: minor},
        cart=snapshot.goods.goods(units, types) if types else NO_GOODS,
        page=None,
        currencies=frozenset((code,)),
        product_rows=list(units),
        category_rows=list({category[row] for row in units} - {UNKNOWN}),
        subtotals_by_code={currency: minor},
    )
    return _named(snapshot, mapped)


def _named(snapshot: Snapshot, mapped: MappedCircumstances) -> MappedCircumstances:
    """Add the names, if a condition of this snapshot asks for them."""
    if not snapshot.conditions.names_cart:
        return mapped
    product_pk, category_pk, chains = snapshot.products.pk, snapshot.category_pk, snapshot.category_chain
    return replace(
        mapped,
        products=[product_pk[row] for row in mapped.product_rows],
        categories=[category_pk[step] for row in mapped.category_rows for step in chains[row]],
        subtotals={snapshot.currencies[code]: minor for code, minor in mapped.subtotals_by_code.items()},
    )


def _all_but(context: Context, codes: Iterable[str]) -> int:
    """Return all offers but these; codes of no offer leave nothing out."""
    mask = EVERY_OFFER
    for code in codes:
        row = context.snapshot.find_offer(code)
        if row != UNKNOWN:
            mask &= ~(1 << row)
    return mask


def _in_currency(context: Context) -> int:
    """Return the offers in a currency of the page or cart; without either, all."""
    if not context.currencies:
        return EVERY_OFFER
    mask = 0
    for currency in context.currencies:
        mask |= context.snapshot.conditions.by_currency[currency]
    return mask


def _note_where_not_served(context: Context, offer: int) -> None:
    """Say what keeps a previewed offer from being served here and now."""
    placement = context.placement
    if placement is not None and offer & ~placement.offers:
        _note(context, "not_in_placement", "/placement", "The offer is not shown in this placement.")
    if context.is_trial:
        _note(
            context,
            "not_live",
            "/only",
            "The offer is switched off, outside its period or the times of its conditions, needs a promotion "
            "code, or is only for an arm of an experiment.",
        )


def _note(context: Context, code: str, pointer: str, detail: str) -> None:
    """Tell the caller something that is not an error."""
    context.notes.append(Note(code, pointer, detail))
