"""Limits on the files that are read, so that a small or broken file cannot fill the memory or the disk."""

from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from catalog.imports.rejects import ImportFileError

# A record of a CSV file must fit into one block.
BLOCK_BYTES: Final = 2 * 2**20
MEGABYTE: Final = 1_000_000
# Below this size, it does not matter how well a file is packed.
HARMLESS_BYTES: Final = 100 * MEGABYTE
# How much of a Parquet file describes one column in all its row groups, at most.
_COLUMN_BYTES: Final = 16_000


def check_columns(path: Path, count: int) -> None:
    """Raise ImportFileError if a file has too many columns."""
    if count > settings.AWASE_IMPORT_MAX_COLUMNS:
        raise ImportFileError(
            _("%(path)s has %(count)s columns. The limit is %(limit)s (AWASE_IMPORT_MAX_COLUMNS).")
            % {"path": path, "count": f"{count:,}", "limit": f"{settings.AWASE_IMPORT_MAX_COLUMNS:,}"}
        )


def check_description(path: Path, byte_count: int) -> None:
    """Raise ImportFileError if the description of a Parquet file is too large for the columns it may have."""
    limit = settings.AWASE_IMPORT_MAX_COLUMNS * _COLUMN_BYTES
    if byte_count > limit:
        raise ImportFileError(
            _(
                "%(path)s has %(size)s of column descriptions. The limit is %(limit)s, for %(count)s columns "
                "(AWASE_IMPORT_MAX_COLUMNS)."
            )
            % {
                "path": path,
                "size": _megabytes(byte_count),
                "limit": _megabytes(limit),
                "count": f"{settings.AWASE_IMPORT_MAX_COLUMNS:,}",
            }
        )


def check_rows(path: Path, count: int) -> None:
    """Raise ImportFileError if a file has too many rows."""
    if count > settings.AWASE_IMPORT_MAX_ROWS:
        raise ImportFileError(
            _("%(path)s has at least %(count)s rows. The limit is %(limit)s (AWASE_IMPORT_MAX_ROWS).")
            % {"path": path, "count": f"{count:,}", "limit": f"{settings.AWASE_IMPORT_MAX_ROWS:,}"}
        )


def check_size(path: Path, byte_count: int) -> None:
    """Raise ImportFileError if the text of a file is too large; `byte_count` is its size without packing."""
    if byte_count > settings.AWASE_IMPORT_MAX_MB * MEGABYTE:
        raise ImportFileError(
            _("%(path)s contains %(size)s of text. The limit is %(limit)s (AWASE_IMPORT_MAX_MB).")
            % {
                "path": path,
                "size": _megabytes(byte_count),
                "limit": _megabytes(settings.AWASE_IMPORT_MAX_MB * MEGABYTE),
            }
        )


def check_ratio(path: Path, byte_count: int, *, packed: int) -> None:
    """Raise ImportFileError if a packed file of `packed` bytes contains far more text than real data does."""
    if byte_count > max(HARMLESS_BYTES, packed * settings.AWASE_IMPORT_MAX_RATIO):
        raise ImportFileError(
            _(
                "%(path)s is %(packed)s in size but contains %(size)s of text, which is %(ratio)s times "
                "as much. The limit is %(limit)s times (AWASE_IMPORT_MAX_RATIO)."
            )
            % {
                "path": path,
                "packed": _megabytes(packed),
                "size": _megabytes(byte_count),
                "ratio": f"{byte_count // packed:,}",
                "limit": f"{settings.AWASE_IMPORT_MAX_RATIO:,}",
            }
        )


def record_too_long(path: Path, row: int) -> ImportFileError:
    """Return the error for a record that does not fit into a block; `row` is the row before it."""
    return ImportFileError(
        _("%(path)s: the record after row %(row)s is longer than %(limit)s. A quote may be missing.")
        % {"path": path, "row": f"{row:,}", "limit": _megabytes(BLOCK_BYTES)}
    )


def _megabytes(byte_count: int) -> str:
    return f"{byte_count / MEGABYTE:,.1f} MB" if byte_count >= MEGABYTE else f"{byte_count / 1000:,.1f} kB"
