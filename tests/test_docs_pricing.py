"""docs/pricing.md: every figure on the page is the core's own."""

import re
from pathlib import Path

import pytest

from tests.engine.pricing import examples
from tests.engine.pricing.examples.table import markdown
from tests.engine.pricing.refund_examples import REFUND_EXAMPLES

EXAMPLES = examples.EXAMPLES | REFUND_EXAMPLES

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "pricing.md").read_text()
SHOWN = dict(re.findall(r"<!-- example: (\w+) -->\n((?:\|.*\n)+)", PAGE))


@pytest.mark.parametrize("name", EXAMPLES)
def test_pricing_page__each_example__is_what_the_core_computes(name: str) -> None:
    assert SHOWN[name].strip() == markdown(EXAMPLES[name]())


def test_pricing_page__its_examples__are_those_that_are_computed() -> None:
    assert set(SHOWN) == set(EXAMPLES)


def test_pricing_page__its_prose__holds_no_figure() -> None:
    prose = re.sub(r"<!-- example: \w+ -->\n(?:\|.*\n)+", "", PAGE)

    assert re.findall(r".*\d.*", prose) == []
