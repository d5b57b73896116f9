"""The promotion codes of a quote: written ones are in the snapshot, generated ones are looked up.

Generated codes may be millions, so the snapshot knows only their batches. A quote looks up all codes that it
does not know by one query, and only then what else their batches ask: the customer and the uses.

A browser may be guessing. It gets `unknown_code` for every code that would be worth something to another
customer or at another time, and learns more only of codes that are worth nothing any more.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final

from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from catalog.database.bulk import among
from checkout.models import CodeUsage
from checkout.services.quote.basket import Basket
from checkout.services.quote.request import QuoteRequest
from engine.conditions import PromotionCodes
from engine.conditions.audiences import Audiences
from engine.conditions.code import normalize_code
from engine.decision.allowed import allowed_customer
from engine.decision.shopper import belongs_to
from engine.notes import Note
from engine.snapshot.reader import Snapshot
from offers.models import BatchState, CodeBatch, Customer, GeneratedCode
from offers.services.audience.conditions import stored_trees
from offers.services.customer import load_known_customer

# Why a code opens nothing, in the order in which it is asked.
CODE_REFUSALS: Final = {
    "unknown_code": _("The code does not exist or is not active."),
    "code_revoked": _("The code has been revoked."),
    "code_not_started": _("The code is not valid yet."),
    "code_expired": _("The code has expired."),
    "code_used_up": _("The code has already been used."),
    "code_customer_needed": _("The code can only be used by known customers. Send the customer."),
    "code_not_yours": _("The code is for other customers."),
    "code_limit_reached": _("The customer has used codes of this promotion as often as possible."),
}
# What is said about a code to everybody; to browsers, the others are unknown.
_FOR_BROWSERS: Final = frozenset({"unknown_code", "code_expired", "code_used_up", "code_limit_reached"})


class EnteredCodes(Struct, frozen=True):
    """The codes of a quote: those that are written, as they are compared, and the offers that codes open.

    `generated` are the keys of the codes that were found and are valid, by batch: the first of each batch.
    """

    written: frozenset[str] = frozenset()
    generated: Mapping[int, int] = {}
    offers: frozenset[int] = frozenset()

    def used_for(self, needed: PromotionCodes) -> int | None:
        """Return the key of the generated code that opens an offer; None where a written one does."""
        if not needed.codes.isdisjoint(self.written):
            return None
        return next((code for batch, code in self.generated.items() if batch in needed.batches), None)


def read_codes(*, request: QuoteRequest, basket: Basket, at: datetime) -> EnteredCodes:
    """Return what the codes of a request open, and note those that open nothing."""
    wanted = [normalize_code(code) for code in request.codes]
    if not wanted:
        return EnteredCodes()
    conditions = _conditions(basket.snapshot)
    listed = {code for needed in conditions.values() for code in needed.codes}
    batches = {batch for needed in conditions.values() for batch in needed.batches}
    found = _find([code for code in wanted if code not in listed], batches)
    asked = _Asked(request=request, snapshot=basket.snapshot, at=at)
    generated: dict[int, int] = {}
    for place, code in enumerate(wanted):
        if code in listed:
            continue
        refusal = asked.refusal(found.get(code))
        if refusal is None:
            generated.setdefault(found[code].batch_id, found[code].pk)
            continue
        if request.is_public and refusal not in _FOR_BROWSERS:
            refusal = "unknown_code"
        basket.notes.append(Note(refusal, f"/codes/{place}", str(CODE_REFUSALS[refusal])))
    written = frozenset(wanted)
    return EnteredCodes(written, generated, _opened(conditions, written, frozenset(generated)))


def _conditions(snapshot: Snapshot) -> dict[int, PromotionCodes]:
    """Return what the offers say that need a code, by offer."""
    return {
        record.id: needed
        for record in snapshot.pricing.offers.values()
        if (needed := record.condition(PromotionCodes)) is not None
    }


def _opened(
    conditions: Mapping[int, PromotionCodes], written: frozenset[str], batches: frozenset[int]
) -> frozenset[int]:
    return frozenset(
        offer
        for offer, needed in conditions.items()
        if not (needed.codes.isdisjoint(written) and needed.batches.isdisjoint(batches))
    )


def _find(codes: Sequence[str], batches: set[int]) -> dict[str, GeneratedCode]:
    """Return the generated codes of these batches; no query where no offer has any."""
    if not codes or not batches:
        return {}
    rows = GeneratedCode.objects.filter(among("code", codes), batch__state=BatchState.READY)
    return {row.code: row for row in rows.select_related("batch__customer") if row.batch_id in batches}


class _Asked:
    """What the batches of codes ask about a request; what none of them asks is not read."""

    def __init__(self, *, request: QuoteRequest, snapshot: Snapshot, at: datetime) -> None:
        self._customer, self._visitor = request.customer, request.visitor or ""
        self._snapshot, self._at = snapshot, at

    def refusal(self, code: GeneratedCode | None) -> str | None:
        """Return why a code opens nothing, None if it does."""
        if code is None:
            return "unknown_code"
        batch = code.batch
        if code.is_revoked or batch.revoked_at is not None:
            return "code_revoked"
        if not batch.has_started(self._at):
            return "code_not_started"
        if batch.has_ended(self._at):
            return "code_expired"
        if code.used_count >= batch.uses_per_code:
            return "code_used_up"
        return self._refusal_of_customer(batch)

    def _refusal_of_customer(self, batch: CodeBatch) -> str | None:
        is_assigned = batch.customer is not None or batch.audience_id is not None
        if self._customer is None:
            return "code_customer_needed" if is_assigned or batch.customer_limit is not None else None
        if is_assigned and not self._is_for_customer(batch, self._customer):
            return "code_not_yours"
        if batch.customer_limit is not None and self._uses_of(batch) >= batch.customer_limit:
            return "code_limit_reached"
        return None

    def _is_for_customer(self, batch: CodeBatch, customer: str) -> bool:
        """Return whether a batch is assigned to this customer, under any ID, or to an audience of theirs."""
        if batch.customer is not None:
            return self._key == (batch.customer.merged_into_id or batch.customer.pk)
        assert batch.audience_id is not None  # noqa: S101 (for the type checker)
        known = allowed_customer(load_known_customer(external_id=customer, visitor=self._visitor))
        return belongs_to(
            batch.audience_id,
            known,
            audiences=self._audiences,
            at=int(self._at.timestamp()),
            snapshot=self._snapshot,
        )

    def _uses_of(self, batch: CodeBatch) -> int:
        uses = CodeUsage.objects.filter(batch=batch, customer_id=self._key or 0)
        return uses.values_list("used_count", flat=True).first() or 0

    @cached_property
    def _key(self) -> int | None:
        """Return the key of the customer, None of one who was never seen."""
        return Customer.objects.known_as(self._customer or "").values_list("pk", flat=True).first()

    @cached_property
    def _audiences(self) -> Audiences:
        return Audiences(stored_trees())
