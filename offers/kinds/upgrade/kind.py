"""The upgrade as a kind of offer."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from catalog.models import RelationKind
from engine.pricing.kinds.upgrade import UpgradeTerms
from offers.kinds.base import LADDER_WAY, Fault
from offers.kinds.registry import register
from offers.kinds.sourced import SourcedKind
from offers.kinds.upgrade.models import UpgradeOffer
from offers.kinds.upgrade.source import UpgradeValues, read, terms
from offers.models import StrategyCode
from offers.services.source import OfferSource, UnreadOffer


class UpgradeKind(SourcedKind[UpgradeOffer, UpgradeValues]):
    """Upgrades: a better product instead of the chosen one."""

    code = "upgrade"
    icon = "upgrade"
    invitation = _("Upgrade: a better product instead of the chosen one")
    model = UpgradeOffer
    lacking = _(
        "Choose where better products come from: ladders, hand-picked products or substitutes "
        "(related products)."
    )
    waits_for_catalogue = True
    ways = {StrategyCode.LADDER: (LADDER_WAY,), StrategyCode.RELATED: (RelationKind.SUBSTITUTE,)}
    codes = {
        "nothing_to_replace": _("no product on the page or in the cart to upgrade from"),
        "price_not_higher": _("not more expensive"),
        "step_too_high": _("larger price difference than the offer allows"),
        "above_comfort_band": _("above the prices that this customer usually pays in the category"),
        "ladder_already_shown": _("another offer on the page uses this ladder"),
    }

    def read(self, offers: Sequence[UnreadOffer]) -> list[UpgradeValues]:
        """Return the own values of the offers."""
        return read(offers)

    def terms(self, source: OfferSource[UpgradeValues]) -> UpgradeTerms | None:
        """Return the terms of the pricing core."""
        return terms(source)

    def find_warnings(self, source: OfferSource[UpgradeValues]) -> Iterator[Fault]:
        """Yield that the catalogue has no better product yet."""
        if terms(source) is None:
            words = _("There is no better product yet: no active ladder and no substitute leads to one.")
            yield Fault("no_better_product", str(words))

    def price_rules(self, values: UpgradeValues) -> None:
        """Return nothing: what ladders happen to lead to does not change the price."""
        del values


register(UpgradeKind())
