"""docs/api.md matches what the API does."""

import re
from pathlib import Path

import msgspec
import pytest

from gateway.api.problems import PROBLEMS
from gateway.api.reader import _CODES
from gateway.api.shapes.problem import ProblemBody
from offers.api.shapes.offer import OffersAnswer

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("code", [*PROBLEMS, *(code for _, code in _CODES)])
def test_api_page__each_code__is_explained(code: str) -> None:
    assert f"`{code}`" in PAGE


def test_api_page__offers_and_problem__match_the_responses() -> None:
    msgspec.json.decode(EXAMPLES[0], type=OffersAnswer, strict=True)
    msgspec.json.decode(EXAMPLES[-1], type=ProblemBody, strict=True)


@pytest.mark.parametrize("example", EXAMPLES)
def test_api_page__examples__are_valid_json(example: str) -> None:
    assert msgspec.json.decode(example)
