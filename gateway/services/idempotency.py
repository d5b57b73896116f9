"""Do a thing once, however often it is asked for under one `Idempotency-Key`.

A call claims its key in a transaction of its own, so that others see somebody is at work. The answer is
stored in the transaction of the work itself: there is no moment at which one exists without the other.
After an error nothing was done, so the key is free again. A claim whose process died ends by itself.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from msgspec import Struct

from gateway.models import IdempotentCall

# Longer than any call works: whoever died is not waited for longer.
CLAIM: Final = timedelta(seconds=60)
# So long the same key gets the same answer.
KEPT: Final = timedelta(hours=24)


class StoredAnswer(Struct, frozen=True):
    """An answer as it went over the wire."""

    status: int
    body: bytes


class KeyReusedError(Exception):
    """The key was used for another request before."""


class InProgressError(Exception):
    """Somebody is at work under this key just now."""


def fingerprint_of(*parts: bytes) -> str:
    """Return what tells one request from another: SHA-256 of its parts, each with its length."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def run_once(
    *, key_id: int, name: str, fingerprint: str, at: datetime, work: Callable[[], StoredAnswer]
) -> StoredAnswer:
    """Return what `work` answers, or answered when it was first asked under this name.

    Raises KeyReusedError where the name stands for another request, InProgressError while another call
    works on it, and whatever `work` raises.
    """
    call, is_ours = _claim(key_id, name, fingerprint, at)
    if not is_ours:
        return _earlier_answer(call, fingerprint)
    try:
        with transaction.atomic():
            answer = work()
            _store(call, answer)
    except BaseException:
        IdempotentCall.objects.filter(
            pk=call.pk, claimed_until=call.claimed_until, status__isnull=True
        ).delete()
        raise
    return answer


def _claim(key_id: int, name: str, fingerprint: str, at: datetime) -> tuple[IdempotentCall, bool]:
    """Return the call under this name, and whether it is this caller's to work on."""
    with transaction.atomic():
        call, is_new = IdempotentCall.objects.get_or_create(
            key_id=key_id,
            name=name,
            defaults={"fingerprint": fingerprint, "claimed_until": at + CLAIM, "created_at": at},
        )
        if is_new:
            return call, True
        abandoned = IdempotentCall.objects.filter(
            pk=call.pk, status__isnull=True, fingerprint=fingerprint, claimed_until__lte=at
        )
        is_taken_over = bool(abandoned.update(claimed_until=at + CLAIM))
    if is_taken_over:
        call.claimed_until = at + CLAIM
    return call, is_taken_over


def _store(call: IdempotentCall, answer: StoredAnswer) -> None:
    """Keep the answer, unless the claim ran out and somebody else works on it now."""
    claimed = IdempotentCall.objects.filter(pk=call.pk, claimed_until=call.claimed_until)
    if not claimed.update(status=answer.status, body=answer.body):
        raise InProgressError(_("Somebody else took this call over."))


def _earlier_answer(call: IdempotentCall, fingerprint: str) -> StoredAnswer:
    if call.fingerprint != fingerprint:
        raise KeyReusedError(_("This Idempotency-Key was used for another request."))
    if call.status is None:
        raise InProgressError(_("A call with this Idempotency-Key is being worked on."))
    return StoredAnswer(call.status, bytes(call.body))


def forget_calls(*, at: datetime) -> int:
    """Delete the answers that were kept long enough; return how many."""
    return IdempotentCall.objects.filter(created_at__lt=at - KEPT, claimed_until__lte=at).delete()[0]
