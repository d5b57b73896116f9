"""A shop's login and keys: created once, stored in the environment file, replaced if invalid."""

import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import transaction

from gateway.models import ApiKey, ApiKeyKind
from gateway.services.key import create_key, publish_key_ring, secret_of
from gateway.services.key_ring import digest_of
from launch.services import environment
from launch.services.environment import read_environment, write_environment

ADMIN_NAME = "admin"


@transaction.atomic
def ensure_access(
    *, path: Path, url: str, origins: Sequence[str], label: str, rate_per_minute: int
) -> dict[str, str]:
    """Return the variables stored at `path`; create the login and the keys if they are missing or invalid.

    The file is written before the commit: if the run is killed in between, the keys do not exist and the next
    run creates new ones.
    """
    known = read_environment(path)
    make = partial(_key, known, label=label, rate_per_minute=rate_per_minute)
    publishable = make(environment.PUBLISHABLE_KEY, ApiKeyKind.PUBLISHABLE, origins)
    values = {
        environment.URL: url,
        environment.SECRET_KEY: make(environment.SECRET_KEY, ApiKeyKind.SECRET, ()),
        environment.PUBLISHABLE_KEY: publishable,
        environment.SIGNING_SECRET: secret_of(ApiKey.objects.get(digest=digest_of(publishable))),
        environment.ADMIN_USER: ADMIN_NAME,
        environment.ADMIN_PASSWORD: _password(known),
    }
    if values != known:
        write_environment(path, values)
    # The key ring is a file next to the snapshot; the folder may have been emptied since.
    transaction.on_commit(publish_key_ring)
    return values


def _key(
    known: Mapping[str, str],
    name: str,
    kind: ApiKeyKind,
    origins: Sequence[str],
    *,
    label: str,
    rate_per_minute: int,
) -> str:
    """Return the known key if it is still valid, or else a new one."""
    key = known.get(name, "")
    row = ApiKey.objects.filter(digest=digest_of(key), kind=kind, revoked_at__isnull=True).first()
    if row is None:
        name = f"{label}, {kind.value}"
        return create_key(name=name, kind=kind, origins=origins, rate_per_minute=rate_per_minute)[1]
    if row.origins != list(origins):
        ApiKey.objects.filter(pk=row.pk).update(origins=list(origins))
    return key


def _password(known: Mapping[str, str]) -> str:
    """Return the known password if it is valid, or else set a new one."""
    password = known.get(environment.ADMIN_PASSWORD, "")
    user = get_user_model().objects.filter(username=ADMIN_NAME).first()
    if user is not None and user.check_password(password):
        return password
    password = secrets.token_urlsafe(12)
    if user is None:
        get_user_model().objects.create_superuser(ADMIN_NAME, password=password)
    else:
        user.set_password(password)
        user.save(update_fields=["password"])
    return password
