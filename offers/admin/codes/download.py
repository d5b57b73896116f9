"""The codes of a batch as a file, sent while it is read."""

import csv
from collections.abc import Iterator
from importlib import import_module
from typing import Final

from django.http import HttpResponseBase, StreamingHttpResponse

from catalog.services.formulas import escape_formula
from offers.models import CodeBatch
from offers.services.codes.export import BLOCK, FIELDS, code_rows

FORMATS: Final = ("csv", "parquet")


def download_codes(batch: CodeBatch, file_format: str) -> HttpResponseBase:
    """Return the codes with their uses as CSV for spreadsheets, or as Parquet."""
    if file_format == "csv":
        answer = StreamingHttpResponse(_csv_lines(batch), content_type="text/csv; charset=utf-8")
    else:
        # Arrow takes memory: a web process loads it only for this.
        parquet = import_module("catalog.database.parquet_chunks")
        chunks = parquet.parquet_chunks(code_rows(batch), fields=FIELDS, batch=BLOCK)
        answer = StreamingHttpResponse(chunks, content_type="application/vnd.apache.parquet")
    answer["Cache-Control"] = "no-store"
    answer["Content-Disposition"] = f'attachment; filename="codes-{batch.pk}.{file_format}"'
    return answer


class _CodeLine:
    """A file that returns what is written to it."""

    @staticmethod
    def write(text: str) -> str:
        return text


def _csv_lines(batch: CodeBatch) -> Iterator[str]:
    # Excel reads a file as UTF-8 only with this mark.
    yield "\ufeff"
    writer = csv.writer(_CodeLine())
    yield str(writer.writerow(FIELDS))
    for row in code_rows(batch):
        yield str(writer.writerow([escape_formula(row["code"]), *list(row.values())[1:]]))
