"""Create and revoke API keys, and replace the signing secrets of publishable keys."""

import fcntl
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gateway.models import ApiKey, ApiKeyKind
from gateway.services.customer_token import new_signing_name, signing_secret
from gateway.services.key_ring import SECRET_PREFIX, KeyEntry, SigningSecret, digest_of, key_ring_file

_PREFIXES: Final = {ApiKeyKind.SECRET: SECRET_PREFIX, ApiKeyKind.PUBLISHABLE: "pk_"}
_SHOWN_CHARACTERS: Final = 11
# What one address may send of a publishable key's rate, unless the key says otherwise.
_VISITOR_SHARE: Final = 10
# How long the servers of a shop may take to use a new signing secret.
OVERLAP: Final = timedelta(days=7)
# RFC 6454: scheme, host and, unless it is the default, port. Browsers send nothing else.
_ORIGIN: Final = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?", re.ASCII)


@transaction.atomic
def create_key(
    *,
    name: str,
    kind: str,
    origins: Iterable[str] = (),
    rate_per_minute: int = 6000,
    visitor_rate_per_minute: int | None = None,
    customers_by_token: bool = True,
) -> tuple[ApiKey, str]:
    """Create a key; return its row and the key itself, which cannot be read again.

    A publishable key also gets a signing secret: `secret_of` its row returns it.

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
        visitor_rate_per_minute=visitor_rate_per_minute,
        customers_by_token=customers_by_token,
        signing_name=new_signing_name() if kind == ApiKeyKind.PUBLISHABLE else "",
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


@transaction.atomic
def replace_signing_secret(*, key: ApiKey, at: datetime, has_leaked: bool) -> str:
    """Give a publishable key a new signing secret; return it.

    Tokens signed with the one before are accepted for another week, or not at all if it has leaked.
    Raises ValidationError within that week, unless it has leaked: tokens of two older secrets cannot be
    accepted.
    """
    row = ApiKey.objects.select_for_update().get(pk=key.pk)
    if not has_leaked and row.old_signing_until and row.old_signing_until > at:
        message = _(
            "The secret was replaced less than 7 days ago, and tokens of the one before it are still "
            "accepted. Replace it again after %(until)s, or say that it has leaked."
        )
        until = date_format(localtime(row.old_signing_until), "DATETIME_FORMAT")
        raise ValidationError(message, params={"until": until})
    row.old_signing_name = "" if has_leaked else row.signing_name
    row.old_signing_until = None if has_leaked else at + OVERLAP
    row.signing_name = new_signing_name()
    row.save(update_fields=["signing_name", "old_signing_name", "old_signing_until"])
    transaction.on_commit(publish_key_ring)
    return signing_secret(row.signing_name)


def secret_of(key: ApiKey) -> str:
    """Return the signing secret of a publishable key, "" for a secret key."""
    return signing_secret(key.signing_name) if key.signing_name else ""


def publish_key_ring() -> None:
    """Rewrite the key ring from the database. Writers wait for each other, so the last one sees every key."""
    file = key_ring_file()
    file.path.parent.mkdir(parents=True, exist_ok=True)
    with file.path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file.write(map(_entry, ApiKey.objects.filter(revoked_at__isnull=True).order_by("pk")))


def _entry(key: ApiKey) -> KeyEntry:
    signing = []
    if key.signing_name:
        signing.append(SigningSecret(key.signing_name))
    if key.old_signing_name and key.old_signing_until:
        signing.append(SigningSecret(key.old_signing_name, int(key.old_signing_until.timestamp())))
    return KeyEntry(
        id=key.pk,
        digest=key.digest,
        kind=key.kind,
        origins=frozenset(key.origins),
        rate_per_minute=key.rate_per_minute,
        visitor_rate_per_minute=key.visitor_rate_per_minute or max(key.rate_per_minute // _VISITOR_SHARE, 1),
        customers_by_token=key.customers_by_token,
        signing=tuple(signing),
    )


def clean_origins(origins: Iterable[str]) -> list[str]:
    """Return the origins as browsers write them; raise ValidationError for anything else."""
    cleaned = [origin.strip().rstrip("/").lower() for origin in origins]
    for origin in cleaned:
        if not _ORIGIN.fullmatch(origin):
            message = _("%(origin)s is not a valid origin (example: https://shop.example).")
            raise ValidationError({"origins": ValidationError(message, params={"origin": origin})})
    return list(dict.fromkeys(cleaned))
