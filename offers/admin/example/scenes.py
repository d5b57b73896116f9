"""The carts that show best what an offer does, kind by kind."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from catalog.models import UpgradeTier
from catalog.services.amounts import money
from engine import pricing
from engine.pricing.kinds.cross_sell import CrossSellTerms
from offers.admin.example.draft import DraftError
from offers.admin.example.shelf import Goods, Shelf
from offers.models import OfferKind
from offers.services.source import OfferSource

# More rows than this say no more; more units than this take longer than a person waits.
MAX_ROWS = 12
MAX_UNITS = 999
FEW_UNITS = 99
FEW = 5
MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Scene:
    """A cart, what the shopper accepted, and what the row is called; `is_lead` makes the sentence above."""

    label: str
    lines: tuple[pricing.CartLine, ...]
    accepted: tuple[pricing.Acceptance, ...] = ()
    is_lead: bool = False
    # What an upgrade replaces.
    instead_of: Goods | None = None


def scenes_of(source: OfferSource, offer: pricing.Offer, shelf: Shelf) -> list[Scene]:
    """Return the carts to price, at least one; DraftError says what the offer lacks."""
    return _SCENES[source.kind](source, offer, shelf)


def units(goods: Goods, count: int) -> str:
    """Return "3 × ¥1,000"."""
    return f"{count} × {money(goods.price_minor, goods.currency)}"


def line(goods: Goods, count: int = 1) -> pricing.CartLine:
    """Return units of a product as a line of a cart."""
    return pricing.CartLine(goods.product, count)


def together(*parts: tuple[Goods, int]) -> str:
    """Return "2 × Sencha + Yokan"."""
    return " + ".join(goods.name if count == 1 else f"{count} × {goods.name}" for goods, count in parts)


def _quantity(source: OfferSource, offer: pricing.Offer, shelf: Shelf) -> list[Scene]:
    del offer
    first, *others = shelf.take(source.triggers, 1 if source.counting == "product" else 3)
    last = source.tiers[-1].from_quantity
    if last > MAX_UNITS - 1:
        raise DraftError([_("So many units cannot be shown here.")])
    counts = set(range(1, last + 3))
    if len(counts) > MAX_ROWS:
        edges = [tier.from_quantity for tier in source.tiers[-FEW:]]
        counts = {1, *(edge - 1 for edge in edges), *edges, last + 1} - {0}
    scenes = [
        Scene(units(first, count), (line(first, count),), is_lead=count == last) for count in sorted(counts)
    ]
    for place in range(1, len(others) + 1):
        mixed = [first, *others[:place]]
        label = together(*((goods, 1) for goods in mixed))
        scenes.append(Scene(label, tuple(line(goods) for goods in mixed)))
    return scenes


def _subscription(source: OfferSource, offer: pricing.Offer, shelf: Shelf) -> list[Scene]:
    del offer
    goods = shelf.take(source.triggers)[0]
    days = min(source.interval_days, default=MONTH_DAYS)
    cycles = range(1, source.intro_cycles + 3)
    edges = [1, 2, source.intro_cycles, source.intro_cycles + 1]
    shown = edges if len(cycles) > MAX_ROWS else list(cycles)
    return [
        Scene(
            _("delivery %(number)d") % {"number": cycle},
            (pricing.CartLine(goods.product, 1, days, cycle),),
            is_lead=cycle == source.intro_cycles or (cycle == 1 and not source.intro_cycles),
        )
        for cycle in shown
    ]


def _add_on(source: OfferSource, offer: pricing.Offer, shelf: Shelf) -> list[Scene]:
    del offer
    options = shelf.take(pricing.Selector(source.picks), FEW)
    parent = next((one for one in shelf.take(source.triggers, FEW + 1) if one not in options), None)
    parent = parent or shelf.take_other(source.picks)
    most = max(len(options), source.included_count + 1, source.min_count, 2)
    scenes: list[Scene] = []
    for count in range(min(most, source.max_count or most, MAX_ROWS) + 1):
        chosen = [options[place % len(options)] for place in range(count)]
        counts = {one.product.id: chosen.count(one) for one in chosen}
        taken = tuple(pricing.Option(one.product, counts[one.product.id]) for one in options if one in chosen)
        label = together((parent, 1), *((one, counts[one.product.id]) for one in options if one in chosen))
        scenes.append(Scene(label, (pricing.CartLine(parent.product, options=taken),), is_lead=count == 1))
    return scenes


def _threshold(source: OfferSource, offer: pricing.Offer, shelf: Shelf) -> list[Scene]:
    del offer
    goods = shelf.take(source.triggers)[0]
    if source.at_least is None:
        return []
    if source.measure == "spend" and source.at_least > FEW_UNITS * goods.price_minor:
        goods = shelf.take(source.triggers, dearest=True)[0]
    each = goods.price_minor if source.measure == "spend" else 1
    reached = -(-source.at_least // each)
    if reached > MAX_UNITS:
        raise DraftError([_("So many units cannot be shown here.")])
    besides = _besides(source, goods, shelf)
    return [
        Scene(
            " + ".join([units(goods, count), *(one.name for one in besides)]),
            (line(goods, count), *(line(one) for one in besides)),
            is_lead=count == reached,
        )
        for count in (reached - 1, reached, reached + 1)
        if count
    ]


def _besides(source: OfferSource, goods: Goods, shelf: Shelf) -> list[Goods]:
    """Return what has to lie in the cart besides, for the discount to fall on."""
    target = source.discounted
    if target is None or target.sees(goods.product):
        return []
    return shelf.take(target)


def _buy_get(source: OfferSource, offer: pricing.Offer, shelf: Shelf) -> list[Scene]:
    del offer
    buy, get = source.buy_count or 0, source.get_count or 0
    bought = shelf.take(source.triggers)[0]
    got = _besides(source, bought, shelf)
    if buy + get > MAX_UNITS // 2:
        raise DraftError([_("So many units cannot be shown here.")])
    if got:
        carts = [(buy - 1, get), (buy, get), (2 * buy, 2 * get)]
        return [
            Scene(
                together((bought, first), (got[0], second)),
                (line(bought, first), line(got[0], second)),
                is_lead=first == buy,
            )
            for first, second in carts
            if first
        ]
    group = buy + get
    counts = range(1, 2 * group + 1) if 2 * group <= MAX_ROWS else [group - 1, group, 2 * group]
    return [Scene(units(bought, count), (line(bought, count),), is_lead=count == group) for count in counts]


def _cross_sell(source: OfferSource, offer: pricing.Offer, shelf: Shelf) -> list[Scene]:
    triggers = shelf.take(source.triggers, FEW + 1) if source.has_triggers else []
    if source.picks:
        targets = shelf.take(pricing.Selector(source.picks), FEW)
    else:
        targets = [shelf.take_other(source.triggers.products)]
    is_accepted = isinstance(offer.terms, CrossSellTerms) and offer.terms.by_acceptance
    scenes: list[Scene] = []
    for target in targets:
        others = [one for one in triggers if one != target]
        if triggers and not others:
            continue
        cart = [*((one, 1) for one in others[:1]), (target, 1)]
        accepted = (pricing.Acceptance(offer.id, target.product),) if is_accepted else ()
        lines = tuple(line(goods, count) for goods, count in cart)
        scenes.append(Scene(together(*cart), lines, accepted, is_lead=not scenes))
    if not scenes:
        raise DraftError([_("Nothing is proposed with itself: choose another product to propose.")])
    return scenes


def _upgrade(source: OfferSource, offer: pricing.Offer, shelf: Shelf) -> list[Scene]:
    scenes: list[Scene] = []
    for old, new in _steps(source, shelf)[:FEW]:
        accepted = pricing.Acceptance(offer.id, new.product, old.product.id)
        label = _("%(new)s instead of %(old)s") % {"new": new.name, "old": old.name}
        scenes.append(Scene(label, (line(old),), (accepted,), not scenes, old))
    if not scenes:
        raise DraftError([_("No chosen product has another above it: pick better ones, or use the ladders.")])
    return scenes


def _steps(source: OfferSource, shelf: Shelf) -> list[tuple[Goods, Goods]]:
    """Return what can be exchanged for what: hand-picked products first, then steps of ladders."""
    steps = []
    if source.picks and "curated" in source.strategies:
        better = shelf.take(pricing.Selector(source.picks), FEW)
        plain = next((one for one in shelf.take(source.triggers, FEW + 1) if one not in better), None)
        plain = plain or shelf.take_other(source.picks)
        steps = [(plain, one) for one in better]
    if "ladder" in source.strategies:
        steps += _ladder_steps(source, shelf)
    return steps


def _ladder_steps(source: OfferSource, shelf: Shelf) -> list[tuple[Goods, Goods]]:
    tiers = UpgradeTier.objects.filter(ladder__is_active=True).order_by("ladder_id", "position", "pk")
    if source.triggers.products:
        tiers = tiers.filter(ladder__tiers__product__in=source.triggers.products).distinct()
    rows = list(tiers.values_list("ladder_id", "product_id")[:MAX_UNITS])
    pairs = [(low, high) for (one, low), (other, high) in pairwise(rows) if one == other]
    goods = {one.product.id: one for one in shelf.named({key for pair in pairs for key in pair})}
    return [
        (goods[low], goods[high])
        for low, high in pairs
        if source.triggers.sees(goods[low].product)
        and goods[low].currency == goods[high].currency == shelf.currency
    ]


def _bundle(source: OfferSource, offer: pricing.Offer, shelf: Shelf) -> list[Scene]:
    del offer
    scenes: list[Scene] = []
    for bundle in source.bundles[:FEW]:
        counts = dict(bundle.parts)
        parts = [(goods, counts[goods.product.id]) for goods in shelf.named(counts)]
        cart = tuple(line(goods, count) for goods, count in parts)
        scenes.append(Scene(together(*parts), cart, is_lead=not scenes))
    return scenes


_SCENES: dict[str, Callable[[OfferSource, pricing.Offer, Shelf], list[Scene]]] = {
    OfferKind.UPGRADE: _upgrade,
    OfferKind.CROSS_SELL: _cross_sell,
    OfferKind.BUNDLE: _bundle,
    OfferKind.QUANTITY: _quantity,
    OfferKind.SUBSCRIPTION: _subscription,
    OfferKind.ADD_ON: _add_on,
    OfferKind.THRESHOLD: _threshold,
    OfferKind.BUY_GET: _buy_get,
}
