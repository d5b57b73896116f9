"""Tables as files that are sent while they are read: CSV for spreadsheets, and Parquet.

Texts that a spreadsheet would run are escaped in CSV.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from itertools import chain
from typing import Any, Final

from django.http import StreamingHttpResponse

from catalog.services.formulas import escape_formula

FORMATS: Final = ("csv", "parquet")
_ROWS_AT_A_TIME: Final = 10_000


def table_file(
    rows: Iterable[Mapping[str, Any]], *, fields: Mapping[str, type], name: str, file_format: str
) -> StreamingHttpResponse:
    """Return rows with these fields as a file of one of the `FORMATS`; `name` is without the extension."""
    if file_format == "csv":
        return csv_file(chain([fields], (row.values() for row in rows)), name=name)
    # Arrow takes memory: a web process loads it only for this.
    parquet = import_module("catalog.database.parquet_chunks")
    chunks = parquet.parquet_chunks(rows, fields=fields, batch=_ROWS_AT_A_TIME)
    return _file(chunks, "application/vnd.apache.parquet", f"{name}.parquet")


def csv_file(rows: Iterable[Iterable[Any]], *, name: str) -> StreamingHttpResponse:
    """Return rows, of which the first is the header, as a CSV file."""
    return _file(_csv_lines(rows), "text/csv; charset=utf-8", f"{name}.csv")


def _file(chunks: Iterable[str | bytes], content_type: str, name: str) -> StreamingHttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(chunks, content_type=content_type, headers=disposition)


class _Line:
    """A file that returns what is written to it."""

    @staticmethod
    def write(text: str) -> str:
        return text


def _csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    # Excel reads a file as UTF-8 only with this mark.
    yield "\ufeff"
    writer = csv.writer(_Line())
    for row in rows:
        yield str(writer.writerow(map(_cell, row)))


def _cell(value: Any) -> Any:
    return escape_formula(value) if isinstance(value, str) else value
