"""What works where, in words: the findings of the last search, with what can be done about them."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.models import PatternDimension, PatternFinding, PatternOutcome, PatternScope, PatternSearch
from catalog.models import Category
from engine.conditions.tree.leaves.audience import AudienceLeaf
from engine.conditions.tree.leaves.bought_category import BoughtCategoryLeaf
from engine.conditions.tree.tree import Tree, encode
from offers.kinds.config import kind_choices
from offers.models import Audience, Offer, Placement
from offers.services.speech import name_of

Names = Mapping[str, Mapping[str, str | Promise]]

_SEGMENTS: Final = {
    PatternDimension.AUDIENCE: gettext_lazy("by shoppers in the audience “%(name)s”"),
    PatternDimension.PLACEMENT: gettext_lazy("in the placement “%(name)s”"),
    PatternDimension.HOURS: gettext_lazy("in the hours %(name)s"),
    PatternDimension.CATEGORY: gettext_lazy("with products in the category “%(name)s”"),
}
_BETTER: Final = {
    PatternOutcome.ACCEPTED: gettext_lazy("“%(what)s” is accepted more often %(where)s"),
    PatternOutcome.BOUGHT: gettext_lazy("“%(what)s” is bought more often %(where)s"),
}
_WORSE: Final = {
    PatternOutcome.ACCEPTED: gettext_lazy("“%(what)s” is accepted less often %(where)s"),
    PatternOutcome.BOUGHT: gettext_lazy("“%(what)s” is bought less often %(where)s"),
}


@dataclass(frozen=True, slots=True)
class PatternRow:
    """A finding as sentences; `offer` and `conditions` are there if something can be done with them.

    `conditions` is the JSON of an audience of the shoppers to whom the offer appeals more.
    """

    title: str
    rates: str
    effect: str
    support: int
    offer: int | None
    conditions: str


@dataclass(frozen=True, slots=True)
class RivalRow:
    """An offer that lowers the acceptance of others; `offer` is its primary key if it still exists."""

    title: str
    rates: str
    effect: str
    support: int
    offer: int | None


@dataclass(frozen=True, slots=True)
class PatternsReport:
    """What the page shows; `computed_at` is None before the first search."""

    computed_at: datetime | None
    since: date | None
    is_requested: bool
    unit_count: int = 0
    question_count: int = 0
    look_count: int = 0
    survivor_count: int = 0
    rows: tuple[PatternRow, ...] = ()
    rivals: tuple[RivalRow, ...] = ()
    rivals_compared: int = 0
    rivals_too_few: int = 0


def read_patterns() -> PatternsReport:
    """Return the findings of the newest search, the clearest first, in seven queries at most."""
    is_requested = PatternSearch.objects.filter(computed_at=None).exists()
    search = PatternSearch.objects.exclude(computed_at=None).order_by("-computed_at", "-pk").first()
    if search is None:
        return PatternsReport(None, None, is_requested)
    findings = list(search.findings.order_by("p_value", "pk"))
    rivals = search.rivals.get("rivals", [])
    names, offers = _names(findings, rivals), _offers(findings, rivals)
    return PatternsReport(
        computed_at=search.computed_at,
        since=search.since_date,
        is_requested=is_requested,
        unit_count=search.unit_count,
        question_count=search.question_count,
        look_count=search.look_count,
        survivor_count=search.survivor_count,
        rows=tuple(_row(finding, names, offers) for finding in findings),
        rivals=tuple(_rival(one, names, offers) for one in rivals),
        rivals_compared=search.rivals.get("compared", 0),
        rivals_too_few=search.rivals.get("too_few", 0),
    )


def _rival(found: Mapping[str, Any], names: Names, offers: Mapping[str, Offer]) -> RivalRow:
    offer, placement = offers.get(found["offer"]), found["placement"]
    return RivalRow(
        title=_("“%(offer)s” lowers the acceptance of others in the placement “%(placement)s”")
        % {
            "offer": offer.name if offer else found["offer"],
            "placement": names[PatternDimension.PLACEMENT].get(placement, placement),
        },
        rates=_("Others are accepted %(present)s%% of times with it, and %(absent)s%% without it.")
        % {name: number_format(f"{100 * found[name]:.1f}", decimal_pos=1) for name in ("present", "absent")},
        effect=_("%(effect)s points (%(low)s to %(high)s)")
        % {name: _points(found[name]) for name in ("effect", "low", "high")},
        support=found["support"],
        offer=offer.pk if offer else None,
    )


def _row(finding: PatternFinding, names: Names, offers: Mapping[str, Offer]) -> PatternRow:
    words = _BETTER if finding.effect > 0 else _WORSE
    offer = offers.get(finding.subject) if finding.scope == PatternScope.OFFER else None
    what = offer.name if offer else names[PatternScope.KIND].get(finding.subject, finding.subject)
    return PatternRow(
        title=str(words[PatternOutcome(finding.outcome)]) % {"what": what, "where": _where(finding, names)},
        rates=_rates(finding.cells),
        effect=_("%(effect)s points (%(low)s to %(high)s)")
        % {name: _points(getattr(finding, name)) for name in ("effect", "low", "high")},
        support=min(trials for _count, trials in finding.cells),
        offer=offer.pk if offer else None,
        conditions=_conditions(finding, names),
    )


def _where(finding: PatternFinding, names: Names) -> str:
    if finding.dimension == PatternDimension.HOURS:
        first = int(finding.segment)
        name: str | Promise = f"{first:02}:00–{first + 6:02}:00"
    else:
        name = names[finding.dimension].get(finding.segment, finding.segment)
    return str(_SEGMENTS[PatternDimension(finding.dimension)]) % {"name": name}


def _rates(cells: Sequence[Sequence[int]]) -> str:
    """Return the rates of the four groups."""
    inside, others_inside, outside, others_outside = (
        number_format(f"{100 * count / trials:.1f}", decimal_pos=1) for count, trials in cells
    )
    return _(
        "Here %(inside)s%%, elsewhere %(outside)s%%. Other offers: here %(others_inside)s%%, "
        "elsewhere %(others_outside)s%%."
    ) % {
        "inside": inside,
        "outside": outside,
        "others_inside": others_inside,
        "others_outside": others_outside,
    }


def _points(difference: float) -> str:
    """Return a difference of rates in percentage points, with its sign."""
    text = number_format(f"{abs(100 * difference):.1f}", decimal_pos=1)
    return f"{'+' if difference >= 0 else '−'}{text}"


def _conditions(finding: PatternFinding, names: Names) -> str:
    """Return the conditions of an audience; empty if the segment is not one of shoppers, or was deleted."""
    is_better = finding.effect > 0
    if finding.segment not in names.get(finding.dimension, {}):
        return ""
    leaf: AudienceLeaf | BoughtCategoryLeaf
    if finding.dimension == PatternDimension.AUDIENCE:
        leaf = AudienceLeaf(op="is" if is_better else "is_not", audiences=(int(finding.segment),))
    elif finding.dimension == PatternDimension.CATEGORY and is_better:
        leaf = BoughtCategoryLeaf(op="ever", categories=(int(finding.segment),))
    else:
        return ""
    return json.dumps(encode(Tree(match="all", nodes=(leaf,))), separators=(",", ":"))


def _offers(findings: Sequence[PatternFinding], rivals: Sequence[Mapping[str, Any]]) -> Mapping[str, Offer]:
    codes = {each.subject for each in findings if each.scope == PatternScope.OFFER}
    codes |= {one["offer"] for one in rivals}
    return {offer.code: offer for offer in Offer.objects.filter(code__in=codes).only("code", "name")}


def _names(findings: Sequence[PatternFinding], rivals: Sequence[Mapping[str, Any]]) -> Names:
    """Return the names of segments by dimension, and of kinds; what was deleted is left out."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for each in findings:
        wanted[each.dimension].add(each.segment)
    wanted[PatternDimension.PLACEMENT].update(one["placement"] for one in rivals)
    audiences = Audience.objects.filter(pk__in=map(int, wanted[PatternDimension.AUDIENCE]))
    categories = Category.objects.filter(pk__in=map(int, wanted[PatternDimension.CATEGORY]))
    placements = Placement.objects.filter(code__in=wanted[PatternDimension.PLACEMENT])
    return {
        PatternScope.KIND: dict(kind_choices()),
        PatternDimension.AUDIENCE: {str(each.pk): name_of(each) for each in audiences},
        PatternDimension.CATEGORY: {str(key): path for key, path in categories.values_list("pk", "path")},
        PatternDimension.PLACEMENT: dict(placements.values_list("code", "name")),
    }
