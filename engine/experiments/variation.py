"""What an arm decides differently from the shop as it is."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from msgspec import Struct

from engine.restraint.policy import Policies

# By all that is known, without the answers of shoppers, or only what a merchandiser chose.
RankingMethod = Literal["learned", "unanswered", "picked"]


class Variation(Struct, frozen=True):
    """How an arm ranks, the order of its placements, and by what it holds back.

    `boards` are the placements whose board counts instead, by the code of the placement that is shown.
    `restraint` are all policies of the arm, None for those of the shop.
    """

    ranking: RankingMethod = "learned"
    boards: Mapping[str, str] = {}
    restraint: Policies | None = None


AS_THE_SHOP: Final = Variation()


def combined(variations: Iterable[Variation]) -> Variation:
    """Return what the arms of several experiments change together; no two of them change the same."""
    found = [one for one in variations if one != AS_THE_SHOP]
    if len(found) <= 1:
        return found[0] if found else AS_THE_SHOP
    return Variation(
        ranking=next((one.ranking for one in found if one.ranking != "learned"), "learned"),
        boards={shown: board for one in found for shown, board in one.boards.items()},
        restraint=next((one.restraint for one in found if one.restraint is not None), None),
    )
