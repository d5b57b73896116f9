"""Files that would fill the memory are refused before they do; their limits are settings."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings as project
from pytest_django import Settings

from catalog.imports.rejects import ImportFileError
from catalog.imports.table import TableFile

COLUMNS = ["sku", "name", "price"]
MEGABYTE = 1_000_000
REFUSAL_MB = 40
READING_MB = 160
# As text 2.3 GB, and 0.3 GB.
BOMB_ROWS, BOMB_TEXT, ALLOWED_TEXT = 65_536, "x" * 35_000, "x" * 5_000
# Read files in a new process, at last one that is allowed; say what happened and how far its memory grew.
READER = """
import json, resource, sys
from pathlib import Path
import django
django.setup()
from django.conf import settings
from catalog.imports.rejects import ImportFileError
from catalog.imports.table import TableFile

def read(path):
    batches = TableFile(Path(path), required=["sku", "name", "price"]).batches()
    return sum(len(batch.rows) for batch in batches)

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000

good_csv, good_parquet, allowed, *bad = sys.argv[1:]
read(good_csv), read(good_parquet)  # what they load is not what a bad file costs
said, grown, start = {}, {}, peak()
for path in bad:
    try:
        read(path)
    except ImportFileError as error:
        said[Path(path).name], grown[Path(path).name] = str(error), peak() - start
settings.AWASE_IMPORT_MAX_RATIO = 10_000_000
print(json.dumps({"said": said, "grown": grown, "rows": read(allowed), "grown_by_reading": peak() - start}))
"""


def repeated(count: int, text: str) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array([text]))


def write_repeated(path: Path, text: str) -> None:
    """Write a few kilobytes that are many rows of one text."""
    texts = {"sku": repeated(BOMB_ROWS, "A"), "name": repeated(BOMB_ROWS, text)}
    pq.write_table(pa.table(texts | {"price": pa.repeat(1, BOMB_ROWS)}), path, compression="zstd")
    assert path.stat().st_size < 10_000


def write_plain(path: Path) -> None:
    """Write 110 MB of text that compresses well, and says its size itself."""
    texts = {"sku": ["A"] * 1100, "name": ["x" * 100_000] * 1100, "price": ["1"] * 1100}
    pq.write_table(pa.table(texts), path, compression="zstd", use_dictionary=False)


def write_described(path: Path) -> None:
    """Write a file that claims to be described by 200 MB."""
    path.write_bytes(b"PAR1")
    os.truncate(path, 200 * MEGABYTE)
    with path.open("ab") as stream:
        stream.write((200 * MEGABYTE).to_bytes(4, "little") + b"PAR1")


def write_sparse(start: bytes, size: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(start)
        os.truncate(path, size)

    return write


def write_delta(path: Path) -> None:
    table = pa.table({name: ["A", "B"] for name in COLUMNS})
    pq.write_table(table, path, use_dictionary=False, column_encoding={"name": "DELTA_BYTE_ARRAY"})


HEADER = b"sku,name,price\n"
BAD_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "bomb.parquet": (lambda path: write_repeated(path, BOMB_TEXT), "contains 2,293.9 MB of text, which is"),
    "plain.parquet": (write_plain, "The limit is 200 times (AWASE_IMPORT_MAX_RATIO)."),
    "described.parquet": (
        write_described,
        "has 200.0 MB of column descriptions. The limit is 16.0 MB, for 1,000",
    ),
    "wide.parquet": (
        lambda path: pq.write_table(pa.table({f"c{place}": [1] for place in range(1001)}), path),
        "has 1,001 columns. The limit is 1,000 (AWASE_IMPORT_MAX_COLUMNS).",
    ),
    "delta.parquet": (write_delta, "“name” is stored as DELTA_BYTE_ARRAY"),
    "wide.csv": (
        lambda path: path.write_text(",".join(f"c{place}" for place in range(200_000))),
        "has 200,000 columns. The limit is 1,000 (AWASE_IMPORT_MAX_COLUMNS).",
    ),
    "header.csv": (
        lambda path: path.write_bytes(b"ab," * MEGABYTE),
        "the record after row 0 is longer than 2.1 MB.",
    ),
    "line.csv": (
        write_sparse(HEADER + b"A1,Tea,1\nA2,Cup,", 500 * MEGABYTE),
        "the record after row 2 is longer than 2.1 MB. A quote may be missing.",
    ),
    "binary.csv": (write_sparse(HEADER + b"A1,Tea,1\n\xff", 500 * MEGABYTE), "line 3 is not valid UTF-8"),
    "large.csv": (
        write_sparse(HEADER, 10_001 * MEGABYTE),
        "contains 10,001.0 MB of text. The limit is 10,000.0 MB (AWASE_IMPORT_MAX_MB).",
    ),
    "packed.csv.gz": (
        lambda path: path.write_bytes(gzip.compress(bytes(50 * MEGABYTE))),
        "line 1 is not valid UTF-8",
    ),
    "malformed.csv": (
        lambda path: path.write_bytes(HEADER + b"A1\n" * 5 * MEGABYTE),
        "is not a readable CSV file",
    ),
}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Read all the files in one process, whose memory stays as small as for one."""
    folder = tmp_path_factory.mktemp("files")
    good = [folder / "good.csv", folder / "good.parquet"]
    good[0].write_bytes(HEADER + b"A1,Tea,1\n")
    pq.write_table(pa.table({name: ["1"] for name in COLUMNS}), good[1])
    allowed = folder / "allowed.parquet"
    write_repeated(allowed, ALLOWED_TEXT)
    for name, (write, _message) in BAD_FILES.items():
        write(folder / name)
    paths = [*good, allowed, *(folder / name for name in BAD_FILES)]
    done = subprocess.run(
        [sys.executable, "-c", READER, *map(str, paths)],
        cwd=project.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.parametrize("name", BAD_FILES)
def test_file__too_large_in_any_way__is_refused_in_little_memory(name: str, outcome: dict[str, Any]) -> None:
    _write, message = BAD_FILES[name]

    assert name in outcome["said"][name]
    assert message in outcome["said"][name]
    assert outcome["grown"][name] < REFUSAL_MB


def test_file__much_text_that_is_allowed__is_read_in_little_memory(outcome: dict[str, Any]) -> None:
    assert outcome["rows"] == BOMB_ROWS
    assert outcome["grown_by_reading"] < READING_MB


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_file__too_many_rows__error_names_the_limit_and_the_setting(
    suffix: str, tmp_path: Path, settings: Settings
) -> None:
    path = tmp_path / f"rows.{suffix}"
    table = pa.table({name: ["1"] * 11 for name in COLUMNS})
    table.to_pandas().to_csv(path, index=False) if suffix == "csv" else pq.write_table(table, path)
    settings.AWASE_IMPORT_MAX_ROWS = 10

    with pytest.raises(
        ImportFileError, match=r"at least 11 rows\. The limit is 10 \(AWASE_IMPORT_MAX_ROWS\)"
    ):
        list(TableFile(path, required=COLUMNS).batches())
