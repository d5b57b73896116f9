"""Learn from the journal which offers are accepted: read the answers, fit, and list what decisions use."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import numpy as np
from django.conf import settings
from django.utils.timezone import localdate
from msgspec import convert
from msgspec.structs import replace

from analytics.services.acceptance_sql import ANSWERS, FITS
from analytics.stats.acceptance import (
    AUDIENCE_LEVEL,
    PLACEMENT_LEVEL,
    PRODUCT_LEVEL,
    Exposures,
    FittedAcceptance,
    exploration,
    fit_acceptance,
)
from analytics.stats.arrays import Floats
from analytics.stats.fit_declines import FitAnswers, fit_shares
from catalog.database.bulk import read_date, select_rows, stored_date
from engine.learned.acceptance import (
    ALL_PRODUCTS,
    EVERYBODY,
    AcceptanceFigure,
    FitFigure,
    LearnedAcceptance,
)
from offers.services.generation import newest_generation

# More figures than this would make snapshots large: those with the most exposures are used.
MAX_FIGURES: Final = 20_000
MAX_FITS: Final = 5_000
# An audience has ratios of its own where so many slots were shown to its shoppers; the largest are used.
LEAST_SHOWN: Final = 200
MAX_AUDIENCES: Final = 20
# Offers keep their order where a ratio changes less than by this share, up or down.
LEAST_CHANGE: Final = 0.16
# Ratios are rounded, so that a recompute without new answers publishes the same.
_DECIMALS: Final = 4

Key = tuple[int, str, int, int]


def read_acceptance(*, at: datetime) -> LearnedAcceptance:
    """Return what shoppers accepted until `at` of what they were shown; nothing without any decision.

    Ratios that hardly changed stay those of the newest generation.
    """
    today = localdate(at)
    rows = select_rows(ANSWERS, [stored_date(today)])
    if not rows:
        return LearnedAcceptance()
    days, kinds, offers, placements, products, positions, sets, *counts = zip(*rows, strict=True)
    weight = _weight_of(days, today)
    kind_places = np.unique(np.array(kinds), return_inverse=True)[1]
    placement_names, placement_places = np.unique(np.array(placements), return_inverse=True)
    shown, relevance, accepted = (weight * np.array(count, np.float64) for count in counts)
    audiences, group = _grouped(sets, shown)
    levels = [kind_places, np.array(offers), placement_places, np.array(products), group]
    exposures = Exposures(
        cells=np.stack(levels if audiences else levels[:AUDIENCE_LEVEL], axis=1),
        position=np.array(positions, np.int64),
        shown=shown,
        relevance=relevance,
        accepted=accepted,
    )
    fitted = fit_acceptance(exposures)
    figures = sorted(
        _figures(fitted, placement_names.tolist()),
        key=lambda one: (-one.shown, one.offer, one.placement, one.product, one.audience),
    )
    return LearnedAcceptance(
        figures=_settled(figures[:MAX_FIGURES]),
        examination=tuple(round(float(one), _DECIMALS) for one in fitted.examination),
        audiences=audiences,
        fits=_fits(today),
    )


def _weight_of(days: Sequence[date | str], today: date) -> Floats:
    """Return how much each day counts: half after the half-life."""
    ages = [(today - read_date(day)).days for day in days]
    return np.asarray(0.5 ** (np.array(ages) / settings.AWASE_ANSWER_HALF_LIFE_DAYS))


def _grouped(sets: Sequence[str | None], shown: Floats) -> tuple[tuple[int, ...], Any]:
    """Return the audiences with ratios of their own, the smallest first, and that of each row or EVERYBODY.

    A shopper counts in one audience: the smallest says most.
    """
    members = {text: frozenset(json.loads(text) or ()) for text in set(sets) if text is not None}
    sizes: dict[int, float] = {}
    for text, count in zip(sets, shown.tolist(), strict=True):
        for audience in members.get(text or "", ()):
            sizes[audience] = sizes.get(audience, 0.0) + count
    largest = sorted(sizes, key=lambda one: (-sizes[one], one))[:MAX_AUDIENCES]
    learned = LearnedAcceptance(
        audiences=tuple(one for one in reversed(largest) if sizes[one] >= LEAST_SHOWN)
    )
    group_of = {text: learned.audience_of(members.get(text or "", ())) for text in set(sets)}
    return learned.audiences, np.array([group_of[text] for text in sets], np.int64)


def _figures(fitted: FittedAcceptance, placements: list[str]) -> Iterator[AcceptanceFigure]:
    """Yield the figures that decisions use: of offers in placements, of their products, and by audience."""
    explored: Mapping[tuple[int, ...], float] = {}
    for depth, level in enumerate(fitted.levels[PLACEMENT_LEVEL:], PLACEMENT_LEVEL):
        cells = level.cells.tolist()
        if depth == PRODUCT_LEVEL:
            explored = dict(zip(map(tuple, cells), exploration(level).tolist(), strict=True))
        for place, cell in enumerate(cells):
            offer, placement, product, audience = (*cell[1:], ALL_PRODUCTS, EVERYBODY)[:4]
            is_said_above = depth == PRODUCT_LEVEL and product == ALL_PRODUCTS
            is_too_small = depth == AUDIENCE_LEVEL and (
                audience == EVERYBODY or level.shown[place] < LEAST_SHOWN
            )
            if is_said_above or is_too_small:
                continue
            yield AcceptanceFigure(
                offer=offer,
                placement=placements[placement],
                product=product,
                shown=round(float(level.shown[place]), _DECIMALS),
                expected=round(float(level.expected[place]), _DECIMALS),
                accepted=round(float(level.accepted[place]), _DECIMALS),
                ratio=round(float(level.ratio[place]), _DECIMALS),
                audience=audience,
                exploration=round(explored.get(tuple(cell[: PRODUCT_LEVEL + 1]), 1.0), _DECIMALS),
            )


def _settled(figures: Sequence[AcceptanceFigure]) -> tuple[AcceptanceFigure, ...]:
    """Return the figures with what counted before where it hardly changed."""
    documents = newest_generation().values_list("scoring", flat=True)
    stored = documents[0].get("acceptance", {}).get("figures", ()) if documents else ()
    before = {_key(one): one for one in convert(stored, tuple[AcceptanceFigure, ...], strict=False)}
    return tuple([settle(one, before.get(_key(one))) for one in figures])


def settle(now: AcceptanceFigure, before: AcceptanceFigure | None) -> AcceptanceFigure:
    """Return a figure that counts as before if it would change by less than LEAST_CHANGE."""
    if before is None or abs(math.log(now.counted / before.counted)) >= math.log1p(LEAST_CHANGE):
        return now
    return replace(now, ratio=before.ratio, exploration=before.exploration)


def _key(figure: AcceptanceFigure) -> Key:
    return figure.offer, figure.placement, figure.product, figure.audience


def _fits(today: date) -> tuple[FitFigure, ...]:
    """Return the products that count less on pages of a category, those declined most first."""
    rows = select_rows(FITS, [stored_date(today)])
    if not rows:
        return ()
    days, categories, products, *counts = zip(*rows, strict=True)
    weight = _weight_of(days, today)
    pairs, place = np.unique(np.array([categories, products], np.int64).T, axis=0, return_inverse=True)
    place = place.reshape(-1)
    declined, accepted = (
        np.bincount(place, weight * np.array(count, np.float64), len(pairs)).astype(np.float64)
        for count in counts
    )
    answers = FitAnswers(category=pairs[:, 0], product=pairs[:, 1], declined=declined, accepted=accepted)
    shares = fit_shares(answers)
    figures = [
        FitFigure(
            category=int(pairs[place, 0]),
            product=int(pairs[place, 1]),
            declined=round(float(declined[place]), _DECIMALS),
            accepted=round(float(accepted[place]), _DECIMALS),
            share=round(float(shares[place]), 2),
        )
        for place in np.flatnonzero(shares < 1).tolist()
    ]
    figures.sort(key=lambda one: (-one.declined, one.category, one.product))
    return tuple([one for one in figures[:MAX_FITS] if one.share < 1])
