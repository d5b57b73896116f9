import pandas as pd
import pytest

from demo.data.naming import readable, readable_size


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("FRZN VEGETABLE/VEG DSH", "Frozen vegetable/vegetable dsh"),
        ("BREAD:ITALIAN/FRENCH", "Bread, italian/french"),
        ("CANDY BARS (SINGLES)(INCLUDING", "Candy bars (singles)"),
        ("CHIPS&SNACKS", "Chips & snacks"),
        ("BBQ SAUCE", "BBQ sauce"),
        ("A > B", "A b"),
        (None, ""),
    ],
)
def test_readable__abbreviations__are_spelled_out(text: str | None, spelled: str) -> None:
    assert readable(pd.Series([text], dtype="object")).tolist() == [spelled]


@pytest.mark.parametrize(
    ("size", "spelled"),
    [("14.5 OZ", "14.5 oz"), ("P    12 OZ", "12 oz"), ("973701  PK", ""), ("1/2 GAL", "1/2 gal"), (None, "")],
)
def test_readable_size__raw_size__is_normalised(size: str | None, spelled: str) -> None:
    assert readable_size(pd.Series([size], dtype="object")).tolist() == [spelled]
