"""Render a quote for the API."""

from collections.abc import Sequence

from msgspec import UNSET

from checkout.api.shapes.quote import (
    OptionAnswer,
    QuoteAnswer,
    QuotedLine,
    QuotedMissing,
    QuotedOffer,
    QuoteNoteAnswer,
    QuoteTotals,
    ShareAnswer,
    ShareOfOffer,
    TakenAnswer,
    UnavailableAnswer,
    UnitsAnswer,
)
from checkout.services.quote import LineShare, OfferOutcome, PricedQuote
from engine.notes import Note
from engine.pricing import Missing, PricedLine
from engine.snapshot.reader import Snapshot
from gateway.api.render import moment, money

# A storefront shows only a few of the products that count.
_MOST_SKUS = 24


def render_quote(quote: PricedQuote, snapshot: Snapshot, ids: Sequence[str | None]) -> QuoteAnswer:
    """Return the response: amounts as decimal strings, products by SKU, offers by code.

    `ids` are the shop's own IDs of the cart lines.
    """
    priced, currency = quote.priced, quote.currency
    return QuoteAnswer(
        quote_id=quote.quote_id,
        expires_at=moment(quote.expires_at),
        currency=currency,
        tax_included=quote.tax_included,
        lines=tuple(
            _line(place, line, (_shares(shares, ids, currency), prior), currency, snapshot)
            for place, (line, shares, prior) in enumerate(
                zip(priced.lines, quote.shares, quote.prior_minor, strict=True)
            )
        ),
        offers=tuple(_offer(one, currency, snapshot) for one in quote.offers),
        totals=QuoteTotals(
            list=money(priced.list_minor, currency),
            discount=money(priced.discount_minor, currency),
            total=money(priced.total_minor, currency),
            net=money(priced.net_minor, currency),
            tax=money(priced.tax_minor, currency),
            gross=money(priced.gross_minor, currency),
        ),
        free_shipping=priced.free_shipping,
        unavailable=tuple(
            UnavailableAnswer(one.sku, one.reason, one.quantity, one.available) for one in quote.unavailable
        ),
        notes=tuple(map(_note, quote.notes)),
    )


def _shares(shares: Sequence[LineShare], ids: Sequence[str | None], currency: str) -> tuple[ShareAnswer, ...]:
    return tuple(
        ShareAnswer(share.index, ids[share.index], share.quantity, money(share.total_minor, currency))
        for share in shares
    )


def _note(note: Note) -> QuoteNoteAnswer:
    available = UNSET if note.available is None else note.available
    return QuoteNoteAnswer(note.code, note.pointer, note.detail, available)


def _line(
    place: int,
    line: PricedLine,
    shares_and_prior: tuple[tuple[ShareAnswer, ...], int | None],
    currency: str,
    snapshot: Snapshot,
) -> QuotedLine:
    shares, prior_minor = shares_and_prior
    texts = snapshot.products.texts_of(snapshot.products.find_pk(line.product))
    return QuotedLine(
        line=place,
        sku=texts.sku,
        name=texts.name,
        quantity=line.quantity,
        interval_days=line.interval_days or None,
        cycle=line.cycle if line.interval_days else None,
        options=tuple(OptionAnswer(_sku(snapshot, option), count) for option, count in line.options),
        parent=line.parent,
        gift_of=None if line.gift_of is None else snapshot.pricing.offer_code(line.gift_of),
        of=shares,
        list_unit_price=money(line.list_unit_minor, currency),
        prior_price=None if prior_minor is None else money(prior_minor, currency),
        list=money(line.list_minor, currency),
        discount=money(line.discount_minor, currency),
        total=money(line.total_minor, currency),
        units=tuple(
            UnitsAnswer(
                units.quantity, money(units.unit_minor, currency), money(units.discount_minor, currency)
            )
            for units in line.units
        ),
        taken=tuple(
            TakenAnswer(snapshot.pricing.offer_code(offer) or "", money(amount, currency))
            for offer, amount in sorted(line.taken.items())
        ),
        net=money(line.net_minor, currency),
        tax=money(line.tax_minor, currency),
        gross=money(line.gross_minor, currency),
    )


def _offer(one: OfferOutcome, currency: str, snapshot: Snapshot) -> QuotedOffer:
    outcome = one.outcome
    return QuotedOffer(
        offer=one.offer,
        status=one.status,
        discount=money(outcome.discount_minor, currency),
        lines=tuple(ShareOfOffer(place, money(amount, currency)) for place, amount in outcome.lines),
        missing=tuple(_missing(missing, currency, snapshot) for missing in one.missing),
        by=one.by,
        reason=one.reason,
        cuts=outcome.cuts,
        free_shipping=outcome.free_shipping,
    )


def _missing(missing: Missing, currency: str, snapshot: Snapshot) -> QuotedMissing:
    is_spend = missing.kind == "spend"
    return QuotedMissing(
        kind=missing.kind,
        amount=money(missing.amount, currency) if is_spend else None,
        count=None if is_spend else missing.amount,
        skus=[
            sku
            for product in sorted(missing.products.products)[:_MOST_SKUS]
            if (sku := _sku(snapshot, product))
        ],
    )


def _sku(snapshot: Snapshot, product: int) -> str:
    """Return the SKU of a product by primary key, empty if it was deleted."""
    row = snapshot.products.find_pk(product)
    return snapshot.products.sku[row] if row >= 0 else ""
