"""Revoke a batch or one of its codes, and take that back."""

from datetime import datetime

from offers.models import BatchState, CodeBatch, GeneratedCode


def revoke_batch(*, batch: CodeBatch, at: datetime) -> bool:
    """Let the codes of a batch open nothing from now on; return whether they did.

    Quotes that were given before keep their prices until they expire.
    """
    open_ones = CodeBatch.objects.filter(pk=batch.pk, state=BatchState.READY, revoked_at__isnull=True)
    return bool(open_ones.update(revoked_at=at))


def restore_batch(*, batch: CodeBatch) -> bool:
    """Let the codes of a revoked batch be entered again; return whether it was revoked."""
    return bool(CodeBatch.objects.filter(pk=batch.pk, revoked_at__isnull=False).update(revoked_at=None))


def switch_code(*, batch: CodeBatch, code: str, is_revoked: bool) -> bool:
    """Revoke or restore one code, as it is compared; return whether anything changed."""
    rows = GeneratedCode.objects.filter(batch=batch, batch__state=BatchState.READY, code=code)
    return bool(rows.exclude(is_revoked=is_revoked).update(is_revoked=is_revoked))
