"""Tell the snapshot builder that something has changed."""

from django.db import connection
from django.utils import timezone

from catalog.database.bulk import stored_datetime

# One statement, so that two concurrent transactions queue at the row instead of losing an update.
_RAISE = """
    INSERT INTO catalog_revision (domain, number, changed_at) VALUES (%s, 1, %s)
    ON CONFLICT (domain) DO UPDATE
    SET number = catalog_revision.number + 1, changed_at = excluded.changed_at
"""


def raise_revision(*, domain: str) -> None:
    """Raise the revision of `domain` ("catalog" or "offers") in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, [domain, stored_datetime(timezone.now())])
