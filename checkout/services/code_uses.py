"""Count the uses of generated codes, also under concurrent redemptions: never more than a code allows.

As with the limits of offers, a locking select claims the rows that are within their limits, in the order of
their keys, and an update changes them. Codes are locked after offers, customers and gifts, by everybody.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from catalog.database.bulk import among
from checkout.models import CodeUsage, RedeemedCode, Redemption
from engine.promise.frozen_quote import FrozenQuote
from offers.models import GeneratedCode


class CodeUsedUpError(Exception):
    """Some codes, or their customer's uses of the batch, are used up; nothing was taken. Names the offers."""

    def __init__(self, *, offers: Iterable[int]) -> None:
        super().__init__("A code is used up.")
        self.offers = frozenset(offers)


def take_codes(*, redemption: Redemption, frozen: FrozenQuote) -> None:
    """Use the codes that opened offers of the quote, each once; raise CodeUsedUpError if one is used up.

    Call it in the transaction that reserves the quote.
    """
    if not frozen.codes:
        return
    offers = {one.code: one.offer for one in frozen.codes}
    beyond = _take(list(offers), redemption.quote.customer_id, is_enforced=True)
    if beyond:
        raise CodeUsedUpError(offers={offers[code] for code in beyond})
    names = {one.offer.id: one.code for one in frozen.offers}
    RedeemedCode.objects.bulk_create(
        RedeemedCode(redemption=redemption, code_id=code, offer_code=names[offer])
        for code, offer in offers.items()
    )


def take_codes_late(*, redemption: Redemption) -> frozenset[str]:
    """Use the codes of an expired redemption again, even beyond their limits; return those offers' codes."""
    offers = dict(redemption.codes.values_list("code_id", "offer_code"))
    beyond = _take(list(offers), redemption.quote.customer_id, is_enforced=False)
    return frozenset(offers[code] for code in beyond)


def _take(codes: Sequence[int], customer: int | None, *, is_enforced: bool) -> set[int]:
    """Count one use of each code; return those that exceed a limit.

    If limits are enforced and there are any of those, the caller has to roll back.
    """
    if not codes:
        return set()
    rows = GeneratedCode.objects.filter(among("pk", codes))
    locked = rows.select_for_update(of=("self",), no_key=True).select_related("batch").order_by("pk")
    found = list(locked)
    # One that is gone was removed with its batch: it can be used by nobody.
    beyond = set(codes) - {code.pk for code in found}
    beyond |= {code.pk for code in found if code.used_count >= code.batch.uses_per_code}
    limited = {
        code.batch_id: (code.pk, limit) for code in found if (limit := code.batch.customer_limit) is not None
    }
    if beyond and is_enforced:
        return beyond
    rows.update(used_count=F("used_count") + 1)
    return beyond | (set() if customer is None else _take_of_customer(limited, customer))


def _take_of_customer(limited: Mapping[int, tuple[int, int]], customer: int) -> set[int]:
    """Count one use of each batch by the customer; return the codes of those that exceed the limit."""
    if not limited:
        return set()
    CodeUsage.objects.bulk_create(
        [CodeUsage(batch_id=batch, customer_id=customer) for batch in sorted(limited)], ignore_conflicts=True
    )
    rows = CodeUsage.objects.filter(among("batch_id", limited), customer_id=customer)
    counts = rows.select_for_update(no_key=True).order_by("batch_id").values_list("batch_id", "used_count")
    beyond = {limited[batch][0] for batch, count in list(counts) if count >= limited[batch][1]}
    rows.update(used_count=F("used_count") + 1)
    return beyond


def return_codes(*, redemptions: Sequence[int]) -> None:
    """Undo the uses of the codes of these redemptions. Call it in a transaction."""
    redeemed = RedeemedCode.objects.filter(among("redemption_id", redemptions)).order_by()
    uses = dict(redeemed.values_list("code_id").annotate(uses=Count("pk")))
    if not uses:
        return
    rows = GeneratedCode.objects.filter(among("pk", uses))
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    rows.update(used_count=_less(uses))
    _return_of_customers(redeemed)


def _return_of_customers(redeemed: "QuerySet[RedeemedCode]") -> None:
    owned = redeemed.filter(
        redemption__quote__customer__isnull=False, code__batch__customer_limit__isnull=False
    )
    pairs = owned.values_list("code__batch_id", "redemption__quote__customer_id")
    uses = {(batch, customer): count for batch, customer, count in pairs.annotate(uses=Count("pk"))}
    rows = CodeUsage.objects.filter(
        among("batch_id", {batch for batch, _ in uses}), among("customer_id", {who for _, who in uses})
    )
    locked = rows.select_for_update(no_key=True).order_by("batch_id", "customer_id")
    by_row = {
        pk: uses[batch, customer]
        for pk, batch, customer in locked.values_list("pk", "batch_id", "customer_id")
        if (batch, customer) in uses
    }
    if by_row:
        rows.filter(among("pk", by_row)).update(used_count=_less(by_row))


def _less(amounts: Mapping[int, int]) -> Greatest:
    """Return the SQL for the uses that are left without those of each row, at least 0."""
    cases = [When(pk=key, then=Value(amount)) for key, amount in amounts.items()]
    return Greatest(F("used_count") - Case(*cases, default=0), 0)


def move_code_uses(*, survivor: int | None = None) -> int:
    """Add the uses of merged ids to those of their survivor, or of all; return how many rows there were."""
    late = CodeUsage.objects.filter(customer__merged_into__isnull=False)
    if survivor is not None:
        late = late.filter(customer__merged_into=survivor)
    keys = late.order_by("batch_id", "customer_id").values_list(
        "batch_id", "customer_id", "customer__merged_into_id"
    )
    return sum(_move(batch, source, into) for batch, source, into in list(keys) if into is not None)


@transaction.atomic
def _move(batch: int, source: int, into: int) -> int:
    """Move the uses of a batch from one customer to another; the rows are locked as redemptions lock them."""
    CodeUsage.objects.bulk_create([CodeUsage(batch_id=batch, customer_id=into)], ignore_conflicts=True)
    both = CodeUsage.objects.filter(Q(customer_id=source) | Q(customer_id=into), batch_id=batch)
    counts = dict(both.select_for_update().order_by("customer_id").values_list("customer_id", "used_count"))
    if source not in counts:
        return 0
    both.filter(customer_id=into).update(used_count=F("used_count") + counts[source])
    both.filter(customer_id=source).delete()
    return 1
