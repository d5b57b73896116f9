"""What each kind of offer claims on a board: one module a kind."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from engine.pricing.board import Board
from engine.pricing.claim import Claim
from engine.pricing.index import Roles
from engine.pricing.kinds import (
    add_on,
    bundle,
    buy_get,
    cross_sell,
    quantity,
    subscription,
    threshold,
    upgrade,
)
from engine.pricing.lines import Lines
from engine.pricing.offer import Offer
from engine.pricing.terms import (
    AddOnTerms,
    BundleTerms,
    BuyGetTerms,
    CrossSellTerms,
    QuantityTerms,
    SubscriptionTerms,
    Terms,
    ThresholdTerms,
    UpgradeTerms,
)


class Kind(Struct, frozen=True):
    """What a kind of offer does with its terms and the rows of each of its roles.

    `claim` is what it asks for on a board. `rows_of` tells those on which the claim depends: whatever happens
    to others leaves it as it is. It `only_falls` where fewer free units never make it save more.
    """

    claim: Callable[[Any, Offer, Roles, Lines, Board], Claim]
    rows_of: Callable[[Any, Roles, Lines], set[int]]
    only_falls: bool = False


def _of_first_role(_terms: Terms, roles: Roles, _lines: Lines) -> set[int]:
    return set(roles[0])


def _of_second_role(_terms: Terms, roles: Roles, _lines: Lines) -> set[int]:
    return set(roles[1])


def _of_both_roles(_terms: Terms, roles: Roles, _lines: Lines) -> set[int]:
    return {*roles[0], *roles[1]}


KINDS: Mapping[type[Terms], Kind] = {
    UpgradeTerms: Kind(upgrade.claim, _of_second_role),
    CrossSellTerms: Kind(cross_sell.claim, _of_first_role),
    BundleTerms: Kind(bundle.claim, _of_first_role),
    QuantityTerms: Kind(quantity.claim, _of_first_role),
    SubscriptionTerms: Kind(subscription.claim, _of_first_role, only_falls=True),
    AddOnTerms: Kind(add_on.claim, add_on.rows_of),
    ThresholdTerms: Kind(threshold.claim, threshold.rows_of, only_falls=True),
    BuyGetTerms: Kind(buy_get.claim, _of_both_roles),
}
