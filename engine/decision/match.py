"""Match: which offers of the placement apply. Each condition is a set of offers."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from engine.conditions.condition import Subject
from engine.decision.context import UNKNOWN, Context
from engine.notes import Note
from engine.snapshot.conditions import EVERY_OFFER, MappedCircumstances

_WORD = (1 << 64) - 1


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


def conditions_of(context: Context, in_question: int) -> list[tuple[str, int]]:
    """Return each condition's name and the offers that meet it; an offer must meet them all.

    A preview (`only`) tries its offer outside its placement and period and without its code; a note says so.
    """
    circumstances = circumstances_of(context)
    met: dict[Subject, list[tuple[str, int]]] = {"offer": [], "shopper": [], "cart": []}
    for kind, index in context.snapshot.conditions.indexes.items():
        met[kind.subject].append((kind.name, index.met(circumstances)))
    if context.request.only is not None:
        _note_where_not_served(context, in_question, met["offer"])
        met["offer"] = []
    customer = context.request.customer
    here = [
        ("declined", _all_but(context, () if customer is None else customer.declined)),
        ("excluded_offer", _all_but(context, context.request.exclude_offers)),
        ("currency", _in_currency(context)),
    ]
    return [*met["offer"], *met["shopper"], *here, *met["cart"]]


def circumstances_of(context: Context) -> MappedCircumstances:
    """Return what the offers' conditions are asked about: nothing is accepted yet, no code is entered.

    Products, categories and currencies are named only if a condition of this snapshot asks for them by name.
    """
    mapped = MappedCircumstances(
        at=context.request.at,
        is_known=context.request.customer is not None,
        product_rows=context.products,
        category_rows=context.categories,
        subtotals_by_code=context.subtotals,
    )
    return _named(context, mapped) if context.snapshot.conditions.names_cart else mapped


def _named(context: Context, mapped: MappedCircumstances) -> MappedCircumstances:
    snapshot = context.snapshot
    product_pk, category_pk, chains = snapshot.products.pk, snapshot.category_pk, snapshot.category_chain
    return replace(
        mapped,
        products=[product_pk[row] for row in context.products],
        categories=[category_pk[step] for row in context.categories for step in chains[row]],
        subtotals={snapshot.currencies[code]: minor for code, minor in context.subtotals.items()},
    )


def each_bit(mask: int) -> Iterator[int]:
    """Yield the positions of the bits that are set, ascending; cheap even where few of many are."""
    base = 0
    while mask:
        gap = (mask & -mask).bit_length() - 1
        mask >>= gap
        base += gap
        word = mask & _WORD
        while word:
            lowest = word & -word
            yield base + lowest.bit_length() - 1
            word ^= lowest
        mask >>= 64
        base += 64


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


def _note_where_not_served(context: Context, offer: int, live: list[tuple[str, int]]) -> None:
    """Say what keeps a previewed offer from being served here and now."""
    placement = context.placement
    if placement is not None and offer & ~placement.offers:
        _note(context, "not_in_placement", "/placement", "The offer is not shown in this placement.")
    if any(offer & ~met for _name, met in live):
        _note(
            context,
            "not_live",
            "/only",
            "The offer is switched off, outside its period, or needs a promotion code.",
        )


def _note(context: Context, code: str, pointer: str, detail: str) -> None:
    """Tell the caller something that is no error."""
    context.notes.append(Note(code, pointer, detail))
