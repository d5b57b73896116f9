"""The codes of a batch as rows of a file, read in blocks while it is sent."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from catalog.database.bulk import select_rows
from offers.models import CodeBatch

FIELDS: Final[Mapping[str, type]] = {"code": str, "uses": int, "uses_left": int, "revoked": int}
_BLOCK: Final = 10_000

_STATEMENT: Final = (
    "SELECT id, code, used_count, is_revoked FROM offers_generatedcode"
    " WHERE batch_id = %s AND id > %s ORDER BY id LIMIT %s"
)


def code_rows(batch: CodeBatch) -> Iterator[Mapping[str, Any]]:
    """Yield a row for each code of a batch, in the order in which they were generated."""
    after = 0
    while rows := select_rows(_STATEMENT, [batch.pk, after, _BLOCK]):
        after = rows[-1][0]
        for _key, code, used, is_revoked in rows:
            left = max(0, batch.uses_per_code - used)
            yield {"code": code, "uses": used, "uses_left": left, "revoked": int(is_revoked)}
