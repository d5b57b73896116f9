"""Assign the shopper of a request to arms, and say where that made a difference, or could have.

A decision is an exposure to an experiment if another arm could have been shown something else. That has to be
found out alike for all arms, or they would not be comparable: offers that failed by their arm alone are
decided once more as for an arm that has them. What that shows of them is `withheld`. Where arms rank, order
or hold back differently, every decision is made once for each of them, and those that differ are exposures.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from msgspec.structs import replace

from engine.conditions import ArmRequired
from engine.decision.allowed import as_allowed
from engine.decision.types import Decision, DecisionRequest, Withheld
from engine.experiments.running import GROUPS, OUTSIDE, Assignment, Group, RunningExperiment
from engine.snapshot.conditions import each_bit
from engine.snapshot.reader import Snapshot

# Decide the same once more, for a shopper who is assigned to something else.
DecideAs = Callable[[Assignment], Sequence[Decision]]


def assigned(snapshot: Snapshot, request: DecisionRequest) -> DecisionRequest:
    """Return the request with what its shopper is assigned to; nothing where nobody may know them."""
    experiments = snapshot.experiments
    if not request.unit or not experiments.is_any:
        return request
    if not as_allowed(request).consent.is_personalised:
        return request
    return replace(request, assignment=experiments.assignment_of(request.unit, request.at))


def with_exposures(
    snapshot: Snapshot,
    request: DecisionRequest,
    decisions: Sequence[Decision],
    failed_by_arm: int,
    decide_as: DecideAs,
) -> Sequence[Decision]:
    """Return the decisions of a page with the arms of all in which something else could have been shown.

    `failed_by_arm` are the offers, by row, that were not shown for their arm alone.
    """
    experiments, assignment = snapshot.experiments, request.assignment
    if experiments.groups is not None:
        without = experiments.assignment_to(experiments.arms_of(request.unit, request.at))
        decisions = _in_group(assignment.group, decisions, partial(decide_as, without))
    for experiment in experiments.running:
        arm, offers = assignment.arms.get(experiment.code), experiment.offers
        if arm is None:
            continue

        def decide_in(other: str, code: str = experiment.code) -> Sequence[Decision]:
            return decide_as(experiments.assignment_to({**assignment.arms, code: other}))

        if experiment.variations:
            others = [other for other in experiment.arms if other != arm]
            decisions = _where_different(decisions, map(decide_in, others), experiment.code, arm)
            continue
        if any(_shows(decision, offers) for decision in decisions):
            code = experiment.code
            decisions = [_exposed(one, code, arm) if _shows(one, offers) else one for one in decisions]
            continue
        for other in _other_arms(snapshot, experiment.code, failed_by_arm):
            instead = decide_in(other)
            if any(_shows(decision, offers) for decision in instead):
                decisions = _withheld(decisions, instead, experiment, arm)
                break
    bandits = [one for one in experiments.running if one.follows_results]
    return [_with_propensities(decision, bandits) for decision in decisions] if bandits else decisions


def _with_propensities(decision: Decision, bandits: Sequence[RunningExperiment]) -> Decision:
    chances = {one.code: one.propensity_of(arm) for one in bandits if (arm := decision.arms.get(one.code))}
    return replace(decision, propensities=chances) if chances else decision


def _in_group(
    group: Group, decisions: Sequence[Decision], decide_without: Callable[[], Sequence[Decision]]
) -> Sequence[Decision]:
    """Return the decisions with the group where the shopper would be shown anything without it."""
    if group == "everything":
        return [_exposed(one, GROUPS, group) if one.proposals else one for one in decisions]
    noted: list[Decision] = []
    for decision, other in zip(decisions, decide_without(), strict=True):
        if not other.proposals:
            noted.append(decision)
        elif group == "usual":
            noted.append(_exposed(decision, GROUPS, group))
        else:
            hidden = tuple([Withheld(GROUPS, proposal) for proposal in other.proposals])
            noted.append(replace(_exposed(decision, GROUPS, group), withheld=hidden))
    return noted


def _withheld(
    decisions: Sequence[Decision],
    instead: Sequence[Decision],
    experiment: RunningExperiment,
    arm: str,
) -> Sequence[Decision]:
    """Return the decisions with what another arm would have been shown of the experiment's offers."""
    noted: list[Decision] = []
    for decision, other in zip(decisions, instead, strict=True):
        hidden = [one for one in other.proposals if one.offer_id in experiment.offers]
        if not hidden:
            noted.append(decision)
            continue
        by = [Withheld(experiment.code, proposal) for proposal in hidden]
        exposed = _exposed(decision, experiment.code, arm)
        noted.append(replace(exposed, withheld=(*exposed.withheld, *by)))
    return noted


def _where_different(
    decisions: Sequence[Decision], others: Iterable[Sequence[Decision]], code: str, arm: str
) -> Sequence[Decision]:
    """Return the decisions with the arm of the experiment where another arm is shown anything else."""
    content = [_content(decision) for decision in decisions]
    differs = [False] * len(content)
    for instead in others:
        differs = [
            known or mine != _content(other)
            for known, mine, other in zip(differs, content, instead, strict=True)
        ]
    return [
        _exposed(decision, code, arm) if is_exposed else decision
        for decision, is_exposed in zip(decisions, differs, strict=True)
    ]


def _content(decision: Decision) -> list[tuple[int, tuple[tuple[str, int], ...]]]:
    """Return what a shopper sees: the offers and their products, in order."""
    return [
        (proposal.offer_id, tuple([(product.sku, product.quantity) for product in proposal.products]))
        for proposal in decision.proposals
    ]


def _exposed(decision: Decision, experiment: str, arm: str) -> Decision:
    return replace(decision, arms={**decision.arms, experiment: arm})


def _shows(decision: Decision, offers: frozenset[int]) -> bool:
    return any(proposal.offer_id in offers for proposal in decision.proposals)


def _other_arms(snapshot: Snapshot, experiment: str, failed_by_arm: int) -> Iterator[str]:
    """Yield the arms that have an offer which failed by its arm alone, in a fixed order."""
    found: set[str] = set()
    for row in each_bit(failed_by_arm):
        condition = snapshot.offers[row].condition(ArmRequired)
        if condition is not None and condition.experiment == experiment:
            found |= condition.arms
    yield from sorted(found - {OUTSIDE})
