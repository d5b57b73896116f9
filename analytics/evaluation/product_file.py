"""Read the ordered products from a products file in the import format."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import UNSET

from analytics.evaluation.history import Flags, Ints
from analytics.stats.sales import Progress, no_progress
from catalog.imports.batch import Batch
from catalog.imports.column import CheckedColumn
from catalog.imports.product_cells import read_item
from catalog.imports.rejects import RejectLog
from catalog.imports.table import TableFile
from catalog.models import Category
from catalog.services.category import clean_path
from catalog.services.values import clean_flag, clean_sku
from engine.snapshot.data import NO_CATEGORY

REQUIRED = ("sku",)
OPTIONAL = ("category", "hidden")


def _read_hidden(cell: str) -> bool:
    """Return the value of a cell of the column `hidden` as the import reads it; empty is False."""
    hidden = read_item({"sku": "", "price": "", "hidden": cell}).hidden
    return hidden is not UNSET and clean_flag(hidden)


CHECKS: dict[str, Callable[[str], Any]] = {"sku": clean_sku, "category": clean_path, "hidden": _read_hidden}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The products of a history, by number, and their category tree."""

    skus: list[str]
    category: Ints  # (product_count,) index of the category, or NO_CATEGORY
    category_parent: Ints  # (category_count,) index of the parent, NO_CATEGORY for a root
    is_hidden: Flags  # (product_count,) never recommended
    is_known: Flags  # (product_count,) in the products file; all True without a file
    log: RejectLog = field(default_factory=RejectLog)  # rows that the import would reject

    @classmethod
    def bare(cls, skus: list[str]) -> "Catalogue":
        """Return the products without categories, none hidden."""
        count = len(skus)
        return cls(
            skus=skus,
            category=np.full(count, NO_CATEGORY, np.int64),
            category_parent=np.empty(0, np.int64),
            is_hidden=np.zeros(count, np.bool_),
            is_known=np.ones(count, np.bool_),
        )


def read_catalogue(
    path: Path, *, skus: list[str], encoding: str = "utf-8", on_progress: Progress = no_progress
) -> Catalogue:
    """Read the category and `hidden` of the products in `skus`; others are ignored.

    Rows that the import would reject for one of these columns are skipped and logged, and their products are
    unknown. Raises ImportFileError if the file cannot be read.
    """
    table = TableFile(path, required=REQUIRED, optional=OPTIONAL, encoding=encoding)
    log = RejectLog()
    found: dict[str, tuple[str, bool]] = {}
    for batch in table.batches():
        found |= _good_rows(batch, log)
        on_progress("products", batch.position, table.size)
    rows = [found.get(sku) for sku in skus]
    paths, parents = _tree({row[0] for row in rows if row and row[0]})
    return Catalogue(
        skus=skus,
        category=np.array([paths.get(row[0], NO_CATEGORY) if row else NO_CATEGORY for row in rows], np.int64),
        category_parent=parents,
        is_hidden=np.array([row is not None and row[1] for row in rows], np.bool_),
        is_known=np.array([row is not None for row in rows], np.bool_),
        log=log,
    )


def _good_rows(batch: Batch, log: RejectLog) -> dict[str, tuple[str, bool]]:
    """Return the category path and `hidden` of each SKU in a batch; log invalid rows."""
    empty = pa.repeat("", len(batch.rows))
    columns = [CheckedColumn(name, batch.columns.get(name, empty), clean) for name, clean in CHECKS.items()]
    log.add([*batch.malformed, *(reject for column in columns for reject in column.rejects(batch.rows))])
    good = np.flatnonzero(~np.logical_or.reduce([column.is_bad for column in columns]))
    kinds = (pa.string(), pa.string(), pa.bool_())
    skus, categories, hidden = (
        column.take(good, kind).to_pylist() for column, kind in zip(columns, kinds, strict=True)
    )
    return dict(zip(skus, zip(categories, hidden, strict=True), strict=True))


def _tree(paths: set[str]) -> tuple[dict[str, int], Ints]:
    """Return a number for each path and its ancestors, sorted by name, and the number of each parent."""
    separator = Category.PATH_SEPARATOR
    nodes = set(paths)
    for path in paths:
        names = path.split(separator)
        nodes |= {separator.join(names[:depth]) for depth in range(1, len(names))}
    numbers = {path: number for number, path in enumerate(sorted(nodes))}
    parents = [numbers.get(path.rpartition(separator)[0], NO_CATEGORY) for path in numbers]
    return numbers, np.array(parents, np.int64)
