"""Generate the codes of a batch: requested, claimed by one worker, written in blocks.

Each block is a transaction of its own that also counts its codes at the batch, so whoever continues after a
worker that died knows exactly how many there are. The batch is published with its last code. A worker that
lost its claim, because the batch was cancelled or another worker took over, writes nothing more.
"""

import secrets
import time
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import F, QuerySet

from catalog.database.bulk import listed_parameter
from catalog.services.revision import raise_revision
from engine.generated_codes import ALPHABETS, draw_codes
from offers.models import BatchState, CodeBatch, Offer
from offers.services.restriction import restrict

SILENCE: Final = timedelta(minutes=2)
BLOCK: Final = 20_000
_REST: Final[dict[str, object]] = {"claim": "", "beat_at": None}
_LISTED: Final = {"postgresql": "unnest(%s::text[]) AS listed (value)", "sqlite": "json_each(%s)"}


@transaction.atomic
def request_batch(*, batch: CodeBatch) -> CodeBatch:
    """Store a new batch; a worker generates its codes. From now on its offer needs a code."""
    batch.save()
    offer = Offer.objects.filter(pk=batch.offer_id)
    restrict(offers=offer, column="needs_code")
    raise_revision(domain="offers")
    return batch


def cancel_batch(*, batch: CodeBatch) -> bool:
    """Cancel a batch that is not ready; return whether it was. A worker removes what was generated."""
    waiting = CodeBatch.objects.filter(pk=batch.pk, state=BatchState.WAITING)
    return bool(waiting.update(**{**_REST, "state": BatchState.REMOVING, "error": ""}))


def generate_waiting(*, at: datetime) -> int:
    """Do the oldest work that waits, and return how many codes were generated or removed."""
    claim = secrets.token_hex(16)
    waiting = CodeBatch.objects.waiting_at(at, silence=SILENCE)
    oldest = waiting.order_by("requested_at", "pk").values("pk")[:1]
    if not waiting.filter(pk__in=list(oldest.values_list("pk", flat=True))).update(claim=claim, beat_at=at):
        return 0
    mine = CodeBatch.objects.filter(claim=claim)
    try:
        batch = mine.get()
        work = _generate if batch.state == BatchState.WAITING else _remove
        return work(batch, mine.filter(state=batch.state), at)
    except CodeBatch.DoesNotExist:
        return 0
    except BaseException as error:
        # The next worker tries again once this one has been silent for long enough.
        mine.update(error=f"{type(error).__name__}: {error}")
        raise


def _generate(batch: CodeBatch, mine: QuerySet[CodeBatch], at: datetime) -> int:
    """Write the codes that are missing, then publish the batch; stop where the claim is lost."""
    began, done = time.monotonic(), batch.done_count
    while done < batch.size:
        with transaction.atomic():
            # Holds the row until the block is written, so that nobody cancels or takes over in between.
            if not mine.update(beat_at=_moved_on(at, began)):
                return done - batch.done_count
            written = _write(batch, min(BLOCK, batch.size - done))
            mine.update(done_count=F("done_count") + written)
        done += written
    with transaction.atomic():
        ready = {"state": BatchState.READY, "ready_at": _moved_on(at, began), "error": ""}
        if mine.update(**{**_REST, **ready}):
            raise_revision(domain="offers")
    return done - batch.done_count


def _write(batch: CodeBatch, count: int) -> int:
    """Write up to `count` new codes; return how many. Codes that exist anywhere are left out."""
    codes = draw_codes(
        count,
        prefix=batch.prefix,
        length=batch.length,
        alphabet=ALPHABETS[batch.alphabet],
        random_bytes=secrets.token_bytes,
    )
    statement = (
        "INSERT INTO offers_generatedcode (batch_id, code, used_count, is_revoked) "  # noqa: S608 (constants)
        f"SELECT %s, value, 0, FALSE FROM {_LISTED[connection.vendor]} "
        "WHERE NOT EXISTS (SELECT 1 FROM offers_promotioncode written WHERE written.code = value) "
        "ON CONFLICT (code) DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [batch.pk, listed_parameter(codes)])
        return int(cursor.rowcount)


def _remove(batch: CodeBatch, mine: QuerySet[CodeBatch], at: datetime) -> int:
    """Remove the codes of a cancelled batch, which was never published."""
    began, removed = time.monotonic(), 0
    statement = (
        "DELETE FROM offers_generatedcode WHERE id IN "
        "(SELECT id FROM offers_generatedcode WHERE batch_id = %s ORDER BY id LIMIT %s)"
    )
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            if not mine.update(beat_at=_moved_on(at, began)):
                return removed
            cursor.execute(statement, [batch.pk, BLOCK])
            if not cursor.rowcount:
                break
            removed += cursor.rowcount
    mine.update(**{**_REST, "state": BatchState.CANCELLED, "done_count": 0, "error": ""})
    return removed


def _moved_on(at: datetime, began: float) -> datetime:
    """Return `at` plus the time since the work began."""
    return at + timedelta(seconds=time.monotonic() - began)
