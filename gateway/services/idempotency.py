"""Process a request once, however often it is sent with the same `Idempotency-Key`.

A request claims its key in a transaction of its own, so that others see that it is in progress. The response
is stored in the transaction of the work itself, so neither can exist without the other. After an error
nothing was done and the key is free again. The claim of a process that died expires.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from msgspec import Struct

from gateway.models import IdempotentCall

# Longer than any request takes; after this time the process is taken for dead.
CLAIM: Final = timedelta(seconds=60)
# How long the response to a key is kept.
KEPT: Final = timedelta(hours=24)


class StoredAnswer(Struct, frozen=True):
    """A response as it was sent, and whether it was sent before."""

    status: int
    body: bytes
    is_repeated: bool = False


class KeyReusedError(Exception):
    """The key was already used for a different request."""


class InProgressError(Exception):
    """A request with this key is in progress."""


def fingerprint_of(*parts: bytes) -> str:
    """Return the SHA-256 that identifies a request: of its parts, each with its length."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def run_once(
    *, key_id: int, name: str, fingerprint: str, at: datetime, work: Callable[[], StoredAnswer]
) -> StoredAnswer:
    """Return what `work` answers, or what it answered when the request was first sent under this name.

    Raises KeyReusedError if the name was used for another request, InProgressError while that request is in
    progress, and the errors of `work`.
    """
    call, is_claimed = _claim(key_id, name, fingerprint, at)
    if not is_claimed:
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
    """Return the request under this name, and whether the caller has claimed it."""
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
    """Store the response, unless the claim expired and another process took over."""
    claimed = IdempotentCall.objects.filter(pk=call.pk, claimed_until=call.claimed_until)
    if not claimed.update(status=answer.status, body=answer.body):
        raise InProgressError(_("Another process took over this request."))


def _earlier_answer(call: IdempotentCall, fingerprint: str) -> StoredAnswer:
    if call.fingerprint != fingerprint:
        raise KeyReusedError(_("This Idempotency-Key was already used for a different request."))
    if call.status is None:
        raise InProgressError(_("A request with this Idempotency-Key is still being processed."))
    return StoredAnswer(call.status, bytes(call.body), is_repeated=True)


def forget_calls(*, at: datetime) -> int:
    """Delete the responses that are older than 24 hours; return how many."""
    return IdempotentCall.objects.filter(created_at__lt=at - KEPT, claimed_until__lte=at).delete()[0]
