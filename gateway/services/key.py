"""Create and revoke API keys."""

import fcntl
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gateway.models import ApiKey, ApiKeyKind
from gateway.services.key_ring import KeyEntry, digest_of, key_ring_file

_PREFIXES: Final = {ApiKeyKind.SECRET: "sk_", ApiKeyKind.PUBLISHABLE: "pk_"}
_SHOWN_CHARACTERS: Final = 11
# RFC 6454: scheme, host and, unless it is the default, port. Browsers send nothing else.
_ORIGIN: Final = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?", re.ASCII)


@transaction.atomic
def create_key(
    *, name: str, kind: str, origins: Iterable[str] = (), rate_per_minute: int = 6000
) -> tuple[ApiKey, str]:
    """Create a key; return its row and the key itself, which cannot be read again.

    Raises ValidationError if the kind is unknown, an origin is invalid, or the rate is out of range.
    """
    if kind not in ApiKeyKind.values:
        raise ValidationError({"kind": _("Unknown kind of key.")})
    secret = _PREFIXES[ApiKeyKind(kind)] + secrets.token_urlsafe(32)
    key = ApiKey(
        name=name,
        kind=kind,
        prefix=secret[:_SHOWN_CHARACTERS],
        digest=digest_of(secret),
        origins=clean_origins(origins),
        rate_per_minute=rate_per_minute,
    )
    key.full_clean()
    key.save()
    transaction.on_commit(publish_key_ring)
    return key, secret


@transaction.atomic
def revoke_key(*, key: ApiKey, at: datetime) -> bool:
    """Revoke a key permanently; workers refuse it within a second. Return False if it was revoked already."""
    was_valid = ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=at) == 1
    transaction.on_commit(publish_key_ring)
    return was_valid


def publish_key_ring() -> None:
    """Rewrite the key ring from the database. Writers wait for each other, so the last one sees every key."""
    file = key_ring_file()
    file.path.parent.mkdir(parents=True, exist_ok=True)
    with file.path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file.write(
            KeyEntry(key.pk, key.digest, key.kind, frozenset(key.origins), key.rate_per_minute)
            for key in ApiKey.objects.filter(revoked_at__isnull=True).order_by("pk")
        )


def clean_origins(origins: Iterable[str]) -> list[str]:
    """Return the origins as browsers write them; raise ValidationError for anything else."""
    cleaned = [origin.strip().rstrip("/").lower() for origin in origins]
    for origin in cleaned:
        if not _ORIGIN.fullmatch(origin):
            message = _("%(origin)s is not a valid origin (example: https://shop.example).")
            raise ValidationError({"origins": ValidationError(message, params={"origin": origin})})
    return list(dict.fromkeys(cleaned))
