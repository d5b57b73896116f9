"""The limits of the shares that a bandit gives its arms."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from offers.models import WHOLE, Arm, Experiment


def find_faults_of_limits(limits: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Yield why these cannot be the smallest and largest shares of the arms of a bandit, in basis points."""
    pairs = list(limits)
    if sum(least for least, _most in pairs) > WHOLE or sum(most for _least, most in pairs) < WHOLE:
        yield _("The smallest shares must add up to 100% at most, and the largest to 100% at least.")


def limits_of(experiment: Experiment) -> list[tuple[int, int]]:
    """Return the limits of the arms, in their order."""
    arms = Arm.objects.filter(experiment=experiment).order_by("pk")
    return list(arms.values_list("least_bp", "most_bp"))
