"""Experiments and the holdout in the admin, with what they will be able to see."""

from django.contrib import admin
from django.utils.timezone import now

from analytics.reports.sensitivity import Sensitivity, sensitivity_of_experiment, sensitivity_of_holdout
from offers.admin.experiment.page import ExperimentPage
from offers.admin.holdout import HoldoutPage
from offers.models import Experiment, HoldoutGroups


@admin.register(Experiment)
class ExperimentAdmin(ExperimentPage):
    """Experiments."""

    def sensitivity(self, experiment: Experiment) -> Sensitivity:
        """Return the smallest differences that a draft will find."""
        return sensitivity_of_experiment(experiment, at=now())


@admin.register(HoldoutGroups)
class HoldoutAdmin(HoldoutPage):
    """The holdout of the shop."""

    def sensitivity(self, groups: HoldoutGroups) -> Sensitivity:
        """Return the smallest differences that the holdout will find."""
        return sensitivity_of_holdout(groups, at=now())
