"""Write many rows at once by the database's bulk path: COPY on PostgreSQL, `executemany` on SQLite.

This is not in `catalog.database.bulk`, which everything imports: Arrow takes 37 MB, and only imports need it.
"""

import io

import pyarrow as pa
import pyarrow.csv as pa_csv
from django.db import connection

_AS_COPY_READS = pa_csv.WriteOptions(include_header=False, quoting_style="needed")


def write_rows(*, table: str, rows: pa.Table) -> None:
    """Append `rows`, whose columns have the names of those of `table`, in the caller's transaction.

    Arrow formats the block that COPY reads: a null is an empty field, an empty text is a quoted one. On
    PostgreSQL no Python object is created per row, on SQLite one tuple.
    """
    names = ", ".join(rows.column_names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            block = io.BytesIO()
            pa_csv.write_csv(rows, block, _AS_COPY_READS)
            statement = f"COPY {table} ({names}) FROM STDIN (FORMAT csv)"
            # Django wraps the errors of its own methods only.
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                copy.write(block.getbuffer())
        else:
            places = ", ".join(["%s"] * rows.num_columns)
            statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 (our own names)
            columns = (column.to_pylist() for column in rows.columns)
            cursor.executemany(statement, list(zip(*columns, strict=True)))
