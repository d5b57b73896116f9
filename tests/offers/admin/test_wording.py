"""Every code of the engine has words for merchandisers."""

import pytest
from django.utils import translation

from engine.conditions import CONDITIONS
from engine.decision.guards import GUARDS
from engine.decision.kinds import KINDS
from engine.decision.page import PAGE_GUARDS
from offers.admin.wording import code_text

CODES = sorted(
    {
        *(condition.name for condition in CONDITIONS),
        *(condition.reason for condition in CONDITIONS),
        *(guard.reason for guard in GUARDS),
        *(guard.reason for guard in PAGE_GUARDS),
        *(guard.reason for kind in KINDS.values() for guard in kind.guards),
        *("declined", "excluded_offer", "currency", "customer_needed", "no_lane", "no_saving", "not_in_cart"),
        *("margin_floor", "max_discount", "offer_has_enough", "no_slot_left"),
    }
)


@pytest.mark.parametrize("code", CODES)
def test_code_text__of_every_code__is_a_text(code: str) -> None:
    with translation.override("ja"):
        assert code_text(code) != code
