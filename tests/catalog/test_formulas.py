import csv
from math import isfinite
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Product
from catalog.services.formulas import escape_formula, unescape_formula

STARTS = "=+-@\t\r\n＝＋－＠"


@given(st.text(st.sampled_from(f"'{STARTS}1.eA"), max_size=8))
def test_escape__any_text__comes_back_and_runs_nowhere(text: str) -> None:
    escaped = escape_formula(text)

    assert unescape_formula(escaped) == text
    # What still begins like a formula is a number.
    assert escaped[:1] not in {*STARTS} or isfinite(float(escaped))


@pytest.mark.parametrize("number", ["-1", "+3.5", "-1e3", "-.5", "1,980", "2026-11-22", "'90s"])
def test_escape__number_or_harmless_text__stays_as_it_is(number: str) -> None:
    assert escape_formula(number) == number
    assert unescape_formula(number) == number


@pytest.mark.django_db
def test_rejects__formulas_corrected_and_imported_again__are_stored_as_they_were(tmp_path: Path) -> None:
    # Three names that begin like formulas, one of them with an apostrophe of its own.
    names = ["=HYPERLINK(1)", "'=1+1", "@tea"]
    rows = [[f"A{index}", name, name] for index, name in enumerate(names)]
    write(tmp_path / "products.csv", [["sku", "name", "price"], *rows])
    rejects = tmp_path / "rejects.csv"
    with pytest.raises(CommandError):
        call_command("import_products", tmp_path / "products.csv", "--no-progress", rejects=rejects)

    with rejects.open(encoding="utf-8", newline="") as stream:
        escaped = [row["value"] for row in csv.DictReader(stream)]
    assert escaped == ["'=HYPERLINK(1)", "'=1+1", "'@tea"]
    corrected = [[f"A{index}", value, "100"] for index, value in enumerate(escaped)]
    write(tmp_path / "corrected.csv", [["sku", "name", "price"], *corrected])
    call_command("import_products", tmp_path / "corrected.csv", "--no-progress")

    stored = Product.objects.order_by("sku").values_list("name", flat=True)
    assert list(stored) == ["=HYPERLINK(1)", "=1+1", "@tea"]


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
