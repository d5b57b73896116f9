"""The demo shop's offers for some customers, and for some days and hours.

That wine is proposed only to customers of legal age is not said here: the restriction on the goods says it.
"""

from typing import Any, Final

from catalog.models import BenefitKind
from demo.plans.offer_plans import DemoOffer
from offers.models import StrategyCode

_WEEKDAYS: Final[dict[str, Any]] = {
    "type": "weekday",
    "op": "is",
    "days": ["mon", "tue", "wed", "thu", "fri"],
}
_WEEKEND: Final[dict[str, Any]] = {"type": "weekday", "op": "is", "days": ["sat", "sun"]}

TIMELY_OFFERS: Final = (
    DemoOffer(
        code="for-our-regulars",
        name="Loyal customers: 5% off what goes with it",
        kind="cross_sell",
        placements=("product_page",),
        strategies=(StrategyCode.RELATED, StrategyCode.RECOMMENDED),
        priority=61,
        headline_en="For loyal customers: 5% off",
        headline_ja="いつもご利用の方へ、5%引き",
        benefit_kind=BenefitKind.PERCENT,
        benefit_value=500,
        audience_code="loyal",
    ),
    DemoOffer(
        code="wine-with-pasta",
        name="Wine with pasta, for customers of legal age",
        kind="cross_sell",
        placements=("product_page",),
        strategies=(StrategyCode.CURATED,),
        priority=59,
        headline_en="A wine with your pasta",
        headline_ja="パスタに合うワイン",
        body_en="Only for customers whose age has been confirmed.",
        body_ja="年齢確認がお済みの方だけにご案内しています。",
        trigger_categories=("Dry noodles/pasta",),
        curated_categories=("Domestic wine", "Imported wine"),
    ),
    DemoOffer(
        code="easy-evening",
        name="Weekday evenings: 10% off frozen pizza",
        kind="cross_sell",
        placements=("cart",),
        strategies=(StrategyCode.CURATED,),
        priority=56,
        headline_en="An easy evening: 10% off pizza",
        headline_ja="平日の夜はピザが10%引き",
        benefit_kind=BenefitKind.PERCENT,
        benefit_value=1000,
        curated_categories=("Frozen pizza",),
        nodes=(_WEEKDAYS, {"type": "hours", "op": "between", "from": "17:00", "to": "22:00"}),
    ),
    DemoOffer(
        code="weekend-breakfast",
        name="Weekend mornings: 10% off bacon",
        kind="cross_sell",
        placements=("cart",),
        strategies=(StrategyCode.CURATED,),
        priority=56,
        headline_en="Weekend breakfast: 10% off bacon",
        headline_ja="週末の朝食に、ベーコンが10%引き",
        benefit_kind=BenefitKind.PERCENT,
        benefit_value=1000,
        curated_categories=("Bacon",),
        nodes=(_WEEKEND, {"type": "hours", "op": "between", "from": "06:00", "to": "12:00"}),
    ),
)
