import os
from pathlib import Path

import pandas as pd
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from catalog.imports import csv_file
from catalog.imports.rejects import ImportFileError, Reject
from catalog.imports.table import TableFile

BAD_FILES = {
    "is empty": b"",
    "has no header row: its first line is blank.": b"\n\n",
    "has no header row": b"\xef\xbb\xbf",
    "is missing required columns: price. Found: sku, name.": b"sku,name\nA1,Tea\n",
    "has duplicate columns: price.": b"sku,name,price,price\nA1,Tea,1,2\n",
    "line 2 is not valid UTF-8": "sku,name,price\nA1,緑茶,500\n".encode("cp932"),
    "line 1 is not valid UTF-8": b"PK\x03\x04\xff\xfe",
    "is missing required columns: sku, name, price": b"A1;Tea;500\n",
}


@pytest.mark.parametrize(("message", "content"), BAD_FILES.items(), ids=BAD_FILES)
@pytest.mark.django_db
def test_file__unreadable__is_refused_with_an_explanation(
    tmp_path: Path, message: str, content: bytes
) -> None:
    path = tmp_path / "products.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError) as failure:
        call_command("import_products", path, "--no-progress")

    assert message in str(failure.value)


@pytest.mark.parametrize("content", [b"sku,name,price\n", b"sku,name,price"], ids=["line end", "none"])
@pytest.mark.django_db
def test_file__header_only__has_no_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (tmp_path / "products.csv").write_bytes(content)

    call_command("import_products", tmp_path / "products.csv", "--no-progress")

    assert capsys.readouterr().out.startswith("0 rows read, 0 rejected.")


@pytest.mark.parametrize("content", [b"sku,name,price\n", b"PAR1 and then nothing"])
@pytest.mark.django_db
def test_file__parquet_suffix_with_other_content__is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "products.parquet"
    path.write_bytes(content)

    with pytest.raises(CommandError, match="is not a readable Parquet file"):
        call_command("import_products", path, "--no-progress")


@pytest.mark.django_db
def test_file__missing__error_names_it(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.csv: No such file"):
        call_command("import_products", tmp_path / "nowhere.csv")


@pytest.mark.parametrize("kind", ["folder", "pipe", "link to a device", "link in a circle"])
def test_file__that_is_no_file__is_refused_without_waiting(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "products.csv"
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case _:
            path.symlink_to("/dev/zero" if kind == "link to a device" else path)

    with pytest.raises(ImportFileError, match=r"is not a file|symbolic links"):
        TableFile(path, required=["sku"])


def test_rejected_row__in_japanese__is_named_in_japanese() -> None:
    with translation.override("ja"):
        assert str(Reject(3, "price", "1,980", "誤り")) == "3行目、price: '1,980': 誤り"


@pytest.mark.django_db
def test_file__unknown_encoding__error_names_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("sku,name,price\n")

    with pytest.raises(CommandError, match="Unknown encoding: klingon"):
        call_command("import_products", tmp_path / "a.csv", "--encoding", "klingon")


def test_file__parquet_column_of_lists__is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"sku": [["A1"]]}).to_parquet(tmp_path / "a.parquet")

    with pytest.raises(ImportFileError, match=r"“sku” contains list<.*> instead of text"):
        list(TableFile(tmp_path / "a.parquet", required=["sku"]).batches())


def test_file__parquet_types__read_the_same_as_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "id": [31198570044.0, None],
            "price": [0.1, 2.675],
            "when": pd.to_datetime(["2017-01-01 03:04:05", "2017-01-01 00:00:00"]),
            "zoned": pd.to_datetime(pd.Series(["2017-01-01 09:00+09:00", None])),
            "flag": [True, False],
            "kind": pd.Categorical(["a", "b"]),
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")

    (batch,) = TableFile(tmp_path / "a.parquet", required=list(map(str, frame))).batches()

    spelled = {name: column.to_pylist() for name, column in batch.columns.items()}
    assert spelled["id"] == ["31198570044", ""]
    assert spelled["price"] == ["0.1", "2.675"]
    assert spelled["when"] == ["2017-01-01 03:04:05.000000", "2017-01-01 00:00:00.000000"]
    assert spelled["zoned"] == ["2017-01-01 00:00:00.000000Z", ""]
    assert (spelled["flag"], spelled["kind"]) == (["true", "false"], ["a", "b"])


ROWS = st.lists(st.sampled_from(["good", "short", "long", "blank", "quoted"]), max_size=300)
SPELLED = {"good": "%d,x", "short": "%d", "long": "%d,x,y", "blank": ",", "quoted": '%d,"合わ\nせ"'}


@given(ROWS)
def test_rows__any_mix_of_good_and_malformed__keep_their_numbers(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str]
) -> None:
    lines = [SPELLED[kind] % row if "%" in SPELLED[kind] else "," for row, kind in enumerate(kinds, start=2)]
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    path.write_text("\n".join(["n,t", *lines, ""]), encoding="utf-8")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "BLOCK_BYTES", 64)
        batches = list(TableFile(path, required=["n", "t"]).batches())

    for batch in batches:
        assert batch.columns["n"].to_pylist() == [str(row) for row in batch.rows]
    numbers = sorted(
        [row for batch in batches for row in batch.rows.tolist()]
        + [reject.row for batch in batches for reject in batch.malformed]
    )
    assert numbers == [row for row, kind in enumerate(kinds, start=2) if kind != "blank"]
