"""Faults of rewards, such as a discount that makes the cart free."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from catalog.services.amounts import money
from offers.kinds.base import Fault
from offers.kinds.threshold.source import ThresholdValues
from offers.services.samples import SampleProducts
from offers.services.source import OfferSource


def find_reward_faults(source: OfferSource[ThresholdValues], samples: SampleProducts) -> Iterator[Fault]:
    """Yield that there is no reward, that it takes the whole cart, or that the gift has another currency."""
    if source.benefit.kind == "none" and source.own.gift is None and not source.own.gives_free_shipping:
        words = _("Choose a reward: a discount, a gift or free shipping.")
        yield Fault("no_reward", words, column="benefit_kind")
    if _takes_everything(source):
        words = _("With %(amount)s off from %(spend)s, the cart would cost nothing.") % {
            "amount": money(source.benefit.value, samples.currency),
            "spend": money(source.own.at_least, samples.currency),
        }
        yield Fault("cart_for_nothing", words)
    gifts = [] if source.own.gift is None else samples.named([source.own.gift.product.id])
    if any(gift.currency != samples.currency for gift in gifts):
        words = _("The gift is priced in a different currency from the offer.")
        yield Fault("other_currency", words, column="gift")


def _takes_everything(source: OfferSource[ThresholdValues]) -> bool:
    """Tell whether the amount off is as large as the whole spend it is given for."""
    is_off_the_whole = source.benefit.kind == "amount" and source.discounted is None
    if source.own.measure != "spend" or not is_off_the_whole:
        return False
    return source.benefit.value >= source.own.at_least
