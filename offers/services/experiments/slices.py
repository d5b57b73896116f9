"""Slices of exclusion groups: experiments that run at once never share a shopper."""

from django.utils.translation import gettext as _

from catalog.services.amounts import percent
from offers.models import WHOLE, Experiment, LifecycleState


def free_slice(experiment: Experiment) -> int:
    """Return where the first gap of its exclusion group begins that is as large as its share.

    In basis points. Raises ValueError with a sentence for people if there is none.
    """
    share, largest, start = experiment.group_share_bp or 0, 0, 0
    others = Experiment.objects.filter(
        exclusion_group=experiment.exclusion_group,
        state=LifecycleState.RUNNING,
        group_start_bp__isnull=False,
    ).exclude(pk=experiment.pk)
    taken = others.order_by("group_start_bp").values_list("group_start_bp", "group_share_bp")
    for begin, size in [*taken, (WHOLE, 0)]:
        gap = (begin or 0) - start
        if gap >= share:
            return start
        largest, start = max(largest, gap), (begin or 0) + (size or 0)
    words = _("The exclusion group “%(group)s” has only %(free)s left in one piece.")
    raise ValueError(words % {"group": experiment.exclusion_group, "free": percent(largest)})
